"""How well messages are understood: the figures, and the page they are published on."""

"""Where it happened, read from a person's words."""

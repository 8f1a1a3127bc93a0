"""Starting everything on one machine, watching over it, and ending it."""

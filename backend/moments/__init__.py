"""When it happened, read from a person's words and said back in their language."""

"""Voice messages into words, by a speech model that never leaves the house."""

"""The sentence encoder: its file, its tokens, its training, its weighing."""

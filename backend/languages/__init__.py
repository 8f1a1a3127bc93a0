"""Which language a person writes, and which one the conversation is held in."""

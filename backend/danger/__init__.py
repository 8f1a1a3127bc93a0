"""Signs of danger now, read apart from the assistant so that one failing does not silence both."""

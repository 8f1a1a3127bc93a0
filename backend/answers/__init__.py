"""What a short answer to our question means, and the numbers and links a message holds."""

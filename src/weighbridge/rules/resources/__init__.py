"""What is opened, how much of it, and whether it ends."""

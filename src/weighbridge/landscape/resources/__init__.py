"""What is known of what a program opens and of how much of it there may be."""

"""What a function opens and does not close on every way out of it."""

"""What a change does to how code behaves for those who use it."""

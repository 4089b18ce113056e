"""What code takes hold of, and whether there is an end to it."""

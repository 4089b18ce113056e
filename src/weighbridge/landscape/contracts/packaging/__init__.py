"""What the manifest of a package promises to those who install it."""

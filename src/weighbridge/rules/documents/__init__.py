"""What documents and comments say, and whether it is still so."""

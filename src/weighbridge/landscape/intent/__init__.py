"""What a change says of itself, and what it does: so that the one can be held against the other."""

"""What a change does to the way the parts of a system lean on each other."""

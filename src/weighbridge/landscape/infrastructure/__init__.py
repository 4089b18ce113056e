"""What a change does to the infrastructure: from a plan where one is given, from the sources where none is."""

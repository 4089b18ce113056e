"""What the SQL of a change does to databases that are in use."""

"""What statements in SQL files do to a database that is in use."""

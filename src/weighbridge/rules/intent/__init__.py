"""What a change says of itself beside what it does."""

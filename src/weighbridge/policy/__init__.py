"""What a change needs before it may pass: pure decisions over domain values."""

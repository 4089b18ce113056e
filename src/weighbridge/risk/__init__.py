"""Where a change stands among its repository's own: pure decisions over domain values."""

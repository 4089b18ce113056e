"""Whether what changed was tried, and what judges it left alone."""

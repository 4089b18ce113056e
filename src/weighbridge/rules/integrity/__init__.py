"""Rules on whether the bytes that were reviewed are the bytes that run."""

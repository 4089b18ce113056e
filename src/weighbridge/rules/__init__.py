"""One folder per family, one rule per file, its page beside it."""

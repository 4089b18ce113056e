"""Documents for a terminal: blocks of words, Markdown read into them, and the blocks laid out in columns."""

"""Documents that people read: their blocks, the sentences in them, and what these name."""

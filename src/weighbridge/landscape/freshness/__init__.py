"""Whether what documents name is still so: resolved against a tree, and against what it was when they were written."""

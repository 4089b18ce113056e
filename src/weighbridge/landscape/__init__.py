"""The index over facts: what a tree is made of, and who uses what."""

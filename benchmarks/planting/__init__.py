"""Dangers that are planted in real files: each family's, as changes of text made by script."""

"""Which components a tree consists of, told from its description, its manifests and its folders."""

"""One extractor per language, found by its place: each module has an `EXTRACTOR`."""

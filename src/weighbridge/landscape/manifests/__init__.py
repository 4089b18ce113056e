"""One reader per kind of manifest, each found by its place: bytes in, claims about components out."""

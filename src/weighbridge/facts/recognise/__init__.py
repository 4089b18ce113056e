"""One recogniser per framework family, found by its place: each module has a `RECOGNISER`."""

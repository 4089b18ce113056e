"""Whether anybody would notice what goes wrong."""

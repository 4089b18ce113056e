"""Sensitive surfaces: what a change touches that a person who knows the topology should see, with the reason."""

"""Reading a policy: from YAML to values, with every error at once, each at its place and with the nearest valid name."""

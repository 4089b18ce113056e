"""One command per module, found by its place: the module `policy_check` is the command `policy-check`."""

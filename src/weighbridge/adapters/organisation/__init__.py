"""The organisation's configuration where it is no folder of this machine: named by its digest or its commit, and kept."""

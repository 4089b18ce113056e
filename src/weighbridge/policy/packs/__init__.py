"""Policies that are shipped: `starter`, `team`, `regulated` and `reset`, each a file that reads like any other."""

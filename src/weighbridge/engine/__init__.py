"""Finds rules, runs them, and turns failure to look into an outcome."""

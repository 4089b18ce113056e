"""Public APIs of code as contracts: what a change takes from those who import a package."""

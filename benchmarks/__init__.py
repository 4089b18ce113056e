"""Measurements: speed, memory and accuracy, each beside a baseline in the same run."""

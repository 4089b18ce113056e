"""Tests of the rules about SQL as a whole."""

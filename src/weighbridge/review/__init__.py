"""Builds the review package and renders it."""

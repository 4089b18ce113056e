"""Conditions of a policy: expressions over the document, checked when they are loaded, total when they are asked."""

"""Doubts about a policy: what loads, and can hardly be meant."""

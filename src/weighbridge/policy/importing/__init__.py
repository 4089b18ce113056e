"""Reads the policies of others (policy-bot, GitHub) and writes what they say as one of ours, with what was lost on the way."""

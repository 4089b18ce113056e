"""Whether the bytes that were reviewed are the bytes that run: pure facts about text, names, links and attributes."""

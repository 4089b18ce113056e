"""What others rely on, before and after: API descriptions, schemas of messages and queries, and who uses what they describe."""

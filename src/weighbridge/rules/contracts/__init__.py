"""What others rely on: descriptions of APIs, schemas of queries and of messages."""

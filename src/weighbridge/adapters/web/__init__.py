"""Web servers that are asked: for documents, and for signatures."""

"""Facts of blobs: extracted in processes of their own under limits, kept in the user's cache, findable by term."""

"""What a policy would have asked of changes that are history: never what would have been given."""

"""Programs of others that look for what is wrong, run apart from the repository and its configuration."""

"""Who wrote a commit or a line: pure decisions over what git holds."""

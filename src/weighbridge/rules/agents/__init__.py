"""What a change lets coding agents do."""

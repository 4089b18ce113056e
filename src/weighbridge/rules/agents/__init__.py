"""What a change lets coding agents do, and what it tells them."""

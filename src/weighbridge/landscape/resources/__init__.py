"""What code opens, waits for and spends: what the rules of resources ask of it."""

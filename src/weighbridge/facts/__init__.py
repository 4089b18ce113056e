"""What one blob says, extracted without judgement and cached for ever: bytes and a role in, facts out."""

"""The document that conditions see: typed, versioned, and honest about what it does not hold."""

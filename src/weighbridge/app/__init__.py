"""Use cases, a verb each; they take what they need as ports and print nothing."""

"""Who or what wrote a change: marks in commits, records beside them, and signatures, weighed into four states."""

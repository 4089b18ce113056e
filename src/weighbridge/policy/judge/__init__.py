"""How each need is judged: a case in, a requirement with its state and the reasons out."""

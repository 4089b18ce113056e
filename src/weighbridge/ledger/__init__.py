"""The ledger: what was decided, by whom, in an order that nobody can change unseen; pure, over whatever keeps its files."""

"""Where a ledger is kept besides git: memory, a database, a plain folder."""

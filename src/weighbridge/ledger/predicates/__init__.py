"""The predicates of the ledger's statements, one a module.

Times are as the signer states them. What names people (addresses, reasons in free text) is not here: `personal` is the
commitment to it (see `ledger.personal`). `writer` is the key of the machine that records the statement; a person who
signs it vouches for that key. Other statements are named by their digest, since their places may change.
"""

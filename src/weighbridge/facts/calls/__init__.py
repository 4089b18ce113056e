"""Sources that are little but calls with literals in them, read without running them and without a grammar.

A migration written as code is such a source. What it gives a call must be known to the letter (`null=True`, a statement of some
pages), which facts of code in general do not keep; and reading it is pure Python, bounded in depth and linear in time, so that it
needs no process of its own. What is not understood is `Unknown` with what stands in it; nothing is ever left out.
"""

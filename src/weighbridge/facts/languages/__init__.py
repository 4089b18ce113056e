"""One extractor per language, found by its place.

The module named like a role reads the files of that role: `languages/python.py` exposes the `EXTRACTOR` of `python`.
A language with several roles is written in the module of the first one named in `EXTRACTOR.roles`; each other role has
a module of two lines that hands on the same `EXTRACTOR` (`languages/tsx.py` imports it from `languages/javascript.py`).
Modules whose name starts with `_` are parts of an extractor. Adding a language takes new files only.
"""

"""One recogniser per framework family, found by its place.

Each module exposes a `RECOGNISER`. A module whose name starts with a language's first role and `_`
(`python_web.py`, `javascript_web.py`, the latter for TypeScript too) is imported only for that language; any other
(`sql_text.py`) for every language. Modules whose name starts with `_` are parts of a recogniser.
"""

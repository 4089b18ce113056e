"""The library that runs expressions, set up once."""

from functools import lru_cache

from cel_expr_python import cel


@lru_cache(maxsize=1)
def language() -> cel.Env:
    """The library's environment. It declares nothing: names and types are checked by us."""
    return cel.NewEnv()

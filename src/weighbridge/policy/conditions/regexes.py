"""Regular expressions that take time in proportion to the text, whoever wrote the text: the library's RE2.

Paths are written by whoever makes the change; Python's own expressions can be made to take years by them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cel_expr_python import cel

from weighbridge.landscape.globs import glob_pattern
from weighbridge.policy.conditions.language import language

_UNFIT: Final = str.maketrans({"\0": "\N{REPLACEMENT CHARACTER}"})


class RegexError(Exception):
    """A regular expression that cannot be used: why, in words."""


@lru_cache(maxsize=1)
def _asker() -> cel.Expression:
    return language().compile("text.matches(pattern)", disable_check=True)


def finds(pattern: str, text: str) -> bool:
    """Whether `pattern` matches anywhere in `text`.

    Raises:
        RegexError: if the pattern is none, or too large.
    """
    fit = text.encode("utf-8", "replace").decode("utf-8").translate(_UNFIT)
    found = _asker().eval(data={"text": fit, "pattern": pattern}).value()
    if isinstance(found, bool):
        return found
    raise RegexError(str(found).rpartition("invalid regular expression: ")[2])


def any_path_lies_in(paths: Iterable[str], globs: tuple[str, ...]) -> bool:
    """Whether one of the paths lies in one of the globs."""
    return finds(f"(?m)^(?:{_of_lines(globs)})$", _lines(paths))


def all_paths_lie_in(paths: Iterable[str], globs: tuple[str, ...]) -> bool:
    """Whether each of the paths lies in one of the globs."""
    return finds(f"\\A(?:(?:{_of_lines(globs)})\n)*\\z", _lines(paths))


def _lines(paths: Iterable[str]) -> str:
    """A line for each; a line break in a path is written as another character, which no wildcard treats otherwise."""
    return "".join(f"{path.replace(chr(10), chr(1))}\n" for path in paths)


def _of_lines(globs: tuple[str, ...]) -> str:
    """The globs as one expression that stays in its line."""
    patterns = (glob_pattern(glob.replace("\n", "\1")) for glob in globs)
    return "|".join(pattern.replace("(?s:", "(?-s:").replace("[^/]", "[^/\n]") for pattern in patterns)

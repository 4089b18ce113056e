"""What a tree lets people run by name: targets of Makefiles and justfiles, scripts of `package.json`."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_MAKE: Final = LatePattern(r"(?:.*/)?(?:(?:GNU)?[Mm]akefile(?:\.[\w.-]+)?|[^/]+\.mk)")
_JUST: Final = LatePattern(r"(?:.*/)?\.?[Jj]ustfile|(?:.*/)?[^/]+\.just")
_PACKAGE: Final = LatePattern(r"(?:.*/)?package\.json")
_TARGET: Final = LatePattern(r"(?m)^([A-Za-z0-9_][\w./ -]*?)\s*:(?!=)")
_RECIPE: Final = LatePattern(r"(?m)^@?([A-Za-z_][\w-]*)(?:\s+[^:\n]*)?:(?!=)")
_COMPUTED: Final = LatePattern(r"(?m)^(?:-?include\b|import\b|mod\b|[^\s#][^:=\n]*[%$][^:=\n]*:(?!=))")


def is_runner(path: str) -> bool:
    """Whether a file may declare such names."""
    return any(pattern.fullmatch(path) is not None for pattern in (_MAKE, _JUST, _PACKAGE))


def runs_more(path: str, text: str) -> bool:
    """Whether a file declares names that are not written in it."""
    return _PACKAGE.fullmatch(path) is None and _COMPUTED.search(text) is not None


def declared(path: str, text: str) -> Iterator[str]:
    """The commands by which what a file declares is run."""
    if _MAKE.fullmatch(path):
        for found in _TARGET.finditer(text):
            yield from (f"make {name}" for name in found[1].split())
    elif _JUST.fullmatch(path):
        yield from (f"just {found[1]}" for found in _RECIPE.finditer(text))
    elif _PACKAGE.fullmatch(path):
        try:
            scripts = json.loads(text).get("scripts", {})
        except (ValueError, AttributeError, RecursionError):
            return
        for name in scripts if isinstance(scripts, dict) else ():
            yield from (f"{program} run {name}" for program in ("npm", "pnpm", "yarn"))


def all_declared(texts: Iterable[tuple[str, str]]) -> set[str]:
    """The same of many files."""
    return {command for path, text in texts for command in declared(path, text)}

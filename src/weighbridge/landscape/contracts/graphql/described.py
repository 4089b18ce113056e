"""What the descriptions of a GraphQL schema say of who may rely on a thing."""

from functools import lru_cache
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_UNPROMISED: Final = LatePattern(
    r"(?i)\A\W{0,3}(?:internal|alpha|experimental|unstable|private|preview)\b(?=\W{0,3}\]|\s*[:.]|\s+-|\W*\Z| use\b| only\b)"
    r"|\b(?:for )?internal use only\b|\bnot (?:a )?part of the public (?:api|schema)\b"
)
"""How a description begins, or what it says, of what is no promise to anybody outside."""
_MOST_LINES: Final = 60


def is_unpromised(text: str, line: int) -> bool:
    """Whether the description above a line says that what is defined there is internal, or tried out."""
    said = _description(_lines(text)[max(0, line - 1 - _MOST_LINES) : line - 1])
    return _UNPROMISED.search(said) is not None


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _description(above: list[str]) -> str:
    """The text that ends in the last of some lines; empty where none does."""
    last = above[-1].strip() if above else ""
    mark = '"""' if last.endswith('"""') else '"' if last.endswith('"') else ""
    if not mark:
        return ""
    if last != mark and last.startswith(mark):
        return last.strip('"').strip()
    if mark == '"':
        return ""
    found: list[str] = [last.removesuffix(mark)]
    for each in reversed(above[:-1]):
        begins = each.strip().startswith(mark)
        found.append(each.strip().removeprefix(mark))
        if begins:
            return "\n".join(reversed(found)).strip()
    return ""

"""Whether the actions of a chart's template are closed, by the grammar of Go's `text/template`: one file that is not stops the whole chart.

Helm parses every file below `templates` before it renders any of them, whichever values it is given.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_ACTION: Final = re.compile(
    r"""\{\{(?:-\s)?\s*+(?:
        (?P<remark>/\*) (?:[^*]|\*(?!/))*+ (?P<closed>\*/\s*+-?\}\})?           # up to the first `*/`, wherever the next one stands
        | (?P<word>\w*)
          (?:"(?:\\.|[^"\\\n])*" | `[^`]*` | '(?:\\.|[^'\\\n])*' | \}(?!\}) | [^"`'}])*+ (?P<end>\}\})?
    )""",
    re.DOTALL | re.VERBOSE,
)
_OPENS: Final = frozenset({"if", "range", "with", "define", "block"})


class Unbalanced(Struct, frozen=True, kw_only=True):
    """What is not as it must be, and the line that it begins in."""

    line: int
    words: str


def unbalanced(text: str) -> Unbalanced | None:
    """The first thing of a template for which nothing of it can be parsed; None where all its actions are closed."""
    opened: list[tuple[str, int]] = []
    line, counted = 1, 0
    for word, at, is_closed in _actions(text):
        line, counted = line + text.count("\n", counted, at), at
        if not is_closed:
            return Unbalanced(line=line, words="an action is never closed")
        if word == "end" and not opened:
            return Unbalanced(line=line, words="`end` closes nothing")
        if word == "end":
            opened.pop()
        elif word in _OPENS:
            opened.append((word, line))
    if not opened:
        return None
    word, line = opened[-1]
    more = f" (and {len(opened) - 1} more)" if len(opened) > 1 else ""
    return Unbalanced(line=line, words=f"`{word}` has no `end`{more}")


def _actions(text: str) -> Iterator[tuple[str, int, bool]]:
    """Each action's first word, where it begins, and whether it is closed."""
    at = text.find("{{")
    while at >= 0 and (found := _ACTION.match(text, at)) is not None:
        if found["remark"]:
            yield "", at, found["closed"] is not None
        else:
            yield found["word"], at, found["end"] is not None
        at = text.find("{{", found.end())

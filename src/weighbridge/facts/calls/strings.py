"""Reads strings: where they end, what they say, and where something is filled in."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Form, Name, Text

PYTHON_STRING: Final = r"[rRbBuUfF]{0,2}(?:\"\"\"|'''|\"|')"
"""How a Python string begins."""

_STOPS: Final = {
    quote: LatePattern(rf"\\.|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in ('"""', "'''", '"', "'")
}
_ESCAPED: Final = LatePattern(r"\\(\r?\n|.)", re.DOTALL)
_MEANT: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_HOLE: Final = LatePattern(r"\{\{|\}\}|\{[^{}]{0,500}(?:\{[^{}]{0,500}\}[^{}]{0,500}){0,20}\}")
_NAME: Final = LatePattern(r"[A-Za-z_][\w.]*")


def unescaped(raw: str) -> str:
    """What a string means by what it escapes, as far as SQL and names need it."""
    if "\\" not in raw:
        return raw
    return _ESCAPED.sub(lambda m: "" if "\n" in m[1] else _MEANT.get(m[1], m[1]), raw)


def ends_at(source: str, stop: LatePattern, *, at: int) -> tuple[int, int]:
    """Where a string's text ends and where what follows begins; both the source's end where it is never closed."""
    for match in stop.finditer(source, at):
        if match[0][0] != "\\":
            return match.start(), match.end() if match[0] != "\n" else match.start()
    return len(source), len(source)


def python_string(source: str, opening: str, *, at: int, line: int) -> tuple[Text, int]:
    """The string whose quotes end at `at`, and where it ends."""
    prefix = opening.rstrip("\"'").lower()
    quote = opening[len(prefix) :]
    end, after = ends_at(source, _STOPS[quote], at=at)
    raw = source[at:end]
    value = raw if "r" in prefix else unescaped(raw)
    holes: tuple[str, ...] = ()
    if "f" in prefix:
        value, holes = _filled(value)
    return Text(value, line, line + raw.count("\n"), bool(holes), len(quote) == 3, holes), after


def _filled(value: str) -> tuple[str, tuple[str, ...]]:
    """A template with `{}` for each hole, and what stands in them."""
    found: list[str] = []

    def hole(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        found.append(name_in(match[0][1:-1]))
        return "{}"

    return _HOLE.sub(hole, value), tuple(found)


def name_in(hole: str) -> str:
    """The name that a hole is filled with as it is; empty where it is anything else."""
    said = hole.strip()
    return said if _NAME.fullmatch(said) else ""


def hole_of(form: Form, line: int) -> Text:
    """A value that is no text, between texts that are put together."""
    return Text("{}", line, line, has_holes=True, holes=(form.id if isinstance(form, Name) else "",))


def joined(texts: list[Text]) -> Text:
    """Strings that are one behind the other."""
    if len(texts) == 1:
        return texts[0]
    return Text(
        "".join(each.value for each in texts),
        texts[0].line,
        texts[-1].end_line,
        any(each.has_holes for each in texts),
        holes=tuple(hole for each in texts for hole in each.holes),
    )

"""What a template of a chart says whatever it is rendered with: the rest is left open, and counts as unchanged.

A block that is rendered under a condition is left out; one around the whole text is not, for what it holds is either all there or not.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.infrastructure.kubernetes.objects import OPEN, SHUT

_COMMENT: Final = LatePattern(r"\{\{-?\s*+/\*(?:[^*]++|\*(?!/))*+(?:\*/(?:\s*+-?\}\})?|\Z)")
_DIRECTIVE: Final = LatePattern(r"\{\{((?:[^}]++|\}(?!\}))*+)(?:\}\}|\}?\Z)")
"""One that does not end goes on to the end of all: what looked for its end from each beginning would not be done."""
_OPENS: Final = LatePattern(r"(?:if|with|range|define|block)\b")
_KIND: Final = re.compile(r"^kind:", re.MULTILINE)
_SIGNS: Final = re.compile(r"[^\w./$-]+")
_FOLDER: Final = "templates/"


def chart_of(path: RepoPath) -> str | None:
    """The folder of the chart whose template a file is; None where it is none."""
    head, found, _ = f"/{path}".partition(f"/{_FOLDER}")
    return (head.strip("/") or ".") if found else None


def not_rendered(path: RepoPath) -> CouldNotLook:
    """Why a template of a chart is not judged as a whole, and the commands by which it is."""
    chart = chart_of(path)
    return CouldNotLook(
        reason=Reason.UNSUPPORTED,
        detail="a template: only what it says whatever it is rendered with was compared",
        remedy=f"render it before and after: `git worktree add ../before BASE && helm template ../before/{chart} > before.yaml"
        f" && helm template {chart} > after.yaml`, each with the values that you deploy (`-f`), and give both:"
        " `--input manifests-before=before.yaml --input manifests-after=after.yaml`",
    )


def outlined(data: bytes) -> tuple[bytes, bool]:
    """A template's text without what is known only when it is rendered, line by line as before, and whether a whole object may be missing."""
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), data.decode("utf-8", "replace"))
    text = _DIRECTIVE.sub(lambda match: " ".join(match[0].split()) + "\n" * match[0].count("\n"), text)
    lines = text.split("\n")
    around = _around(lines)
    kept: list[str] = []
    left: list[str] = []
    depth = 0
    for number, written in enumerate(lines):
        words = [_said(match) for match in _DIRECTIVE.finditer(written)]
        line = written if not words or _DIRECTIVE.sub("", written).strip() else ""
        opened = sum(bool(_OPENS.match(each)) for each in words)
        is_in_block = number not in around and (depth > 0 or opened > 0)
        if number not in around:
            depth += opened - words.count("end")
        if is_in_block:
            left.append(line)
        kept.append("" if is_in_block else _DIRECTIVE.sub(_open, line))
    return "\n".join(kept).encode(), _KIND.search("\n".join(left)) is not None


def _around(lines: list[str]) -> set[int]:
    """The lines of the blocks that stand around all of a text."""
    told = [number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    found: set[int] = set()
    ends = dict(_blocks(lines))
    at, last = 0, len(told) - 1
    while at < last:
        line = lines[told[at]].strip()
        if _DIRECTIVE.fullmatch(line) and not _OPENS.match(_only(line)):
            at += 1
        elif ends.get(told[at]) == told[last]:
            found |= {told[at], told[last]}
            at, last = at + 1, last - 1
        else:
            break
    return found


def _only(line: str) -> str:
    match = _DIRECTIVE.fullmatch(line.strip())
    return _said(match) if match is not None else ""


def _said(match: re.Match[str]) -> str:
    """What a directive says, without the signs by which it takes in the spaces around it."""
    return match[1].removeprefix("-").removesuffix("-").strip()


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The blocks of which begin and end stand on lines of their own, and that have no other branch."""
    begun: list[int] = []
    for number, line in enumerate(lines):
        for match in _DIRECTIVE.finditer(line):
            said = _said(match)
            if _OPENS.match(said):
                begun.append(number)
            elif said == "end" and begun:
                begin = begun.pop()
                if _only(lines[begin]) and _only(line):
                    yield begin, number
            elif said.startswith("else") and begun:
                begun[-1] = -1


def _open(match: re.Match[str]) -> str:
    return f"{OPEN}{_SIGNS.sub('_', _said(match))}{SHUT}"

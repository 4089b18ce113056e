"""Lines of a chart's templates that say what the server lets nobody change, compared as they are written.

What directives put in is not known. Where they are the same on both sides, a line beside them that is not makes another object.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side

_KIND: Final = LatePattern(r"^kind:\s*[\"']?(Deployment|DaemonSet|StatefulSet|ReplicaSet)\b", re.MULTILINE)
_BREAK: Final = re.compile(r"^---[ \t]*$", re.MULTILINE)
_BEGINS: Final = LatePattern(r"^( *)(?:-\s+)?([A-Za-z]+):\s*(.*)$")
_NAME: Final = LatePattern(r"^\s*(?:-\s+)?name:\s*(.+?)\s*$")
_CALL: Final = LatePattern(r"\{\{-?\s*(?:template|include)\s+")
_DIRECTIVE: Final = re.compile(r"\{\{[^}]*\}\}")
_MOST: Final = 400_000


class FixedLine(Struct, frozen=True, kw_only=True):
    """One of them that is otherwise."""

    kind: str
    part: str
    """`selector` or `volumeClaimTemplates`."""
    place: Place
    was: str
    now: str

    @property
    def words(self) -> str:
        """What is otherwise, and what follows."""
        turn = (
            f"`{self.was}` becomes `{self.now}`"
            if self.was and self.now
            else f"`{self.now}` comes to it"
            if self.now
            else f"`{self.was}` goes from it"
        )
        left = ", and what its old claims hold is left behind" if self.part == "volumeClaimTemplates" else ""
        return (
            f"{self.kind} of the chart: `{self.part}` is another, as {turn}: the server lets nobody change that, an upgrade of what is"
            f" installed stops there, and whoever deletes the object to go on stops it{left}"
        )


def fixed_lines(old: bytes, new: bytes, *, path: RepoPath) -> Iterator[FixedLine]:
    """Each part of an object that stays in a template, and that is written otherwise."""
    if len(old) > _MOST or len(new) > _MOST:
        return
    before, after = (list(_objects(each.decode("utf-8", "replace"))) for each in (old, new))
    for (kind, _, was), (other, start, now) in zip(before, after, strict=False):
        if kind != other or len(before) != len(after):
            return
        for part, read in (("selector", _labels), ("volumeClaimTemplates", _names)):
            left, right = read(was), read(now)
            if not left or not right or _open(left) != _open(right):
                continue
            first, second = ({text for _, text in some} for some in (left, right))
            gone = [text for _, text in left if text not in second and not text.startswith("{{")]
            come = [(line, text) for line, text in right if text not in first and not text.startswith("{{")]
            for lost, got in list(zip_longest(gone, come))[:1]:
                line = start + (got[0] if got else right[0][0])
                yield FixedLine(
                    kind=kind,
                    part=part,
                    place=Place(path=path, line=line, end_line=line, side=Side.HEAD),
                    was=lost or "",
                    now=got[1] if got else "",
                )


def parts_of(text: str) -> Iterator[tuple[str, str, int, list[tuple[int, str]]]]:
    """The labels of selectors and of claims' templates: the kind, the part, its first line, and each line of it."""
    for kind, start, lines in _objects(text):
        for part, found in (("selector", _labels(lines)), ("volumeClaimTemplates", _claims_labels(lines))):
            if found:
                yield kind, part, start + found[0][0], [(start + number, said) for number, said in found]


def _claims_labels(lines: list[str]) -> list[tuple[int, str]]:
    outer = _block(lines, "volumeClaimTemplates", start=0)
    inner = _block(lines[: outer[1]], "labels", start=outer[0]) if outer is not None else None
    return _said(lines, inner) if inner is not None else []


def _said(lines: list[str], block: tuple[int, int, int]) -> list[tuple[int, str]]:
    return [(number, lines[number].strip()) for number in range(block[0], block[1]) if lines[number].strip()]


def _objects(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """The documents that make pods, with their first line's number."""
    at = 0
    for found in (*_BREAK.finditer(text), None):
        end = found.start() if found is not None else len(text)
        if (kind := _KIND.search(text, at, endpos=end)) is not None:
            yield kind[1], text.count("\n", 0, at) + 1, text[at:end].split("\n")
        at = end


def _labels(lines: list[str]) -> list[tuple[int, str]]:
    """The lines of the first selector's labels, those of the object itself."""
    outer = _block(lines, "selector", start=0)
    if outer is None or outer[2] > 4:
        return []
    inner = _block(lines[: outer[1]], "matchLabels", start=outer[0])
    return [] if inner is None else _said(lines, inner)


def _names(lines: list[str]) -> list[tuple[int, str]]:
    """The lines that name the claims of a stateful set."""
    outer = _block(lines, "volumeClaimTemplates", start=0)
    found = [] if outer is None else [(number, _NAME.match(lines[number])) for number in range(outer[0], outer[1])]
    return [(number, f"name: {_CALL.sub('{{ include ', name[1])}") for number, name in found if name is not None]


def _block(lines: list[str], name: str, *, start: int) -> tuple[int, int, int] | None:
    """The lines below a key, begin and end, and how far it is set in."""
    for number in range(start, len(lines)):
        match = _BEGINS.match(lines[number])
        if match is None or match[2] != name or match[3].split("#")[0].strip():
            continue
        depth = len(match[1])
        end = number + 1
        while end < len(lines) and _is_below(lines[end], depth):
            end += 1
        return number + 1, end, depth
    return None


def _is_below(line: str, depth: int) -> bool:
    said = line.strip()
    if not said or said.startswith("#"):
        return True
    set_in = len(line) - len(line.lstrip())
    return set_in > depth or (said.startswith(("- ", "{{")) and set_in >= depth)


def _open(lines: list[tuple[int, str]]) -> list[str]:
    """The directives among some lines: what these put in is not known."""
    return [" ".join(each.split()) for _, text in lines for each in _DIRECTIVE.findall(text)]

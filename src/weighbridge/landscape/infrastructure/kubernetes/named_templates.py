"""What named templates of a chart (`define` in `_helpers.tpl`) put into the parts of its objects that the server lets nobody change.

Source: https://helm.sh/docs/chart_template_guide/named_templates/. What a directive puts in is not known; which labels are written is,
and of a value that is otherwise whether it holds the chart's version, which is another at the next release.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.around import Around
from weighbridge.landscape.infrastructure.kubernetes.fixed_lines import parts_of
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests

_ACTION: Final = LatePattern(
    r"\{\{-?\s*+(/\*(?:[^*]|\*(?!/))*+\*/\s*+-?|(?:\"(?:\\.|[^\"\\\n])*+\"|`[^`]*+`|\}(?!\})|[^\"`}])*+)\}\}", re.DOTALL
)
_DEFINE: Final = LatePattern(r"(?:define|block)\s+\"([^\"]+)\"")
_OPENS: Final = LatePattern(r"(?:if|with|range|define|block)\b")
_CALL: Final = LatePattern(r"\b(?:include|template)\s+\"([^\"]+)\"")
_QUOTED: Final = LatePattern(r"[\"`]([^\"`\n]{1,300})(?=[\"`])")
_LABEL: Final = LatePattern(r"[\"']?([A-Za-z][\w./-]*)[\"']?:\s+(\S.*)")
_MOVES: Final = LatePattern(
    r"\.Chart\.(?:App)?Version\b|\.Release\.(?:Revision|Time)\b|\b(?:now|randAlpha\w*|uuidv4)\b"
)
"""What is another at the next release of the chart, or each time."""
_MOST_FILES: Final = 300
_MOST_BYTES: Final = 200_000
_DEEPEST: Final = 6
_MOST_LINES: Final = 400
_MOST_WITHIN: Final = 50
"""Templates within templates that are written out."""
_MOST_NAMES: Final = 5
_LONGEST: Final = 4_000


class Line(Struct, frozen=True, kw_only=True):
    """One line of a named template, and where it stands."""

    text: str
    path: RepoPath
    number: int
    is_at_times: bool = False
    """Whether a condition decides whether it is there."""


class NamedChange(Struct, frozen=True, kw_only=True):
    """A part of an object that is otherwise by what a named template puts in."""

    kind: str
    part: str
    template: str
    """What is asked for there."""
    object_place: Place
    place: Place
    turn: str
    """What becomes of which label, in words."""
    is_sure: bool


def named_changes(manifests: Manifests) -> Iterator[NamedChange]:
    """Each such part of the templates that a change of these leaves as they are, or touches elsewhere."""
    before, after = manifests.tree_before, manifests.tree_after
    if before is None or after is None:
        return
    for chart in dict.fromkeys(chart_folder(path) for path in manifests.helpers):
        was, now = (_defined(chart, around) for around in (before, after))
        changed = {name for name in was.keys() & now.keys() if _texts(was[name]) != _texts(now[name])}
        names = _all_by(changed, now) if changed else set()
        sides = (_Defined(was), _Defined(now))
        for path, old, new in _templates(chart, before=before, after=after, names=names) if names else ():
            yield from _of_template(path, (old, new), was=sides[0], now=sides[1])


def chart_folder(path: RepoPath) -> str:
    """The folder in which a chart's templates lie, with its slash."""
    head, _, _ = f"/{path}".partition("/templates/")
    return f"{head}/templates/".lstrip("/")


def _defined(chart: str, around: Around) -> Mapping[str, list[Line]]:
    tree, read = around
    found: dict[str, list[Line]] = {}
    paths = [path for path in tree.blobs if path.startswith(chart) and path.endswith(".tpl")]
    for path in paths[:_MOST_FILES]:
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        if isinstance(data, bytes):
            found.update(_blocks(data.decode("utf-8", "replace"), path))
    return found


def _blocks(text: str, path: RepoPath) -> Iterator[tuple[str, list[Line]]]:
    """The named templates of a file, each with its lines."""
    name, depth, begin = "", 0, 0
    inner: list[tuple[int, int]] = []
    for match in _actions(text):
        said = match[1].removesuffix("-").strip()
        if name and depth == 1 and said == "end":
            yield name, _lines(text, begin, end=match.start(), at_times=inner, path=path)
            name, depth = "", 0
        elif not name and (defined := _DEFINE.match(said)) is not None:
            name, depth, begin, inner = defined[1], 1, match.end(), []
        elif name and _OPENS.match(said):
            depth += 1
            if depth == 2:
                inner.append((match.start(), len(text)))
        elif name and said == "end":
            depth -= 1
            if depth == 1:
                inner[-1] = (inner[-1][0], match.end())


def _actions(text: str) -> Iterator[re.Match[str]]:
    """The actions of a text up to the first that is never closed: nothing behind that is any."""
    at = text.find("{{")
    while at >= 0 and (match := _ACTION.match(text, at)) is not None:
        yield match
        at = text.find("{{", match.end())


def _lines(text: str, begin: int, *, end: int, at_times: list[tuple[int, int]], path: RepoPath) -> list[Line]:
    found: list[Line] = []
    at, number = begin, text.count("\n", 0, begin) + 1
    for line in text[begin:end].split("\n"):
        said = " ".join(line.split())
        nearest = bisect_right(at_times, (at, len(text))) - 1
        is_at_times = nearest >= 0 and at < at_times[nearest][1]
        if said and not said.startswith(("#", "{{/*", "{{- /*")):
            found.append(Line(text=said, path=path, number=number, is_at_times=is_at_times))
        at += len(line) + 1
        number += 1
    return found


def _texts(lines: list[Line]) -> list[tuple[str, bool]]:
    return [(each.text, each.is_at_times) for each in lines]


def _all_by(changed: set[str], defined: Mapping[str, list[Line]]) -> set[str]:
    """The names of what is otherwise, also by what it asks for itself."""
    found = set(changed)
    for _ in range(_DEEPEST):
        more = {name for name, lines in defined.items() if any(found & {*_CALL.findall(each.text)} for each in lines)}
        if more <= found:
            break
        found |= more
    return found


def _templates(chart: str, *, before: Around, after: Around, names: set[str]) -> Iterator[tuple[RepoPath, str, str]]:
    """The templates that are there on both sides and ask for one of these names."""
    (tree, read), (other, read_other) = before, after
    paths = [path for path in other.blobs if path.startswith(chart) and path.endswith((".yaml", ".yml"))]
    for path in paths[:_MOST_FILES]:
        new = read_other(other.blobs[path].oid, _MOST_BYTES)
        if (
            not isinstance(new, bytes)
            or path not in tree.blobs
            or names.isdisjoint(_QUOTED.findall(new.decode("utf-8", "replace")))
        ):
            continue
        old = read(tree.blobs[path].oid, _MOST_BYTES)
        if isinstance(old, bytes):
            yield path, old.decode("utf-8", "replace"), new.decode("utf-8", "replace")


class _Label(Struct, frozen=True, kw_only=True):
    """A label as it is written, with what it asks for written out."""

    value: str
    whole: str
    line: Line


class _Defined:
    """The named templates of one side of a chart, each written out once; what asks for itself does no more than it does."""

    def __init__(self, lines: Mapping[str, list[Line]]) -> None:
        self.lines = lines
        self._expanded: dict[str, list[Line]] = {}
        self._texts: dict[str, str] = {}
        self._within = 0

    def labels(self, lines: list[Line]) -> dict[str, _Label]:
        """The labels that some lines write, those too that they ask for."""
        found: dict[str, _Label] = {}
        for each in self._all(lines):
            match = _LABEL.fullmatch(each.text)
            if match is not None:
                found[match[1]] = _Label(value=match[2], whole=self._whole(match[2]), line=each)
        return found

    def _all(self, lines: list[Line]) -> list[Line]:
        found: list[Line] = []
        for each in lines[:_MOST_LINES]:
            called = _CALL.findall(each.text) if each.text.startswith("{{") and each.text.endswith("}}") else []
            if len(called) != 1 or called[0] not in self.lines or self._within > _MOST_WITHIN:
                found.append(each)
                continue
            inner = self._of(called[0])
            found += [replace(line, is_at_times=True) for line in inner] if each.is_at_times else inner
            if len(found) > _MOST_LINES:
                break
        return found

    def _of(self, name: str) -> list[Line]:
        if name not in self._expanded:
            self._expanded[name] = []
            self._within += 1
            self._expanded[name] = self._all(self.lines[name])
            self._within -= 1
        return self._expanded[name]

    def _whole(self, value: str) -> str:
        """A value with the text of what it asks for behind it."""
        names = [name for name in _CALL.findall(value) if name in self.lines] if self._within <= _MOST_WITHIN else []
        return " ".join([_plain(value), *(self._text(name) for name in names[:_MOST_NAMES])])[:_LONGEST]

    def _text(self, name: str) -> str:
        if name not in self._texts:
            self._texts[name] = ""
            self._within += 1
            self._texts[name] = self._whole(" ".join(each.text for each in self.lines[name]))
            self._within -= 1
        return self._texts[name]


def _of_template(path: RepoPath, texts: tuple[str, str], *, was: _Defined, now: _Defined) -> Iterator[NamedChange]:
    before, after = (list(parts_of(text)) for text in texts)
    if [each[:2] for each in before] != [each[:2] for each in after]:
        return
    for (kind, part, _, first), (_, _, line, second) in zip(before, after, strict=True):
        left, right = (
            defined.labels([Line(text=text, path=path, number=number) for number, text in lines])
            for lines, defined in ((first, was), (second, now))
        )
        turn = _turn(left, right)
        called = next((name for _, text in second for name in _CALL.findall(text)), "")
        if turn is None or not called:
            continue
        label, words, is_sure = turn
        shown = right.get(label) or left[label]
        side = Side.HEAD if label in right else Side.BASE
        yield NamedChange(
            kind=kind,
            part=part,
            template=called,
            object_place=Place(path=path, line=line, end_line=line, side=Side.HEAD),
            place=Place(path=shown.line.path, line=shown.line.number, end_line=shown.line.number, side=side),
            turn=words,
            is_sure=is_sure,
        )


def _plain(value: str) -> str:
    return value.replace("{{-", "{{").replace("-}}", "}}").replace('"', "").replace("'", "")


def _turn(left: Mapping[str, _Label], right: Mapping[str, _Label]) -> tuple[str, str, bool] | None:
    """The first label that is otherwise, in words, and whether that is sure; what is surest comes first."""
    found: list[tuple[bool, str, str]] = []
    for label in dict.fromkeys((*right, *left)):
        was, now = left.get(label), right.get(label)
        if was is None and now is not None:
            found.append((not now.line.is_at_times, label, f"`{label}: {now.value}` comes to it"))
        elif was is not None and now is None:
            found.append((not was.line.is_at_times, label, f"`{label}: {was.value}` goes from it"))
        elif was is not None and now is not None and was.whole != now.whole:
            moves = bool(_MOVES.search(now.whole)) and not _MOVES.search(was.whole)
            is_plain = "{{" not in was.whole and "{{" not in now.whole
            turn = (
                f"`{was.value}` becomes `{now.value}`"
                if was.value != now.value
                else f"what `{now.value}` stands for is otherwise"
            )
            found.append((moves or is_plain, label, turn))
    if not found:
        return None
    is_sure, label, words = next((each for each in found if each[0]), found[0])
    return label, words, is_sure

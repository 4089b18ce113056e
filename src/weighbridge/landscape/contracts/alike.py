"""Leaves out of two versions of an API description what both say alike and what leads to nothing that differs, before either is read.

Reading a description costs more than all else that is done with it, and most changes alter little of one. What is left out
becomes empty lines, so that the rest stays where it stands; of an operation its path, method and id stay, of a part its name.

Texts are taken apart by their indentation. Wherever that may not be what a text means (anchors, values over several lines that
stand out, several documents, references to other files), or what counts for every operation differs, nothing is left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.landscape.contracts.library import Shortened

_PATHS: Final = frozenset({b"paths", b"webhooks", b"x-webhooks"})
_PARTS: Final = frozenset({b"definitions", b"parameters", b"responses"})
_COMPONENTS: Final = b"components"
_OF_ALL: Final = b"securitySchemes"
"""Components that count for every operation."""
_FREE: Final = frozenset({b"info", b"tags", b"externalDocs"})
"""What may differ and changes nothing of what operations mean."""

_KEY: Final = re.compile(
    rb"""(?:"([^"\\\n]+)"|'([^'\n]+)'|([^\s"'#&*!|>{}\[\],%@`?-][^\n#"']{0,500}?))[ ]{0,40}:(?=\s|$)[ ]*([^\n]*)"""
)
_METHOD: Final = re.compile(
    rb"""["']?(?:get|put|post|delete|options|head|patch|trace|query)["']?[ ]*:\s*([^\s]*)""", re.IGNORECASE
)
_REFERENCE: Final = re.compile(rb"""\$ref["']?[ ]*:[ ]*(?:"#/([^"\\\n]+)"|'#/([^'\n]+)')""")
"""A reference within the same document."""
_IN_DISGUISE: Final = re.compile(
    rb"""(?!"\$ref")"(?:\$|\\(?:u00|x|U000000)24)(?:r|\\(?:u00|x|U000000)72)(?:e|\\(?:u00|x|U000000)65)(?:f|\\(?:u00|x|U000000)66)\""""
)
"""The key of references, written with escapes."""
_ESCAPES: Final = (b"\\u00", b"\\x", b"\\U0")
"""Those of which one stands in it."""
_ID: Final = re.compile(rb"""["']?operationId["']?[ ]*:[ ]*(?:[\w.-]+|"[\w.-]+"|'[\w.-]+')[ ]*,?[ \t\r]*(?=\n|\Z)""")
_ENDS_OF_LINES: Final = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What ends lines of YAML besides their usual ends."""
_MARK: Final = re.compile(rb"\n(?:---|\.\.\.|%| *\t)")
"""Where another document begins, or a tab stands where lines are indented."""
_NOT_PLAIN: Final = re.compile(rb"""(?m)\n(?![^"'&\[{\\\n]*+(?:'[^'"\\\n]*+'|"[^'"\\\n]*+")?+[^"'&\[{\\\n]*+$)[^\n]+""")
"""A line with more than words and one text in quotes."""
_TAGGED: Final = re.compile(rb"!(?<=[\s\[{,]!)")
"""Where it is said of what kind a value is, so that the value begins behind that."""
_VALUE: Final = re.compile(rb"""[:\-\n] *(?<=[ \n])([\[{][^\n]*$|"(?:[^"\\\n]|\\[^\n])*+$|'(?:[^'\n]|'')*+$)""")
"""Values that may go on in the lines below."""
_BEFORE: Final = frozenset({b"", b" ", b"\n", b"\t", b"[", b"{", b",", b":"})
_NAMED: Final = re.compile(rb"&([^\s,\[\]{}]+)")
_BY_NAME: Final = re.compile(rb"\*([^\s,\[\]{}]+)")
"""What is named, and what stands for it elsewhere, if not in words that only look so."""
_MOST_KEYS: Final = 20_000
"""Keys of one mapping; descriptions that people keep have a tenth of it."""
_MOST_VALUES: Final = 1_000
_FURTHEST: Final = 20_000
"""Values over several lines that are looked at, and how far each is followed."""
_QUOTED: Final = re.compile(rb""""(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'""", re.DOTALL)
_BRACKET: Final = re.compile(rb"[\[\]{}]")
_BEGIN: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:---[ ]*\r?(?=\n))?")
_FIRST: Final = re.compile(rb"\n([ \t]*)[^\s#]")

Name = tuple[bytes, ...]
"""What references call a piece: `paths`, `/pets`."""


class _DoubtError(Exception):
    """Lines may not be what their indentation says."""


class _Piece(Struct, frozen=True, kw_only=True, eq=False):
    """One path, or one part that operations refer to; `text` begins with the end of the line before it."""

    start: int
    text: bytes
    is_open: bool
    """Whether all that it says stands in the lines below its first."""
    refers_to: frozenset[Name]


class _Key(Struct, frozen=True, kw_only=True):
    """A key of a mapping, from the end of the line before it: where its line ends, where the next key begins, and what
    stands behind it in its line.
    """

    name: bytes
    indent: int
    start: int
    body: int
    end: int
    value: bytes


class _Text:
    """One version, taken apart; what another version says alike need not be looked at again. Raises `_DoubtError`."""

    def __init__(self, text: bytes, *, besides: "_Text | None" = None) -> None:
        begin = _BEGIN.match(text)
        self._head = begin.group() if begin else b""
        rest = text[len(self._head) :]
        self._is_led = rest[:1] == b"\n"
        self.text = rest if self._is_led else b"\n" + rest
        self.is_json = rest.lstrip()[:1] == b"{"
        self.pieces: dict[Name, _Piece] = {}
        self._free: list[tuple[int, int]] = []
        self._said = _said_in_json(rest) if self.is_json else None
        self._known = {piece.text: piece.refers_to for piece in besides.pieces.values()} if besides else {}
        self._new: list[bytes] = []
        """What another version does not say alike."""
        self._deepest = 0
        """How far in the pieces' names stand that stand furthest in."""
        if not self.is_json and b"&" in text and not _names_in(_NAMED, text).isdisjoint(_names_in(_BY_NAME, text)):
            raise _DoubtError  # what differs in one place is otherwise in another
        self._take_apart()
        for each in self._new if besides else (self.text,):
            self._look_at(each)
        self.rest = b"".join(self._besides_pieces())
        """All that is no piece, and does not say what differs freely."""

    def without(self, shortened: Mapping[Name, bytes]) -> Shortened:
        """The text with some pieces shortened."""
        found: list[bytes] = []
        at = 0
        for name, piece in self.pieces.items():
            if name in shortened:
                found += (self.text[at : piece.start], shortened[name])
                at = piece.start + len(piece.text)
        return Shortened(self._head + b"".join((*found, self.text[at:]))[not self._is_led :])

    def _besides_pieces(self) -> Iterator[bytes]:
        at = 0
        pieces = ((piece.start, piece.start + len(piece.text)) for piece in self.pieces.values())
        for start, end in sorted((*pieces, *self._free)):
            yield self.text[at:start]
            at = end
        yield self.text[at:]

    def _take_apart(self) -> None:
        begin = self.text.find(b"{") + 1 if self.is_json else 0
        for top in self._keys(begin, len(self.text), over=-1, called=()):
            if top.name in _FREE:
                self._free.append((top.start, top.end))
                self._new.append(self.text[top.start : top.end])
            elif not self._is_open(top):
                continue
            elif top.name in _PATHS or top.name in _PARTS:
                self._add_pieces(top, (top.name,))
            elif top.name == _COMPONENTS:
                for kind in self._keys(top.body, top.end, over=top.indent, called=(top.name,)):
                    if kind.name != _OF_ALL and self._is_open(kind):
                        self._add_pieces(kind, (top.name, kind.name))

    def _add_pieces(self, within: _Key, called: Name) -> None:
        for key in self._keys(within.body, within.end, over=within.indent, called=called):
            end = self._closed(key) if self.is_json and self._is_open(key) else key.end
            text = self.text[key.start : end]
            refers_to = self._known.get(text)
            if refers_to is None:
                refers_to = _references_in(text)
                self._new.append(text)
            self._deepest = max(self._deepest, key.indent)
            self.pieces[(*called, key.name)] = _Piece(
                start=key.start, text=text, is_open=self._is_open(key), refers_to=refers_to
            )

    def _is_open(self, key: _Key) -> bool:
        """Whether all that a key leads to stands in the lines below it."""
        return key.value == (b"{" if self.is_json else b"")

    def _closed(self, key: _Key) -> int:
        """Where an object of JSON ends: with the line of the brace that stands below its key."""
        brace = re.compile(rb"\n[ \t]{%d}\}[, \t\r]*(?=\n|\Z)" % key.indent).search(self.text, key.body, key.end)
        if brace is None:
            raise _DoubtError
        return brace.end()

    def _keys(self, start: int, end: int, *, over: int, called: Name) -> list[_Key]:
        """The keys of the mapping between two places, which stand further in than what it belongs to."""
        first = _FIRST.search(self.text, start, end)
        indent = len(first.group(1)) if first else 0
        ends = b"}]" if self.is_json else b"-"
        found: list[_Key] = []
        lines = re.compile(rb"\n([ \t]{%d,%d})([^\s#][^\n]*)" % (over + 1, indent)) if indent > over else None
        for line in lines.finditer(self.text, start, end) if lines else ():
            said = line.group(2)
            if said[0] in ends:
                continue
            key = _KEY.match(said)
            if key is None or len(line.group(1)) < indent or len(found) > _MOST_KEYS:
                raise _DoubtError
            name, value = next(filter(None, key.groups())), key.group(4).rstrip()
            found.append(_Key(name=name, indent=indent, start=line.start(), body=line.end(), end=end, value=value))
        names = [key.name for key in found]
        if len(set(names)) < len(names) or (self.is_json and _keys_in(self._said, called) != names):
            raise _DoubtError
        return [replace(key, end=after.start) for key, after in pairwise(found)] + found[-1:]

    def _look_at(self, text: bytes) -> None:
        """See whether keys are what they seem, and every line of YAML is what its indentation says."""
        if any(each in text for each in _ESCAPES) and _IN_DISGUISE.search(text):
            raise _DoubtError
        if self.is_json:
            return
        if any(each in text for each in _ENDS_OF_LINES) or text.count(b"\r") != text.count(b"\r\n"):
            raise _DoubtError
        lines = ((line.start(), line.group()) for line in _NOT_PLAIN.finditer(text))
        values = (start + value.start(1) for start, line in lines for value in _VALUE.finditer(line))
        for number, at in enumerate(values):
            if number >= _MOST_VALUES or _is_doubtful(text, at, deepest=self._deepest):
                raise _DoubtError
        if _MARK.search(text) or _TAGGED.search(text):
            raise _DoubtError


def _names_in(pattern: re.Pattern[bytes], text: bytes) -> set[bytes]:
    """The names that stand behind a sign at which a value may begin."""
    return {each[1] for each in pattern.finditer(text) if text[max(each.start() - 1, 0) : each.start()] in _BEFORE}


def without_alike(old: bytes, new: bytes) -> tuple[bytes, bytes] | None:
    """Both versions without what they say alike; None where nothing can be left out."""
    try:
        both = _both(old, new)
    except _DoubtError:
        return None
    if both is None:
        return None
    one, other, shortened, kept = both
    left = {name: text for name, text in shortened.items() if text is not None and name not in kept}
    return (one.without(left), other.without(left)) if left else None


class OfAnother(Struct, frozen=True, kw_only=True):
    """What another version says of all that differs between two: whether it says what the old one says of it, and otherwise its
    text and the new one's, both without what none of it leads to. The texts are empty where nothing can be left out.
    """

    is_alike: bool = False
    texts: tuple[bytes, bytes] | None = None


def of_another(old: bytes, new: bytes, *, other: bytes) -> OfAnother:
    """What another version, of a release, says of all that differs between two."""
    try:
        both = _both(old, new)
        if both is None:
            return OfAnother()
        one, head, _, touched = both
        third = _Text(other, besides=one)
        if one.rest == third.rest and all(
            _is_alike(one.pieces[n], third.pieces.get(n)) for n in touched & one.pieces.keys()
        ):
            return OfAnother(is_alike=True)
        return (
            OfAnother(texts=_touched_only(third, head, touched=touched))
            if third.is_json is head.is_json
            else OfAnother()
        )
    except _DoubtError:
        return OfAnother()


def _touched_only(other: _Text, new: _Text, *, touched: set[Name]) -> tuple[bytes, bytes]:
    """Two texts with only those pieces whole that are touched, are paths of the first alone, or that these lead to."""
    every = other.pieces.keys() | new.pieces.keys()
    shortened = {
        (text, name): _shortened(name, piece, is_json=text.is_json)
        for text in (other, new)
        for name, piece in text.pieces.items()
    }
    paths = {name for name in other.pieces.keys() - new.pieces.keys() if name[0] in _PATHS}
    closed = {name for (_, name), text in shortened.items() if text is None}
    leads = {
        name: {n for text in (other, new) if name in text.pieces for n in text.pieces[name].refers_to} for name in every
    }
    kept = _reached({*touched, *paths, *closed, *_references_in(other.rest), *_references_in(new.rest)}, leads)
    left = every - kept
    one, two = (
        {name: short for name in left if (short := shortened.get((text, name))) is not None} for text in (other, new)
    )
    return other.without(one), new.without(two)


@lru_cache(maxsize=1)  # what breaks is asked first, what is in a release then
def _both(old: bytes, new: bytes) -> tuple[_Text, _Text, Mapping[Name, bytes | None], set[Name]] | None:
    """Both versions taken apart, what they say alike, shortened, and the pieces that stay whole; None where what is no piece differs."""
    one = _Text(old)
    other = _Text(new, besides=one)
    if one.is_json is not other.is_json or one.rest != other.rest:
        return None
    alike = {name: piece for name, piece in one.pieces.items() if _is_alike(piece, other.pieces.get(name))}
    shortened = {name: _shortened(name, piece, is_json=one.is_json) for name, piece in alike.items()}
    whole = {name for name in one.pieces.keys() | other.pieces.keys() if shortened.get(name) is None}
    return one, other, shortened, _kept(one, other, whole=whole, differing=whole - alike.keys())


def _shortened(name: Name, piece: _Piece, *, is_json: bool) -> bytes | None:
    """The lines of a piece, those empty that say more than what it is called, and what is called in it; None where that cannot be told."""
    if not piece.is_open:
        return None
    text = piece.text
    kept = [(0, text.index(b"\n", 1))] if b"\n" in text[1:] else [(0, len(text))]
    if name[0] in _PATHS:
        told = _operations(text, kept[0][1], is_json=is_json)
        if told is None:
            return None
        kept += told
    if is_json:
        kept.append((text.rindex(b"\n"), len(text)))
    found: list[bytes] = []
    at = 0
    for start, end in kept:
        found += (b"\n" * text.count(b"\n", at, start), text[start:end])
        at = end
    return b"".join((*found, b"\n" * text.count(b"\n", at)))


def _operations(text: bytes, start: int, *, is_json: bool) -> list[tuple[int, int]] | None:
    """Where a path's methods and the ids of its operations stand; None where they say more in one line, or stand elsewhere."""
    first = _FIRST.search(text, start)
    indent = len(first.group(1)) if first else 0
    lines = list(re.compile(rb"\n[ \t]{%d}([^\s#][^\n]*)" % indent).finditer(text, start)) if first else []
    ends = [each.start() for each in lines[1:]] + [len(text)]
    found: list[tuple[int, int]] = []
    is_operation = False
    for line, end in zip(lines, ends, strict=True):
        said = line.group(1)
        if said[0] in b"}]-":
            found += [line.span()] if is_json and is_operation and said[:1] == b"}" else []
            continue
        method = _METHOD.match(said)
        is_operation = method is not None
        if said.lstrip(b"\"'")[:4] == b"$ref" or (method and method.group(1) != (b"{" if is_json else b"")):
            return None
        if is_operation:
            found.append(line.span())
            told = _id_in(text, line.end(), end=end)
            if told is None:
                return None
            found += told
    return found


def _id_in(text: bytes, start: int, *, end: int) -> list[tuple[int, int]] | None:
    """Where the line with an operation's id stands, if it has one; None where it is no plain name."""
    first = _FIRST.search(text, start, end)
    called = first and re.compile(rb"\n[ \t]{%d}(?=[\"']?operationId)" % len(first.group(1))).search(text, start, end)
    if not called:
        return []
    whole = _ID.match(text, called.end(), end)
    return [(called.start(), whole.end())] if whole else None


def _said_in_json(text: bytes) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise _DoubtError from error


def _keys_in(said: object, called: Name) -> list[bytes]:
    """The keys of a mapping in a document, by what leads to it."""
    for name in called:
        said = said.get(name.decode("utf-8", "replace")) if isinstance(said, dict) else None
    return [str(key).encode() for key in said] if isinstance(said, dict) else []


def _is_doubtful(text: bytes, at: int, *, deepest: int) -> bool:
    """Whether a value goes on in lines that may be taken for keys: they stand as far out as its own, or as pieces."""
    line = text[text.rfind(b"\n", 0, at) + 1 : at]
    outer = re.compile(rb"\n {0,%d}[^\s]" % min(len(line) - len(line.lstrip(b" ")), deepest))
    end = _end_of_flow(text, at) if text[at : at + 1] in b"[{" else _end_of_text(text, at)
    return end is None or outer.search(text, at, end) is not None


def _end_of_text(text: bytes, at: int) -> int | None:
    whole = _QUOTED.match(text, at, at + _FURTHEST)
    return whole.end() if whole else None


def _end_of_flow(text: bytes, at: int) -> int | None:
    depth = 0
    for bracket in _BRACKET.finditer(text, at, at + _FURTHEST):
        depth += 1 if bracket.group() in b"[{" else -1
        if not depth:
            return bracket.end()
    return None


def _references_in(text: bytes) -> frozenset[Name]:
    """The pieces that references lead to, or into."""
    found = [whole or other for whole, other in _REFERENCE.findall(text)]
    if len(found) != text.count(b"$ref"):
        raise _DoubtError
    return frozenset(map(_piece_at, found))


@lru_cache(maxsize=4096)
def _piece_at(pointer: bytes) -> Name:
    """The piece that a pointer leads to, or into; many references lead to one."""
    parts = tuple(_unescaped(part) for part in pointer.split(b"/")[:3])
    return parts if parts[0] == _COMPONENTS else parts[:2]


def _unescaped(part: bytes) -> bytes:
    if b"%" in part:
        part = unquote_to_bytes(part)
    return part.replace(b"~1", b"/").replace(b"~0", b"~") if b"~" in part else part


def _kept(one: _Text, other: _Text, *, whole: set[Name], differing: set[Name]) -> set[Name]:
    """The pieces that stay whole, the operations that lead to what differs, and all that these lead to."""
    leads: dict[Name, set[Name]] = {}
    led_to_by: dict[Name, set[Name]] = {}
    others = [(name, piece) for name, piece in other.pieces.items() if name in differing]
    for name, piece in (*one.pieces.items(), *others):
        leads.setdefault(name, set()).update(piece.refers_to)
        for target in piece.refers_to:
            led_to_by.setdefault(target, set()).add(name)
    touched = (name for name in _reached(differing, led_to_by) if name[0] in _PATHS)
    return _reached({*whole, *touched, *_references_in(one.rest)}, leads)


def _is_alike(one: _Piece | None, other: _Piece | None) -> bool:
    return one is not None and other is not None and one.text == other.text


def _reached(names: Iterable[Name], leads: Mapping[Name, set[Name]]) -> set[Name]:
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += leads.get(name, ())
    return found

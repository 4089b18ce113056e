"""What of a file's code means something else now, told by its tokens alone: a number, a comparison, a yes that is a no.

Such a change is no accident of layout or naming. Comments, layout and the wording of texts that people read do not count.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import LineRange
from weighbridge.domain.late_pattern import LatePattern

MOST_LINES: Final = 3_000
"""Changed lines of a file that are compared."""
_MOST_TOKENS: Final = 4_000
_LONGEST_SHOWN: Final = 40
_LEAST_SAME: Final = 2
"""Tokens beside a turned one that must be the same, for it to have taken the other's place."""
_LAYOUT: Final = frozenset({";", ",", "(", ")"})
"""What formatters put in and take away."""
_MOST_LINE: Final = 5_000

_TOKEN: Final = LatePattern(
    r"(?P<number>(?<![\w.])\d[\w.]*)|(?P<name>[A-Za-z_$][\w$]*)|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`)"
    r"|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||\?\?|=>|->|:=|<<|>>|\*\*|//|[^\s\w])"
)
_COMPARISONS: Final = frozenset({"==", "!=", "===", "!==", "<", ">", "<=", ">="})
_JOINS: Final = frozenset({"and", "or", "&&", "||"})
_BOOLEANS: Final = frozenset({"true", "false", "True", "False"})
_STRICT: Final = ({"==", "==="}, {"!=", "!=="})
_LOGIC: Final = frozenset({"comparison", "joint", "negation", "boolean"})
_PROSE: Final = LatePattern(r"[^\W\d_]\s+\S|\w[.!?]['\"`]?$")
_ASKED: Final = LatePattern(
    r"[\"'`]\s*(?:select|insert|update|delete|with|alter|create|drop|merge|truncate)\b", re.IGNORECASE
)
_HOLE: Final = LatePattern(r"\{[^{}]*\}|%[-#0+ ]*[\d.]*[a-zA-Z]|<[^<>]*>|https?://\S+")


class Turn(Struct, frozen=True, kw_only=True):
    """A token that is another of its kind now, in lines that are the same but for that."""

    line: int
    before: str
    after: str
    kind: str
    """`number`, `comparison`, `joint`, `boolean`, `negation`."""


class _Token(Struct, frozen=True):
    kind: str
    text: str
    line: int


class Changed(Struct, frozen=True, kw_only=True):
    """A file's texts on both sides with the lines that differ; `hashes` says that `#` begins a comment there."""

    removed: Sequence[LineRange]
    added: Sequence[LineRange]
    base: str
    head: str
    hashes: bool

    @property
    def is_long(self) -> bool:
        """Whether more differs than is compared."""
        return sum(each.end - each.start + 1 for each in (*self.removed, *self.added)) > MOST_LINES


def turns(changed: Changed, *, is_strict: bool = False) -> Iterator[Turn]:
    """The tokens that are turned in the changed lines of a file.

    With `is_strict` only where nothing else of the lines is otherwise, and no second turn may make up for it: `not a or not b`
    is what `not (a and b)` was.
    """
    for old, new in _told_apart(changed):
        was, now = (
            ([t for t in old if t.text not in _LAYOUT], [t for t in new if t.text not in _LAYOUT])
            if is_strict
            else (old, new)
        )
        found = list(_between(was, now, is_strict=is_strict))
        if not is_strict or sum(each.kind in _LOGIC for each in found) < 2:
            yield from found


def is_wording(changed: Changed) -> bool:
    """Whether all that differs, comments aside, is the wording of texts that people read."""
    if changed.is_long:
        return False
    before, after = (
        [token for span in spans for token in _tokens(lines, span)]
        for spans, lines in (
            (changed.removed, _Lines(changed.base, hashes=changed.hashes)),
            (changed.added, _Lines(changed.head, hashes=changed.hashes)),
        )
    )
    return [_meant(each) for each in before] == [_meant(each) for each in after]


def _meant(token: _Token) -> str:
    """A token without the words that only people read: what is filled in stays, and so does what a database is asked."""
    is_prose = token.kind == "text" and bool(_PROSE.search(token.text)) and not _ASKED.match(token.text)
    return " ".join(_HOLE.findall(token.text)) if is_prose else token.text


def _told_apart(changed: Changed) -> Iterator[tuple[list[_Token], list[_Token]]]:
    if changed.is_long:
        return
    before, after = (_Lines(text, hashes=changed.hashes) for text in (changed.base, changed.head))
    for old, new in _hunks(changed.removed, changed.added):
        was, now = _tokens(before, old), _tokens(after, new)
        if was and now and len(was) + len(now) <= _MOST_TOKENS:
            yield was, now


def _hunks(removed: Sequence[LineRange], added: Sequence[LineRange]) -> Iterator[tuple[LineRange, LineRange]]:
    """What was taken and what came in its place, in pairs; git lists both of each hunk, one of them perhaps empty."""
    shift, left = 0, [each for each in added if each.end >= each.start]
    for old in (each for each in removed if each.end >= each.start):
        while left and left[0].start < old.start + shift:
            shift += left[0].end - left[0].start + 1
            left.pop(0)
        if left and left[0].start == old.start + shift:
            new = left.pop(0)
            yield old, new
            shift += new.end - new.start + 1
        shift -= old.end - old.start + 1


class _Lines:
    """A file's lines, and which of them stand within comments and documentation strings of several lines."""

    def __init__(self, text: str, *, hashes: bool) -> None:
        self.every = text.split("\n")
        self.hashes = hashes
        self.silent: set[int] = set()
        marks = ('"""', "'''") if hashes else ("/*",)
        ends, is_said, last = "", False, ":"
        for number, line in enumerate(self.every, start=1):
            plain = line.strip()
            if ends:
                ends = "" if ends in line else ends
            elif mark := next((each for each in marks if line.count(each) == 1), ""):
                is_said = not (plain.lstrip("rRbuU").startswith(mark) and (mark == "/*" or last.endswith(":")))
                ends = "*/" if mark == "/*" else mark
                ends = "" if mark == "/*" and "*/" in line.partition("/*")[2] else ends
            else:
                is_said = True
            if not is_said:
                self.silent.add(number)
            last = plain or last


def _tokens(lines: _Lines, span: LineRange) -> list[_Token]:
    found: list[_Token] = []
    hashes, in_comment = lines.hashes, False
    for number in range(span.start, min(span.end, len(lines.every)) + 1):
        if number in lines.silent:
            continue
        text = lines.every[number - 1][:_MOST_LINE]
        if in_comment or text.lstrip().startswith(("*", "/*", "//", '"""', "'''", "#" if hashes else "//")):
            in_comment = ("/*" in text or in_comment) and "*/" not in text
            continue
        for match in _TOKEN.finditer(text):
            word = match.group()
            if word == ("#" if hashes else "//"):
                break
            found.append(_Token(match.lastgroup or "", word, number))
    return found


def _between(was: Sequence[_Token], now: Sequence[_Token], *, is_strict: bool) -> Iterator[Turn]:
    matcher = SequenceMatcher(None, [each.text for each in was], [each.text for each in now], autojunk=False)
    codes = matcher.get_opcodes()
    same = sum(last - first for tag, first, last, _, _ in codes if tag == "equal")
    if same < _LEAST_SAME or same * 2 < max(len(was), len(now)):
        return  # written anew: what took whose place cannot be told
    found: list[Turn] = []
    for tag, first, last, start, end in codes:
        old, new = was[first:last], now[start:end]
        here = _negated(tag, old, new=new, after=now[end:]) if tag in ("insert", "delete") else _exchanged(old, new)
        if is_strict and tag != "equal" and len(here) + _renamed(old, new) != max(len(old), len(new)):
            return
        found += here
    yield from found


def _renamed(old: Sequence[_Token], new: Sequence[_Token]) -> int:
    """How many tokens stand for others of which names may be otherwise."""
    pairs = zip(old, new, strict=True) if len(old) == len(new) else ()
    return sum(
        before.kind == after.kind and before.kind in ("name", "text") and not _kind(before, after)
        for before, after in pairs
    )


def _exchanged(old: Sequence[_Token], new: Sequence[_Token]) -> list[Turn]:
    pairs = zip(old, new, strict=True) if len(old) == len(new) else ()
    return [
        Turn(line=after.line, before=_shown(before), after=_shown(after), kind=kind)
        for before, after in pairs
        if (kind := _kind(before, after))
    ]


def _negated(tag: str, old: Sequence[_Token], *, new: Sequence[_Token], after: Sequence[_Token]) -> list[Turn]:
    lone = new if tag == "insert" else old
    if len(lone) != 1 or lone[0].text not in ("!", "not") or not after:
        return []
    sign = lone[0].text
    before, now = ("", sign) if tag == "insert" else (sign, "")
    return [Turn(line=after[0].line, before=before, after=now, kind="negation")]


def _kind(old: _Token, new: _Token) -> str:
    if old.kind == new.kind == "number":
        return "number" if _value(old.text) != _value(new.text) else ""
    for kind, words in (("comparison", _COMPARISONS), ("joint", _JOINS), ("boolean", _BOOLEANS)):
        if old.text in words and new.text in words and old.text.lower() != new.text.lower():
            is_spelling = {old.text, new.text} in (*_STRICT, {"and", "&&"}, {"or", "||"})
            return "" if is_spelling else kind
    return ""


def _value(text: str) -> str:
    plain = text.replace("_", "").lower().rstrip("l")
    try:
        return str(float(int(plain, 0)) if plain.startswith(("0x", "0b", "0o")) else float(plain))
    except ValueError:
        return plain


def _shown(token: _Token) -> str:
    return token.text[:_LONGEST_SHOWN]


def in_words(turn: Turn) -> str:
    """What is otherwise, in words."""
    if turn.kind == "negation":
        return f"a condition gets a `{turn.after}`" if turn.after else f"a condition loses its `{turn.before}`"
    return f"`{turn.before}` becomes `{turn.after}`"

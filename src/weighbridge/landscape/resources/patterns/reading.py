"""Reads the text of a regular expression in the dialect of Python, JavaScript or Java."""

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns import charsets
from weighbridge.landscape.resources.patterns.escapes import Escapes, Flags
from weighbridge.landscape.resources.patterns.refusal import UnreadError
from weighbridge.landscape.resources.patterns.tree import (
    Again,
    Atomic,
    Border,
    BorderKind,
    Chain,
    Chars,
    Choice,
    Greed,
    Group,
    Look,
    Node,
    Pattern,
    Repeat,
)

Dialect = Literal["python", "javascript", "java"]

LONGEST: Final = 5_000
"""Characters of a pattern that are read."""
DEEPEST: Final = 50
"""Groups within groups that are read."""
_MOST_TIMES: Final = 100_000
_LETTERS: Final = {
    "python": {"i": "ignore_case", "m": "multiline", "s": "dot_all", "x": "verbose", "a": "ascii_only"},
    "javascript": {"i": "ignore_case", "m": "multiline", "s": "dot_all"},
    "java": {"i": "ignore_case", "m": "multiline", "s": "dot_all", "x": "verbose"},
}
_IDLE_LETTERS: Final = {"python": "Lu", "javascript": "gydu", "java": "udU"}
"""Flags that change nothing of what is judged here."""


def read(text: str, dialect: Dialect, *, flags: str = "") -> Pattern:
    """The tree of a pattern; `flags` are letters.

    Raises:
        UnreadError: it says what is not read here, is no pattern of the dialect, or is too long or deep.
    """
    if len(text) > LONGEST:
        raise UnreadError(Reason.LIMIT, f"it is longer than {LONGEST:,} characters")
    return _Reader(text, dialect).whole(_with(Flags(), flags, dialect=dialect))


def _with(flags: Flags, letters: str, *, dialect: Dialect, value: bool = True) -> Flags:
    named = {_LETTERS[dialect][each]: value for each in letters if each in _LETTERS[dialect]}
    unknown = [each for each in letters if each not in _LETTERS[dialect] and each not in _IDLE_LETTERS[dialect]]
    if unknown:
        raise UnreadError(Reason.UNSUPPORTED, f"the flag {unknown[0]!r} is not read")
    return replace(flags, **named)


class _Open(Struct, kw_only=True):
    """A group that is being read, as it was opened."""

    kind: str
    flags: Flags
    number: int = 0
    options: list[Node]
    parts: list[Node]


class _Reader:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._dialect: Dialect = dialect
        self._at = 0
        self._groups = 0
        self._names: dict[str, int] = {}
        self._refers_back = False
        self._escapes = Escapes(text, dialect)

    def whole(self, flags: Flags) -> Pattern:
        """The pattern."""
        stack = [_Open(kind="", flags=flags, options=[], parts=[])]
        while self._at < len(self._text):
            self._step(stack)
        if len(stack) > 1:
            raise UnreadError(Reason.UNPARSED, "a group is not closed")
        root = _closed(stack.pop())
        is_script = self._dialect == "javascript"
        return Pattern(root=root, groups=self._groups, refers_back=self._refers_back, is_script=is_script)

    def _step(self, stack: list[_Open]) -> None:
        """What stands next."""
        sign = self._text[self._at]
        top = stack[-1]
        match sign:
            case "(":
                self._opened(stack)
            case ")":
                if len(stack) == 1:
                    raise UnreadError(Reason.UNPARSED, "a group is closed that was not opened")
                self._at += 1
                done = stack.pop()
                stack[-1].parts.append(_grouped(done))
            case "|":
                self._at += 1
                top.options.append(_chain(top.parts))
                top.parts = []
            case "*" | "+" | "?" | "{" if self._repeated(top):
                return
            case "#" if top.flags.verbose:
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end + 1
            case _ if top.flags.verbose and sign in " \t\n\r\f\v":
                self._at += 1
            case _:
                top.parts.append(self._one(top.flags))

    def _one(self, flags: Flags) -> Node:
        """A single character, class, border or reference."""
        sign = self._text[self._at]
        match sign:
            case ".":
                self._at += 1
                return Chars(self._dot(flags))
            case "^":
                self._at += 1
                return Border("line-start" if flags.multiline else "start")
            case "$":
                self._at += 1
                end: BorderKind = "end" if self._dialect == "javascript" else "end-or-last-line"
                return Border("line-end" if flags.multiline else end)
            case "[":
                self._at, found = self._escapes.bracket(self._at, flags)
                return Chars(found)
            case "\\":
                return self._escaped(flags)
            case _:
                self._at += 1
                one = charsets.of_text(sign)
                return Chars(charsets.folded(one) if flags.ignore_case else one)

    def _dot(self, flags: Flags) -> charsets.Charset:
        if flags.dot_all:
            return charsets.ANY
        return charsets.others(charsets.NEWLINE if self._dialect == "python" else charsets.LINE_ENDS)

    def _escaped(self, flags: Flags) -> Node:
        following = self._text[self._at + 1 : self._at + 2]
        border = self._escapes.border(following)
        if border is not None:
            self._at += 2
            return border
        if following == "Q" and self._dialect == "java":
            end = self._text.find("\\E", self._at + 2)
            quoted = self._text[self._at + 2 : end if end >= 0 else None]
            self._at = len(self._text) if end < 0 else end + 2
            return Chain(tuple(Chars(charsets.of_text(each)) for each in quoted))
        reference = self._escapes.reference(self._at, names=self._names, groups=self._groups)
        if reference is not None:
            self._at, number = reference
            self._refers_back = True
            return Again(number)
        self._at, found = self._escapes.one(self._at, flags)
        return Chars(charsets.folded(found) if flags.ignore_case else found)

    def _repeated(self, top: _Open) -> bool:
        """Whether a repetition stands here; it is put around what was read last."""
        found = self._times()
        if found is None:
            return False
        least, most, end = found
        if not top.parts:
            if self._text[self._at] == "{":
                return False
            raise UnreadError(Reason.UNPARSED, "there is nothing to repeat")
        if least > _MOST_TIMES or (most is not None and most > _MOST_TIMES):
            raise UnreadError(Reason.LIMIT, f"it repeats something more than {_MOST_TIMES:,} times")
        greed: Greed = "greedy"
        if self._text[end : end + 1] == "?":
            greed, end = "lazy", end + 1
        elif self._text[end : end + 1] == "+" and self._dialect != "javascript":
            greed, end = "possessive", end + 1
        last = top.parts[-1]
        if isinstance(last, Repeat):
            raise UnreadError(Reason.UNPARSED, "a repetition is repeated")
        self._at = end
        top.parts[-1] = Repeat(last, least, most, greed)
        return True

    def _times(self) -> tuple[int, int | None, int] | None:
        sign = self._text[self._at]
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign] + (self._at + 1,)
        end = self._text.find("}", self._at, self._at + 24)
        least, comma, most = self._text[self._at + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not (least.isdecimal() or (not least and comma and most and self._dialect == "python")):
            return None
        if most and not most.isdecimal():
            return None
        low = int(least or 0)
        high = (int(most) if most else None) if comma else low
        return low, high, end + 1

    def _opened(self, stack: list[_Open]) -> None:
        """Takes up a group, or flags that stand like one."""
        if len(stack) > DEEPEST:
            raise UnreadError(Reason.LIMIT, f"more than {DEEPEST} groups lie in one another")
        top = stack[-1]
        rest = self._text[self._at + 1 : self._at + 5]
        kind, length = _kind(rest)
        if kind == "comment":
            end = self._text.find(")", self._at)
            self._at = len(self._text) if end < 0 else end + 1
            return
        self._at += 1 + length
        flags, number = top.flags, 0
        if kind == "named":
            self._groups += 1
            number = self._groups
            self._named(number)
        elif kind == "group":
            self._groups += 1
            number = self._groups
        elif kind == "again":
            name = self._until(")")
            if name not in self._names:
                raise UnreadError(Reason.UNPARSED, "it refers to a group that is not there")
            self._refers_back = True
            top.parts.append(Again(self._names[name]))
            return
        elif kind == "flags":
            flags, is_open = self._flags(top.flags)
            if not is_open:
                if self._dialect == "python" and (len(stack) > 1 or top.parts or top.options):
                    raise UnreadError(Reason.UNPARSED, "flags for all of it stand within it")
                top.flags = flags
                return
        stack.append(_Open(kind=kind, flags=flags, number=number, options=[], parts=[]))

    def _named(self, number: int) -> None:
        self._names[self._until(">")] = number

    def _until(self, sign: str) -> str:
        end = self._text.find(sign, self._at)
        if end < 0:
            raise UnreadError(Reason.UNPARSED, "the name of a group is not closed")
        name, self._at = self._text[self._at : end], end + 1
        return name

    def _flags(self, flags: Flags) -> tuple[Flags, bool]:
        """What flags are set from here on, and whether for a group of their own."""
        start = self._at
        while self._at < len(self._text) and (self._text[self._at].isalpha() or self._text[self._at] == "-"):
            self._at += 1
        on, _, off = self._text[start : self._at].partition("-")
        closing = self._text[self._at : self._at + 1]
        if closing not in ("", ":", ")") or not closing or (not on and not off):
            raise UnreadError(Reason.UNSUPPORTED, "a group of its kind (a condition, a recursion) is not read")
        self._at += 1
        flags = _with(flags, on, dialect=self._dialect)
        return _with(flags, off, dialect=self._dialect, value=False), closing == ":"


_KINDS: Final = (
    ("?:", "plain"),
    ("?=", "ahead"),
    ("?!", "not-ahead"),
    ("?<=", "behind"),
    ("?<!", "not-behind"),
    ("?>", "atomic"),
    ("?P<", "named"),
    ("?P=", "again"),
    ("?<", "named"),
    ("?#", "comment"),
    ("?", "flags"),
)


def _kind(rest: str) -> tuple[str, int]:
    """What is opened, and by how many characters behind the bracket."""
    return next(((kind, len(sign)) for sign, kind in _KINDS if rest.startswith(sign)), ("group", 0))


def _chain(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Chain(tuple(parts))


def _closed(done: _Open) -> Node:
    body = _chain(done.parts)
    return Choice((*done.options, body)) if done.options else body


def _grouped(done: _Open) -> Node:
    body = _closed(done)
    match done.kind:
        case "group" | "named":
            return Group(body, done.number)
        case "atomic":
            return Atomic(body)
        case "ahead" | "not-ahead" | "behind" | "not-behind":
            return Look(body, is_behind="behind" in done.kind, is_negative=done.kind.startswith("not"))
        case _:
            return Chain((body,))

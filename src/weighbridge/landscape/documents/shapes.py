"""What a document may hold, as values: the same shapes check it, with every error's place, and make its JSON Schema."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from msgspec import Struct, field

from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar

_WHOLE = re.compile(r"[+-]?\d{1,18}")
_SHOWN = 60
_FOREIGN = ("CYRILLIC", "GREEK", "ARMENIAN", "FULLWIDTH")


class Problem(Struct, frozen=True, kw_only=True):
    """One thing wrong with a document: where, what, and what to do about it."""

    mark: Mark
    message: str

    def __str__(self) -> str:
        return f"{self.mark.line}:{self.mark.column}: {self.message}"


class Text(Struct, frozen=True, kw_only=True, dict=True):
    """A string that is not empty; `pattern` must match it whole, and `meaning` says what that asks for.

    `check` looks closer: it gives what is wrong, or the empty string.
    """

    pattern: str = ""
    meaning: str = ""
    check: Callable[[str], str] | None = None

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """What `pattern` means."""
        return re.compile(self.pattern)


class Whole(Struct, frozen=True, kw_only=True):
    """A whole number within bounds, both included."""

    least: int
    most: int


class Choice(Struct, frozen=True):
    """One of some words."""

    words: tuple[str, ...]


class Flag(Struct, frozen=True, kw_only=True):
    """`true` or `false`; `true` alone where whoever does not want it leaves it out (`is_asked_for`)."""

    is_asked_for: bool = False


class Listing(Struct, frozen=True, kw_only=True):
    """A list of one shape; `or_one` takes a single value for a list of one."""

    of: "Shape"
    least: int = 0
    or_one: bool = False


class Key(Struct, frozen=True, kw_only=True):
    """A key of a record: its value's shape, whether it must stand there, and what it is for."""

    shape: "Shape"
    says: str
    required: bool = False


class Record(Struct, frozen=True, kw_only=True, dict=True):
    """A mapping with known keys; exactly one of `one_of` must stand there when any are named.

    `called` is the name of one that stands in several places, or within itself: it is described once. `or_text` says that
    a text alone stands for the value of the first key, the only one that may be required.
    """

    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    called: str = ""
    or_text: bool = False

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys that must stand there."""
        return tuple(name for name, key in self.keys.items() if key.required)


class Named(Struct, frozen=True, kw_only=True):
    """A mapping from names that people choose to one shape."""

    name: Text
    of: "Shape"


Shape = Text | Whole | Choice | Flag | Listing | Record | Named


class Checker(Struct):
    """Collects every problem of a document against a shape; `is_newer` lets unknown keys stand.

    `newer` are the dotted names of the keys that were let stand.
    """

    is_newer: bool = False
    problems: list[Problem] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)

    def check(self, node: Node, shape: Shape, *, at: str = "") -> None:
        """Hold `node` against `shape`; `at` is its dotted name in the document."""
        if isinstance(shape, Record):
            self._record(node, shape, at=at)
        elif isinstance(shape, Listing):
            self._listing(node, shape, at=at)
        elif isinstance(shape, Named):
            self._named(node, shape, at=at)
        else:
            self._scalar(node, shape, at=at)

    def _report(self, mark: Mark, message: str) -> None:
        self.problems.append(Problem(mark=mark, message=message))

    def _record(self, node: Node, shape: Record, *, at: str) -> None:
        if shape.or_text and isinstance(node, Scalar) and not node.is_null:
            self.check(node, next(iter(shape.keys.values())).shape, at=at)
            return
        if not isinstance(node, Fields):
            self._report(
                node.mark, f"{_subject(at)} must be a mapping with {_among(shape.keys)}, not {_described(node)}"
            )
            return
        if node.twice:
            self._twice(node, at)
        for name, (key, value) in node.entries.items():
            known = shape.keys.get(name)
            if known is not None:
                self.check(value, known.shape, at=f"{at}.{name}" if at else name)
            elif self.is_newer:
                self.newer.append(_dotted(at, name))
            elif not name.startswith("x-"):
                self._report(key.mark, f"unknown key `{_cut(name)}`{_in(at)}: {_nearest(name, shape.keys)}")
        for name in shape.required:
            if name not in node.entries:
                self._report(node.mark, f"{_subject(at)} needs the key `{name}`: {shape.keys[name].says}")
        if shape.one_of:
            self._one_of(node, shape.one_of, at=at)

    def _one_of(self, node: Fields, names: tuple[str, ...], *, at: str) -> None:
        given = sum([name in names for name in node.entries])
        if given != 1:
            words = f"it has {given}" if given else "it has none"
            self._report(node.mark, f"{_subject(at)} needs exactly one of {_among(names)}; {words}")

    def _named(self, node: Node, shape: Named, *, at: str) -> None:
        if isinstance(node, Scalar) and node.is_null:
            return
        if not isinstance(node, Fields):
            self._report(node.mark, f"{_subject(at)} must be a mapping from names, not {_described(node)}")
            return
        self._twice(node, at)
        for name, (key, value) in node.entries.items():
            if wrong := _why_no_text(key, shape.name):
                self._report(key.mark, f"the name `{_cut(name)}`{_in(at)}{wrong}")
            self.check(value, shape.of, at=_dotted(at, name))

    def _listing(self, node: Node, shape: Listing, *, at: str) -> None:
        if isinstance(node, Items):
            if len(node.items) < shape.least:
                self._report(node.mark, f"{_subject(at)} needs at least {shape.least}; it has {len(node.items)}")
            for number, item in enumerate(node.items, start=1):
                self.check(item, shape.of, at=f"{at}[{number}]")
        elif shape.or_one and isinstance(node, Scalar) and not node.is_null:
            self.check(node, shape.of, at=at)
        elif shape.least or not (isinstance(node, Scalar) and node.is_null):
            self._report(node.mark, f"{_subject(at)} must be a list, not {_described(node)}")

    def _scalar(self, node: Node, shape: "Text | Whole | Choice | Flag", *, at: str) -> None:
        if not isinstance(node, Scalar):
            self._report(node.mark, f"{_subject(at)} must be {_wanted(shape)}, not {_described(node)}")
            return
        match shape:
            case Text():
                if wrong := _why_no_text(node, shape):
                    self._report(node.mark, f"{_subject(at)}{wrong}")
            case Whole(least=least, most=most):
                if not (node.is_plain and _WHOLE.fullmatch(node.value) and least <= int(node.value) <= most):
                    self._report(node.mark, f"{_subject(at)} must be {_wanted(shape)}, not {_described(node)}")
            case Choice(words=words):
                if node.value not in words:
                    self._report(
                        node.mark, f"{_subject(at)} cannot be `{_cut(node.value)}`: {_nearest(node.value, words)}"
                    )
            case Flag(is_asked_for=is_asked_for):
                if not (node.is_plain and node.value.lower() in (("true",) if is_asked_for else ("true", "false"))):
                    self._report(node.mark, f"{_subject(at)} must be {_wanted(shape)}, not {_described(node)}")

    def _twice(self, node: Fields, at: str) -> None:
        for key in node.twice:
            first = node.entries[key.value][0].mark
            self._report(key.mark, f"`{_cut(key.value)}`{_in(at)} stands here again; it was given in line {first.line}")


def _why_no_text(node: Scalar, shape: Text) -> str:
    """What is wrong with a text, to stand behind what it is called; empty when nothing is."""
    if node.is_null or not node.value.strip():
        return " must not be empty"
    if shape.pattern and not shape.compiled.fullmatch(node.value):
        return f" must be {shape.meaning}, not `{_cut(node.value)}`{alike_letters(node.value)}"
    wrong = shape.check(node.value) if shape.check else ""
    return f": {wrong}" if wrong else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, empty when none is alike."""
    folded = {k.lower().replace("-", "_"): k for k in sorted(known)}
    found = difflib.get_close_matches(word.lower().replace("-", "_")[:_SHOWN], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def _nearest(word: str, known: Iterable[str]) -> str:
    known = list(known)
    close = nearest(word, known)
    return f"did you mean `{close}`?{alike_letters(word)}" if close else f"known are {_among(known)}"


def alike_letters(word: str) -> str:
    """That a word in Latin letters has some of another script, which look the same; empty where it has none."""
    if word.isascii() or not any(sign.isascii() and sign.isalpha() for sign in word):
        return ""
    found = {sign: unicodedata.name(sign, "") for sign in word if not sign.isascii() and sign.isalpha()}
    foreign = [f"`{sign}` is {called}" for sign, called in found.items() if called.startswith(_FOREIGN)]
    return f" ({', '.join(foreign)})" if foreign else ""


def _among(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _subject(at: str) -> str:
    return f"`{_cut(at)}`" if at else "the document"


def _in(at: str) -> str:
    return f" in `{_cut(at)}`" if at else ""


def _dotted(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _cut(text: str) -> str:
    shown = text
    if not text.isprintable():
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def _described(node: Node) -> str:
    match node:
        case Scalar(is_null=True):
            return "nothing"
        case Scalar(value=value, is_plain=is_plain):
            return f"`{_cut(value)}`" if is_plain else f'the text "{_cut(value)}"'
        case Items():
            return "a list"
        case Fields():
            return "a mapping"


def _wanted(shape: "Text | Whole | Choice | Flag") -> str:
    match shape:
        case Whole(least=least, most=most):
            return f"a whole number from {least} to {most}" if least < most else str(least)
        case Choice(words=words):
            return f"one of {_among(words)}"
        case Flag(is_asked_for=is_asked_for):
            return "`true`, or left out" if is_asked_for else "`true` or `false`"
        case Text(meaning=meaning):
            return meaning or "text"

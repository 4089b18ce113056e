"""The text of an error that a definition raises or hands out otherwise than it did, and who here matches the old text."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import subexpressions, walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import Attribute, Call, Either, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.asking import ANSWERS, who_asks
from weighbridge.landscape.contracts.implicit.error_classes import MAKES_ERRORS, is_error
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.contracts.implicit.users import Leaning, who_leans
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test

_HOLES: Final = LatePattern(r"\{\}|%[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]")
_LEAST_LETTERS: Final = 10
"""A shorter part of a message is found in others by chance."""
_MOST_FILES: Final = 120
_MOST_HANDLERS: Final = 10


class ChangedMessage(Struct, frozen=True, kw_only=True):
    """One message that is another: who in code and who in tests goes by the old one."""

    rewrite: Rewrite
    before: str
    after: str
    matched: tuple[Place, ...]
    tested: tuple[Place, ...]
    leaning: Leaning


def changed_messages(rewritten: Rewritten, landscapes: Landscapes) -> Iterator[ChangedMessage]:
    """Every message of an error that is otherwise."""
    for each in rewritten:
        if type(each.before) is not Text or type(each.after) is not Text:
            continue
        makers = [last_name(slot.of.function) for slot in each.slots if type(slot.of) is Call]
        lost = _lost(each.before.value, each.after.value)
        if lost and _is_of_error(each, makers, view=landscapes.head):
            leaning = who_leans(landscapes, each.file, symbol=each.symbol)
            found = _places(each, (lost, each.after.value), landscapes=landscapes, near=(makers, leaning))
            yield ChangedMessage(
                rewrite=each,
                before=each.before.value,
                after=each.after.value,
                matched=tuple(place for place in found if not is_test(place.path)),
                tested=tuple(place for place in found if is_test(place.path)),
                leaning=leaning,
            )


def _is_of_error(each: Rewrite, makers: list[str], *, view: View) -> bool:
    return (
        each.step.kind == "raise"
        or any(_makes_error(slot.of) for slot in each.slots)
        or "HTTPException" in makers
        or (makers[-1:] == ["__init__"] and _is_in_error(each))
        or _is_answered(each, makers)
        or any(is_error(name, view.landscape) for name in makers)
    )


def _is_in_error(each: Rewrite) -> bool:
    """Whether a class of errors gives its text to the class above: `super().__init__("out of stock")`."""
    owner = each.symbol.rpartition(".")[0]
    definitions = each.file.head.definitions if each.file.head else ()
    classes = (one for one in definitions if one.kind == "class" and one.name == owner.rpartition(".")[2])
    return any(MAKES_ERRORS.search(last_name(base)) for one in classes for base in one.bases)


def _is_answered(each: Rewrite, makers: list[str]) -> bool:
    """Whether it is what an answer tells of an error: `res.status(409).json({ error: "ALREADY_USED" })`."""
    said = each.slots[-1] if each.slots else None
    return said is not None and said.key in _TELLS and not ANSWERS.isdisjoint(makers)


def _makes_error(expr: object) -> bool:
    match expr:
        case Call(function=Attribute(name="New", of=Name(id="errors"))):
            return True
        case Call(function=function):
            return bool(MAKES_ERRORS.search(last_name(function)))
    return False


def _lost(before: str, after: str) -> tuple[str, ...]:
    """The fixed parts of the old message, longest first, unless the new one still has each."""
    parts = [part.strip() for part in _HOLES.split(before)]
    kept = [part for part in parts if len(part) >= _LEAST_LETTERS]
    return tuple(sorted(kept, key=len, reverse=True)) if any(part not in after for part in kept) else ()


def _places(
    each: Rewrite, texts: tuple[tuple[str, ...], str], *, landscapes: Landscapes, near: tuple[list[str], Leaning]
) -> list[Place]:
    """Where a text stands that is, or is a good part of, the old message and no part of the new one; one place in each file.

    Who asks for the new one as well takes both.
    """
    parts, now = texts
    view = landscapes.head
    was = each.before.value if type(each.before) is Text else ""
    instead = _lost(now, was)
    found = []
    candidates = _candidates(each, landscapes=landscapes, near=near)
    others = [path for path in _saying(parts, view) if path not in candidates]
    for path in (*candidates[:_MOST_FILES], *others[:_MOST_FILES]):
        facts = view.landscape.facts(path) if path != each.file.change.path else None
        is_near = path in candidates
        find = _line if is_near else _compares
        line = find(facts, parts, now=now) if facts else 0
        knows_both = facts is not None and instead and _compares(facts, instead, now=was)
        if line and not knows_both:
            found.append(Place(path=path, line=line, end_line=line))
    return found


def _saying(parts: tuple[str, ...], view: View) -> Iterator[RepoPath]:
    """The files that say the two longest words of a message: who calls what raises it need not name that."""
    for part in parts:
        words = sorted(words_in(part), key=len)[-2:]
        holding = [frozenset(view.landscape.files_with(WORD + word)) for word in words]
        first = view.landscape.files_with(WORD + words[-1]) if words else ()
        yield from (path for path in first if all(path in each for each in holding))


def _compares(facts: FileFacts, parts: tuple[str, ...], *, now: str) -> int:
    """The first line at which a file asks whether a text is one of some parts, or holds it; 0 where none does."""
    for step in facts.steps:
        for part in walk(step.value):
            is_asked = type(part) is Either and part.operator in _COMPARES
            is_searched = type(part) is Call and last_name(part.function) in _SEARCHES
            inner = subexpressions(part) if is_asked or is_searched else ()
            if any(type(each) is Text and _is_of(each.value, parts, now=now) for each in inner):
                return step.line
    return 0


_COMPARES: Final = frozenset({"in", "not in", "==", "!="})
_SEARCHES: Final = frozenset(
    {"includes", "startswith", "endswith", "startsWith", "endsWith", "contains", "Contains", "search", "match"}
)


def _candidates(each: Rewrite, *, landscapes: Landscapes, near: tuple[list[str], Leaning]) -> list[RepoPath]:
    """The files that name what raises it, or what is raised, and those that request a route which leads there."""
    makers, leaning = near
    view = landscapes.head
    names = [part for part in each.symbol.split(".") if part] + [name for name in makers if name not in _TOO_COMMON]
    named = [path for name in names for path in view.landscape.files_with(f"m:{name}")]
    named += [one.source.path for one in who_asks(each, landscapes).references] if _is_answered(each, makers) else []
    for place in leaning.places[:_MOST_HANDLERS]:
        facts = view.landscape.facts(place.path)
        holder, _, name = place.symbol.rpartition(".")
        known = range(len(facts.definitions)) if facts else ()
        scope = next((at for at in known if facts and facts.qualified_name(at) == holder), 0)
        named += [each.source.path for each in view.requests.to((place.path, scope, name))] if name else []
    return list(dict.fromkeys(named))


_TELLS: Final = frozenset({"error", "code", "errorCode", "error_code", "reason"})
"""The keys under which answers tell what went wrong."""

_TOO_COMMON: Final = frozenset(
    {
        "Error",
        "Exception",
        "ValueError",
        "TypeError",
        "RuntimeError",
        "KeyError",
        "New",
        "Errorf",
        "IllegalStateException",
    }
    | {"__init__", "json", "jsonify", "send", "JSON", "status", "JSONResponse", "Response"}
    | {"IllegalArgumentException", "RuntimeException", "abort", "fail", "reject", "panic", "HTTPException"}
)
"""What so many files name that it tells nothing."""


def _line(facts: FileFacts, parts: tuple[str, ...], *, now: str) -> int:
    """The first line at which a file goes by one of some parts; what it raises itself does not count."""
    for _, line, expr in expressions(facts):
        own = {id(part) for call in walk(expr) if _says(call) for part in walk(call)}
        for part in walk(expr):
            if type(part) is Text and id(part) not in own and _is_of(part.value, parts, now=now):
                return line
    return 0


def _says(expr: object) -> bool:
    """Whether what a call is given is said to others: as an error, or in an answer."""
    return _makes_error(expr) or (type(expr) is Call and last_name(expr.function) in ANSWERS)


def _is_of(text: str, parts: tuple[str, ...], *, now: str) -> bool:
    """Whether a text is part of a message, or a pattern of it, and not of the new one."""
    plain = text.replace("\\", "").strip("^$ ").removeprefix(".*").removesuffix(".*")
    return len(plain) >= _LEAST_LETTERS and plain not in now and any(plain in part or part in plain for part in parts)

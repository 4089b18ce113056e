"""Calls that wait for somebody else, and whether anything ends the wait."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.domain.tables import read_table
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Argument, Call, Collection, Expr, Number, Opaque, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.reading import SCRIPTS, Reading, Use, method_of
from weighbridge.landscape.resources.limits.seen import Spot

KIND: Final = "timeout"
DEFAULT: Final = "default timeout"
SPREAD: Final = " **"
"""Behind the name of a call that is given options which are made elsewhere."""
_UNKNOWN: Final = None
_WHAT_OPTIONS_BRING: Final = "what the options that are spread bring"
_CONTEXT: Final = "the context of each request"
_CONTEXTS: Final = ("NewRequestWithContext(", ".WithContext(")
"""What gives a request of Go the bounds of whoever asks for it."""
_MAKERS: Final = frozenset({"create", "extend", "Pool", "Client", "request"})
_SHOWS: Final = frozenset(
    {"react", "vue", "svelte", "solid-js", "preact", "@angular/core", "swr", "@tanstack/react-query"}
)
"""Modules of pages."""
_SPREAD: Final = ("*", "**")


class Waiting(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table."""

    languages: tuple[str, ...]
    origins: tuple[str, ...]
    names: tuple[str, ...]
    position: int = -1
    options: int = -1
    default: str = ""
    ends: str = ""
    sure: bool = False
    by_context: bool = False
    by_setter: bool = False
    only_bare: bool = False


@cache
def _table() -> Mapping[tuple[str, str], Waiting]:
    rows = msgspec.convert(read_table(__file__, "timeouts.toml")["call"], type=list[Waiting])
    return {(language, origin): row for row in rows for language in row.languages for origin in row.origins}


def waits(reading: Reading) -> Iterator[Spot]:
    """The calls of a file that wait, each with whether that is bounded; what cannot be told is left out."""
    table, language = _table(), reading.facts.language
    if _has_general_bound(reading):
        return
    for use in reading.uses:
        row, about = _row(table, use, language=language)
        if row is None or _is_of_browser(reading, use):
            continue
        is_bounded = _is_bounded(reading, use, row=row)
        is_spread = any(each.name == "**" for each in use.call.arguments)
        left = row.default
        if is_bounded is _UNKNOWN:
            left = _WHAT_OPTIONS_BRING if is_spread else _CONTEXT if row.by_context else ""
            if not left:
                continue
        says_none = is_bounded is False and _says_none(reading, use, row=row)
        yield Spot(
            kind=DEFAULT if left and not says_none else KIND,
            about=about + (SPREAD if is_spread else ""),
            symbol=reading.symbol(use.scope),
            line=use.line,
            scope=use.scope,
            text=without_lines(use.call),
            is_bounded=bool(is_bounded),
            words="" if says_none else left,
            is_grave=row.sure,
            is_usual=bool(left) and not says_none,
        )


def bound_of(reading: Reading, use: Use) -> Expr | None:
    """What a call that waits is given as its bound; None where it waits for nobody, or none is given."""
    row, _ = _row(_table(), use, language=reading.facts.language)
    if row is None or not row.names or reading.facts.language in SCRIPTS:
        return None
    value = _named(use.call.arguments, row.names)
    plain = [each.value for each in use.call.arguments if not each.name]
    return plain[row.position] if value is None and 0 <= row.position < len(plain) else value


def _row(table: Mapping[tuple[str, str], Waiting], use: Use, *, language: str) -> tuple[Waiting | None, str]:
    row = table.get((language, use.origin))
    if row is not None:
        return (None if row.ends else row), use.origin
    last = method_of(use.call)
    start = use.origin
    while last == "build" and "." in start:
        start = start.rpartition(".")[0]
        row = table.get((language, start))
        if row is not None and row.ends == last:
            return row, start
    return None, ""


def _has_general_bound(reading: Reading) -> bool:
    """Whether a file says for all calls of a client at once how long they wait."""
    if reading.facts.language in SCRIPTS:
        return "defaults.timeout" in reading.text
    return reading.facts.language == "python" and (
        "socket.setdefaulttimeout" in reading.text or _mounts_its_own(reading)
    )


def _is_of_browser(reading: Reading, use: Use) -> bool:
    """Whether a request is made where one user waits for it: its address has no host, or what shows pages is imported."""
    if reading.facts.language not in SCRIPTS:
        return False
    first = use.call.arguments[0].value if use.call.arguments else None
    address = reading.literal(first, use.scope) if first is not None else None
    return (isinstance(address, Text) and address.value.startswith("/")) or bool(_SHOWS & reading.modules)


def _mounts_its_own(reading: Reading) -> bool:
    """Whether a session is given an adapter that is not the library's, which may bound what goes through it."""
    for use in reading.uses:
        if use.origin.endswith("Session.mount") and len(use.call.arguments) > 1:
            made = reading.literal(use.call.arguments[1].value, use.scope)
            if not isinstance(made, Call) or last_name(made.function) != "HTTPAdapter":
                return True
    return False


def _is_bounded(reading: Reading, use: Use, *, row: Waiting) -> bool | None:
    """Whether the wait of a call ends; None where it cannot be told."""
    if row.ends or row.by_setter:
        members = set(use.origin.split(".")) if row.ends else set()
        around = reading.methods_by_function.get(function_around(reading.facts, use.scope), frozenset())
        return bool((members | around) & set(row.names))
    if row.only_bare:
        return _UNKNOWN if use.call.arguments else False
    return _in_options(reading, use, row=row) if row.options >= 0 else _in_arguments(reading, use.call, row=row)


def _in_arguments(reading: Reading, call: Call, *, row: Waiting) -> bool | None:
    value = _named(call.arguments, row.names)
    is_spread = any(each.name in _SPREAD for each in call.arguments)
    if value is None and row.position >= 0 and not is_spread:
        plain = [each.value for each in call.arguments if not each.name]
        value = plain[row.position] if len(plain) > row.position else None
    if value is not None:
        return not _is_none(value)
    if is_spread or (row.by_context and any(word in reading.text for word in _CONTEXTS)):
        return _UNKNOWN
    return reading.facts.language == "go" and bool(reading.assigned_members & set(row.names))


def _in_options(reading: Reading, use: Use, *, row: Waiting) -> bool | None:
    if any(each.name in _SPREAD for each in use.call.arguments):
        return _UNKNOWN
    given = [each.value for each in use.call.arguments]
    if not given or (len(given) <= row.options):
        return False
    options = given[row.options]
    if row.options == 0 and method_of(use.call) not in _MAKERS and len(given) > 1:
        options = given[1]
    options_value = reading.literal(options, use.scope)
    if isinstance(options_value, Text):
        return False
    if not isinstance(options_value, Collection):
        return _UNKNOWN
    held = {each.key: each.value for each in options_value.elements}
    named = next((held[name] for name in row.names if name in held), None)
    if named is not None:
        return not _is_none(named)
    return _UNKNOWN if "*" in held or "" in held else False


def _says_none(reading: Reading, use: Use, *, row: Waiting) -> bool:
    """Whether a call says itself that nothing ends its wait."""
    named = _named(use.call.arguments, row.names)
    if named is not None:
        return True
    for each in use.call.arguments:
        value = reading.literal(each.value, use.scope)
        if isinstance(value, Collection) and any(e.key in row.names and _is_none(e.value) for e in value.elements):
            return True
    return False


def _named(arguments: Sequence[Argument], names: Sequence[str]) -> Expr | None:
    return next((each.value for each in arguments if each.name in names), None)


def _is_none(value: Expr) -> bool:
    """Whether a bound is none: `None`, 0, or a bound of several that are all none."""
    if isinstance(value, Opaque):
        return True
    if isinstance(value, Number):
        return value.value in ("0", "0.0", "-1")
    if isinstance(value, Call) and last_name(value.function) in ("Timeout", "ClientTimeout"):
        return bool(value.arguments) and all(_is_none(each.value) for each in value.arguments)
    return False

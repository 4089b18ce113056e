"""What is otherwise in how clients of an operation are let in."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.descriptions import Call
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.security import OPEN, Alternative, is_met_by, let_in, refused, renamed, spoken
from weighbridge.landscape.documents.nodes import plain_value

_WAY_IN: Final = LatePattern(
    r"(?i)token|log-?_?in\b|login|sign-?_?in\b|password|credential|\botp\b|mailbox|magic-?link"
)

_FLOWS: Final = {"application": "clientCredentials", "accessCode": "authorizationCode"}
"""What 2.0 calls the ways to a token, and what 3 does."""


def security_breaks(old: Call, new: Call) -> Iterator[Break]:
    """What clients must show that they need not before, and what is open that was not."""
    before, after = old.security(), new.security()
    names = renamed(old.description.schemes, new.description.schemes)
    before = tuple(tuple(sorted((names.get(name, name), scopes) for name, scopes in each)) for each in before)
    if before != after:
        yield from _tightened(old, new, before=before, after=after)
        yield from _dropped(new, before=before, after=after)
    yield from _schemes(old, new, after=after)


def open_ways_in(added: Iterable[Call]) -> Iterator[Break]:
    """New operations that ask for nothing, where others do, and hand out what others ask for."""
    for call in added:
        own = call.spot.get("security")
        says = f"{call.operation.path} {call.id} {call.spot.text('summary')}"
        if own is None or call.is_webhook or OPEN not in call.security() or not _WAY_IN.search(says):
            continue
        if call.description.schemes:
            words = "it is new, asks for nothing, and by its name hands out what other operations ask for: whoever can make somebody else start it, or guesses what it takes, is let in as them"
            yield _found(call, "security-dropped", check="open-way-in-added", level=Level.WARNING, words=words)


def _tightened(
    old: Call, new: Call, *, before: tuple[Alternative, ...], after: tuple[Alternative, ...]
) -> Iterator[Break]:
    gone = refused(before, after)
    if not gone:
        return
    needed = " or ".join(spoken(each) for each in after[:3])
    if OPEN in gone:
        was_said = bool(old.description.schemes)
        level = Level.ERROR if was_said else Level.WARNING
        words = f"clients must show {needed} now, where nothing was asked for: those that show nothing are refused"
        yield _found(new, "security-tightened", check="api-security-added", level=level, words=words)
    elif len(gone) == len(before):
        shown = " or ".join(spoken(each) for each in gone[:3])
        are_scopes = _are_scopes(gone, after)
        check = "api-security-scope-added" if are_scopes else "api-security-removed"
        level = Level.WARNING if are_scopes and not _have_scopes(new, gone) else Level.ERROR
        words = f"clients must show {needed} now: {shown} is not enough any more"
        yield _found(new, "security-tightened", check=check, level=level, words=words)
    else:
        shown = " or ".join(spoken(each) for each in gone[:3])
        words = f"{shown} is not enough any more: clients that show it are refused"
        yield _found(new, "security-tightened", check="api-security-removed", level=Level.ERROR, words=words)


def _are_scopes(gone: list[Alternative], after: tuple[Alternative, ...]) -> bool:
    schemes = {tuple(name for name, _ in each) for each in after}
    return all(tuple(name for name, _ in each) in schemes for each in gone)


def _have_scopes(call: Call, found: list[Alternative]) -> bool:
    """Whether scopes mean anything to any of some schemes: to others they are words for people."""
    schemes = call.description.schemes
    kinds = {schemes[name].text("type").lower() for each in found for name, _ in each if name in schemes}
    return not kinds.isdisjoint({"oauth2", "openidconnect"})


def _dropped(new: Call, *, before: tuple[Alternative, ...], after: tuple[Alternative, ...]) -> Iterator[Break]:
    weaker = let_in(before, after)
    if OPEN in weaker:
        needed = " or ".join(spoken(each) for each in before[:3])
        words = f"anybody may call it now, where {needed} was asked for"
        yield _found(new, "security-dropped", check="api-security-removed", level=Level.ERROR, words=words)
        return
    less = [each for each in weaker if any(is_met_by(each, other) for other in before)]
    if less or (weaker and len(after) > len(before)):
        enough = " or ".join(spoken(each) for each in less or weaker[:3])
        words = f"{enough} is enough now, which was not before"
        level = Level.WARNING if less else Level.NOTE
        yield _found(new, "security-dropped", check="api-security-scope-removed", level=level, words=words)


def _schemes(old: Call, new: Call, *, after: tuple[Alternative, ...]) -> Iterator[Break]:
    """Schemes that go by the same name and ask for something else."""
    used = {name for each in after for name, _ in each}
    before, now = old.description.schemes, new.description.schemes
    for name in sorted(used & before.keys() & now.keys()):
        if _essence(before[name]) != _essence(now[name]):
            words = f"`{name}` is shown otherwise: {_spoken(before[name])} before, {_spoken(now[name])} now"
            check = "api-security-component-type-changed"
            yield _found(new, "security-tightened", check=check, level=Level.ERROR, words=words, at=now[name])
            continue
        ways, left = _flows(before[name]), _flows(now[name])
        if ways and left and ways - left:
            level = Level.WARNING if ways & left else Level.ERROR
            words = f"tokens for `{name}` are no longer got by {_listed(ways - left)}, only by {_listed(left)}: clients that get them so are refused"
            check = "api-security-component-oauth-flow-removed"
            yield _found(new, "security-tightened", check=check, level=level, words=words, at=now[name])
            continue
        gone, come = _tokens_from(before[name]), _tokens_from(now[name])
        if gone and come and gone.isdisjoint(come):
            words = f"tokens for `{name}` come from `{min(come)[:80]}` now: clients that get them at `{min(gone)[:80]}` may be refused"
            check = "api-security-component-oauth-token-url-changed"
            yield _found(new, "security-tightened", check=check, level=Level.WARNING, words=words, at=now[name])


def _essence(scheme: Spot) -> tuple[str, ...]:
    """What clients do to show it: the kind, where and under which name it is sent, and where tokens come from."""
    said = [scheme.text(key).lower() for key in ("type", "scheme", "in", "name")]
    kind = said[0]
    if kind == "basic":
        said = ["http", "basic", "", ""]
    elif kind in ("http", "oauth2", "openidconnect"):
        said[2:] = ["", ""]
    return (*said, scheme.text("openIdConnectUrl").rstrip("/"))


def _flows(scheme: Spot) -> frozenset[str]:
    """The ways in which clients get tokens, 2.0's by the names of 3."""
    listed, one = scheme.get("flows"), scheme.text("flow")
    names = {each.name for each in listed.fields()} if listed else {one} - {""}
    return frozenset(_FLOWS.get(name, name) for name in names if not name.startswith("x-"))


def _listed(names: frozenset[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))


def _tokens_from(scheme: Spot) -> frozenset[str]:
    """The addresses at which clients get tokens: one for all ways, or one for each."""
    flows = scheme.get("flows")
    holders = [scheme, *(flows.fields() if flows else ())]
    found = {holder.text(key).rstrip("/") for holder in holders for key in ("tokenUrl", "authorizationUrl")}
    return frozenset(found - {""})


def _spoken(scheme: Spot) -> str:
    said = plain_value(scheme.node)
    parts = [str(said[key]) for key in ("type", "scheme", "in", "name") if isinstance(said, dict) and said.get(key)]
    return " ".join(parts) or "nothing"


def _found(new: Call, kind: str, *, check: str, level: Level, words: str, at: Spot | None = None) -> Break:
    line = at.line if at else new.security_line
    path = at.path if at else new.spot.path
    place = Place(path=path, line=line, end_line=line)
    return Break(
        kind=kind,
        check=check,
        level=level,
        words=words,
        place=place,
        subject=f"{new.operation} {check}",
        operations=[new.operation],
        is_noticed=kind == "security-tightened",
    )

"""In what a class or an interface of TypeScript is otherwise as a whole: who may use a member, and what is above it."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.code.api_breaks import TYPE, Difference
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

_CLOSED: Final = LatePattern(r"\A(?:export )?(private|protected)\b")
_CAUGHT: Final = ("Error", "Exception")
_MOST_SHOWN: Final = 3


def is_for_heirs(definition: Definition) -> bool:
    """Whether a member is for classes that derive from its own alone."""
    found = _CLOSED.search(definition.signature)
    return found is not None and found[1] == "protected"


def closed(old: Definition, new: Definition) -> Iterator[Difference]:
    """Whether a member is for the class itself now, or for those derived from it alone."""
    now, was = _CLOSED.search(new.signature), _CLOSED.search(old.signature)
    if now is None or (was is not None and was[1] in ("private", now[1])):
        return
    whom = "the class itself" if now[1] == "private" else "classes derived from it"
    what = "what makes one" if new.name == "constructor" else "what else uses it"
    what = "what derives from it and uses it" if was is not None else what
    severity = Severity.LOW if was is not None else Severity.HIGH
    yield Difference(TYPE, severity, f"it is for {whom} alone now: {what} does not compile")


def bases_lost(old: Definition, before: tuple[View, Symbol], *, after: tuple[View, Symbol]) -> Iterator[Difference]:
    """What a class or interface does not have above it any more, and what its objects do not have therefore."""
    view, symbol = after
    order = view.evaluator.order(symbol)
    above = {each.rpartition(".")[2] for each in view.evaluator.hierarchy.outside(symbol)}
    for each in order:
        facts = view.landscape.facts(each.path)
        above.add(facts.definitions[each.index].name if facts else "")
    for name in (last_name(base) for base in old.bases):
        if not name or name in above:
            continue
        if old.kind == "class" and name.endswith(_CAUGHT):
            yield Difference(TYPE, Severity.HIGH, f"it is no longer a `{name}`: what asks whether it is one is told no")
            continue
        missing = [each for each in _given(name, before) if _lacks(view, order, member=each)]
        if missing:
            more = f" and {len(missing) - _MOST_SHOWN} more" if len(missing) > _MOST_SHOWN else ""
            shown = ", ".join(f"`{each}`" for each in missing[:_MOST_SHOWN])
            yield Difference(TYPE, Severity.HIGH, f"it is no longer a `{name}`, and has no {shown}{more}")


def _lacks(view: View, order: tuple[Symbol, ...], *, member: str) -> bool:
    """Whether nothing of a class, or of what is above it, is called so."""
    return view.references.sites.holder(order, member) is None


def _given(name: str, before: tuple[View, Symbol]) -> list[str]:
    """The members that a class or interface of the repository gave to what is below it."""
    view, symbol = before
    for each in view.evaluator.order(symbol)[1:]:
        facts = view.landscape.facts(each.path)
        if facts is not None and facts.definitions[each.index].name == name:
            return [d.name for d in _members(facts, each.index)]
    return []


def _members(facts: FileFacts, index: int) -> Iterator[Definition]:
    for each in facts.definitions:
        if each.parent == index and each.is_exported and each.name.isidentifier() and each.name != "constructor":
            yield each

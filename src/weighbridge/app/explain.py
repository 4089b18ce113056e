"""Explain a name: a rule, or a piece of evidence of the last package."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.app.near_names import near_names
from weighbridge.app.recollection import Evidence, Recollection, rule_of
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.rule import LoadedRule

SHORTEST: Final = 4
"""Characters of an id that may stand for the whole."""
_MOST_NEAR: Final = 5


class UnknownNameError(Exception):
    """A name stands for nothing, or for several things; the message says which names there are."""


class Explanation(Struct, frozen=True, kw_only=True):
    """What a name stands for: a rule, or evidence with the rule behind it."""

    rule: LoadedRule | None = None
    id: EvidenceId | None = None
    evidence: Evidence | None = None
    what: str = ""
    """The change that the evidence is about."""


def family_of(name: str, rules: Sequence[LoadedRule]) -> tuple[LoadedRule, ...]:
    """The rules of a family that is called so; none where none is."""
    return tuple(rule for rule in rules if rule.id.partition("/")[0] == name.rstrip("/"))


def explain(name: str, rules: Sequence[LoadedRule], *, recall: Callable[[], Recollection | None]) -> Explanation:
    """What `name` stands for: a rule by its id or by the part after the slash, else evidence by its id or a prefix.

    `recall` is asked only when no rule goes by the name.

    Raises:
        UnknownNameError: nothing does, or several things do.
    """
    known = {rule.id: rule for rule in rules}
    named = [rule for rule in rules if name in (rule.id, rule.id.partition("/")[2])]
    if len(named) == 1:
        return Explanation(rule=named[0])
    if named:
        raise UnknownNameError(f"{name!r} may be any of {_listed(rule.id for rule in named)}")
    recollection = recall()
    found = _evidence(name, recollection) if recollection else {}
    if len(found) > 1:
        raise UnknownNameError(f"{name!r} begins several ids: {_listed(found)}: give more of it")
    if not found or recollection is None:
        raise UnknownNameError(_nothing(name, list(known), recollection=recollection))
    ((evidence_id, evidence),) = found.items()
    rule_id = rule_of(evidence)
    rule = known.get(rule_id) if rule_id else None
    return Explanation(rule=rule, id=evidence_id, evidence=evidence, what=recollection.what)


def _evidence(name: str, recollection: Recollection) -> dict[EvidenceId, Evidence]:
    """The evidence whose id is `name` or begins with it, with or without its kind."""
    everything = dict(recollection.evidence())
    if (exact := EvidenceId(name)) in everything:
        return {exact: everything[exact]}
    if len(name) < SHORTEST:
        return {}
    return {i: e for i, e in everything.items() if i.startswith(name) or i.partition("-")[2].startswith(name)}


def _nothing(name: str, rules: Sequence[str], *, recollection: Recollection | None) -> str:
    ids = [i for i, _ in recollection.evidence()] if recollection else []
    families = dict.fromkeys(rule.partition("/")[0] for rule in rules)
    near = near_names(name, [*families, *rules, *ids], most=_MOST_NEAR)
    hint = f"; near it: {_listed(near)}" if near else "; weighbridge explain lists the rules"
    package = f"the last package ({recollection.what})" if recollection else "a package: none is remembered here yet"
    return f"{name!r} is no rule, and nothing of {package}{hint}"


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - 5:,} more" if len(listed) > 5 else ""
    return ", ".join(listed[:5]) + more

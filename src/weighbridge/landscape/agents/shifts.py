"""What becomes of the uses of tools that either version of a file speaks of: refused, asked for, or done."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.agents.model import ALLOW, ASK, EVERY, Grant, Powers
from weighbridge.landscape.agents.patterns import holds

MOST_GRANTS: Final = 500
"""So many rules of one file are compared with each other."""
_READING: Final = frozenset(
    ("read", "Grep", "Glob", "LS", "NotebookRead", "TodoRead", "TodoWrite", "Task", "Agent", "ExitPlanMode")
)
"""Tools for which nobody is asked where no rule speaks of them, within the repository."""


class Shift(Struct, frozen=True, kw_only=True):
    """Uses that may be made more freely than before."""

    grant: Grant
    """The rule that speaks of them, of head where one does."""
    before: int
    after: int
    is_gone: bool
    """Whether the rule stands in the base alone."""
    was: Grant | None
    """The rule of the base that held them back."""


def widened(old: Powers, new: Powers) -> Iterator[Shift]:
    """The uses that are less held back, each once."""
    kept = {_key(grant) for grant in new.grants}
    told = set() if new.is_last else _alike(old, new)
    for grant in (*new.grants, *(each for each in old.grants if _key(each) not in kept)):
        key = _key(grant)
        if key in told:
            continue
        told.add(key)
        before, was = effect(old, grant)
        after, _ = effect(new, grant)
        if after > before:
            yield Shift(grant=grant, before=before, after=after, is_gone=key not in kept, was=was)


def _alike(old: Powers, new: Powers) -> set[tuple[str, str, str]]:
    """The rules that stand on both sides: what becomes of their uses for another rule's sake is told of that one."""
    before = {(_key(grant), grant.effect) for grant in old.grants}
    return {_key(grant) for grant in new.grants if (_key(grant), grant.effect) in before}


def effect(powers: Powers, use: Grant) -> tuple[int, Grant | None]:
    """What becomes of all uses that a rule speaks of, and by which rule; where they are not treated alike, by the strictest that holds them all."""
    spoken = [each for each in powers.grants if each.of in ("", use.of) and _speaks_of(each, use)]
    if powers.is_last:
        last = spoken[-1] if spoken else None
        return (last.effect, last) if last else (ALLOW if powers.is_open else ASK, None)
    strict = min(spoken, key=lambda each: each.effect, default=None)
    if strict is not None:
        return strict.effect, strict
    return (ALLOW if powers.is_open or _is_free(use) else ASK), None


def _is_free(use: Grant) -> bool:
    return use.kind in _READING and not use.pattern.startswith(("//", "~"))


def _speaks_of(rule: Grant, use: Grant) -> bool:
    if rule.kind == EVERY:
        return rule.pattern in ("", EVERY)
    return rule.kind == use.kind and holds(use.kind, rule.pattern, inner=use.pattern)


def _key(grant: Grant) -> tuple[str, str, str]:
    return grant.of, grant.kind, grant.pattern

"""The effects that changed functions gain or lose, told once for each call that brings or brought them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.impact import ChangeDepth
from weighbridge.facts.model import EffectKind
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.effects import Chain, Doings, Effects
from weighbridge.landscape.kept import KeptFunction, kept_functions
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import stands_aside

HEAVY: Final[frozenset[EffectKind]] = frozenset({"database", "network", "processes"})
"""Effects that can fail, wait or change what others see."""


class EffectChange(Struct, frozen=True, kw_only=True):
    """One effect that a function gained (the chain is head's) or lost (the base's); `others` did by the same call.

    `was_pure`: the other side certainly has no effect at all.
    """

    function: KeptFunction
    chain: Chain
    was_pure: bool
    others: tuple[KeptFunction, ...] = ()


class EffectChanges:
    """What the changed functions do now and did before."""

    def __init__(self, code: CodeChange, landscapes: Landscapes) -> None:
        self._base, self._head = Effects(landscapes.base), Effects(landscapes.head)
        changed = kept_functions(code, ChangeDepth.BODY, ChangeDepth.SIGNATURE)
        self._functions = [f for f in changed if not stands_aside(f.path) or landscapes.serves_code(f.path)]

    def gained(self) -> Iterator[EffectChange]:
        """Effects that functions have in head and had not.

        That one was not there before is certain only where all that ran can be followed; elsewhere the heavy effects are
        told, for a new way to one matters even if there was another.
        """
        found: list[EffectChange] = []
        for function in self._functions:
            here, there = self._head.doings(function.head), self._base.doings(function.base)
            if here is None or there is None or not _may_bring(here, there):
                continue
            before = self._base.possible(function.base)
            gained = {k: c for k, c in self._head.certain(function.head).items() if k not in before}
            is_known = bool(gained) and self._base.is_known(function.base)
            found += [
                EffectChange(function=function, chain=chain, was_pure=is_known and not before)
                for kind, chain in gained.items()
                if (is_known or kind in HEAVY) and _brings(chain, here, there=there)
            ]
        yield from _told_once(found)

    def lost(self) -> Iterator[EffectChange]:
        """Effects that functions had on the base and certainly have no more."""
        found: list[EffectChange] = []
        for function in self._functions:
            here, there = self._base.doings(function.base), self._head.doings(function.head)
            if here is None or there is None or not _may_bring(here, there):
                continue
            after = self._head.possible(function.head)
            lost = {k: c for k, c in self._base.certain(function.base).items() if k not in after}
            if lost and self._head.is_known(function.head):
                found += [
                    EffectChange(function=function, chain=chain, was_pure=not after)
                    for chain in lost.values()
                    if _brings(chain, here, there=there)
                ]
        yield from _told_once(found)


def _brings(chain: Chain, here: Doings, *, there: Doings) -> bool:
    """Whether this function's own text makes the difference: `there`, its other side, lacks the call that leads on."""
    called = here.called_as(chain.links[1].function) if len(chain.links) > 1 else _called(chain.via)
    return called not in there.called_names


def _may_bring(here: Doings, there: Doings) -> bool:
    """Whether any chain may: few functions that change call anything by a new name, and for the rest nothing is searched."""
    return not here.called_names | {_called(effect.via) for effect in here.effects} <= there.called_names


def _called(via: str) -> str:
    """The last name in what an effect comes by."""
    return via.removesuffix("()").rpartition(".")[2].partition("(")[0]


def _told_once(found: list[EffectChange]) -> Iterator[EffectChange]:
    """Of several functions that gain or lose the same effect, the one nearest to it tells of the others."""
    groups: dict[tuple[EffectKind, tuple[str, int]], list[EffectChange]] = {}
    for change in found:
        groups.setdefault((change.chain.kind, change.chain.where), []).append(change)
    for group in groups.values():
        first, *others = sorted(group, key=lambda c: (len(c.chain.links), c.function.path, c.function.definition.line))
        others_too = tuple(change.function for change in others)
        yield EffectChange(function=first.function, chain=first.chain, was_pure=first.was_pure, others=others_too)

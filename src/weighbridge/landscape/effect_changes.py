"""The effects that changed functions gain or lose, told once for each call that brings or brought them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import EffectKind
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.effects import Chain, Doings, Effects
from weighbridge.landscape.kept import KeptFunction, kept_functions
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test

HEAVY: Final[frozenset[EffectKind]] = frozenset({"database", "network", "processes"})
"""Effects that can fail, wait or change what others see."""

_ASIDE: Final = LatePattern(
    r"(^|/)(scripts?|tools?|bin|hack|examples?|samples?|docs?|benchmarks?|bench|demo|dev|migrations)/|(^|/)(setup|noxfile|conftest)\.py$"
)


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
        self._functions = [f for f in changed if not stands_aside(f.path)]

    def gained(self) -> Iterator[EffectChange]:
        """Effects that functions have in head and had not.

        That one was not there before is certain only where all that ran can be followed; elsewhere the heavy effects are
        told, for a new way to one matters even if there was another.
        """
        found: list[EffectChange] = []
        for function in self._functions:
            before = self._base.possible(function.base)
            gained = {k: c for k, c in self._head.certain(function.head).items() if k not in before}
            is_known = bool(gained) and self._base.is_known(function.base)
            found += [
                EffectChange(function=function, chain=chain, was_pure=is_known and not before)
                for kind, chain in gained.items()
                if (is_known or kind in HEAVY) and self._brings(chain, self._base.doings(function.base))
            ]
        yield from _told_once(found)

    def lost(self) -> Iterator[EffectChange]:
        """Effects that functions had on the base and certainly have no more."""
        found: list[EffectChange] = []
        for function in self._functions:
            after = self._head.possible(function.head)
            lost = {k: c for k, c in self._base.certain(function.base).items() if k not in after}
            if lost and self._head.is_known(function.head):
                found += [
                    EffectChange(function=function, chain=chain, was_pure=not after)
                    for chain in lost.values()
                    if self._brings(chain, self._head.doings(function.head))
                ]
        yield from _told_once(found)

    def _brings(self, chain: Chain, there: Doings | None) -> bool:
        """Whether this function's own text makes the difference: `there`, its other side, lacks the call that leads on."""
        if there is None:
            return False
        called = chain.links[1].name if len(chain.links) > 1 else chain.via.removesuffix("()")
        if called.endswith((".__init__", ".constructor", ".<init>")):
            called = called.rpartition(".")[0]
        return called.rpartition(".")[2].partition("(")[0] not in there.called_names


def stands_aside(path: RepoPath) -> bool:
    """Whether code is there for developers: tests, scripts, examples, documentation."""
    return is_test(path) or _ASIDE.search(path) is not None


def _told_once(found: list[EffectChange]) -> Iterator[EffectChange]:
    """Of several functions that gain or lose the same effect, the one nearest to it tells of the others."""
    groups: dict[tuple[EffectKind, tuple[str, int]], list[EffectChange]] = {}
    for change in found:
        groups.setdefault((change.chain.kind, change.chain.where), []).append(change)
    for group in groups.values():
        first, *others = sorted(group, key=lambda c: (len(c.chain.links), c.function.path, c.function.definition.line))
        others_too = tuple(change.function for change in others)
        yield EffectChange(function=first.function, chain=first.chain, was_pure=first.was_pure, others=others_too)

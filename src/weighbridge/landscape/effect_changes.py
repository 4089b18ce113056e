"""The effects that changed functions gain or lose, told once for each call that brings or brought them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import ChangeDepth
from weighbridge.facts.model import EffectKind
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.effects import Chain, Doings, Effects
from weighbridge.landscape.kept import KeptFunction, kept_functions
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test

HEAVY: Final[frozenset[EffectKind]] = frozenset({"database", "network", "processes"})
"""Effects that can fail, wait or change what others see."""

_ASIDE: Final = re.compile(
    r"(^|/)(scripts?|tools?|bin|hack|examples?|samples?|docs?|benchmarks?|bench|demo|dev|migrations)/|(^|/)(setup|noxfile|conftest)\.py$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectChange:
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
        """Effects that functions have in head and had not."""
        found: list[EffectChange] = []
        for function in self._functions:
            before = self._base.possible(function.base)
            after = self._head.certain(function.head)
            found += [
                EffectChange(function=function, chain=chain, was_pure=not before and self._is_known(function))
                for kind, chain in after.items()
                if kind not in before and self._brings(chain, self._base.doings(function.base))
            ]
        yield from _told_once(found)

    def lost(self) -> Iterator[EffectChange]:
        """Effects that functions had on the base, have no more, and cannot have by a call that nothing here can follow."""
        found: list[EffectChange] = []
        for function in self._functions:
            before = self._base.certain(function.base)
            after = self._head.possible(function.head)
            gone = {kind: chain for kind, chain in before.items() if kind not in after}
            if gone and not self._may_go_on(function):
                found += [
                    EffectChange(function=function, chain=chain, was_pure=not after)
                    for chain in gone.values()
                    if self._brings(chain, self._head.doings(function.head))
                ]
        yield from _told_once(found)

    def _is_known(self, function: KeptFunction) -> bool:
        """Whether all that the base's function calls could be followed: only then is it known what it did not do."""
        doings = self._base.doings(function.base)
        return doings is not None and not doings.unknown_calls()

    def _brings(self, chain: Chain, there: Doings | None) -> bool:
        """Whether this function's own text makes the difference: `there`, its other side, lacks the call that leads on."""
        if there is None:
            return False
        called = chain.links[1].name if len(chain.links) > 1 else chain.via.removesuffix("()")
        if called.endswith((".__init__", ".constructor", ".<init>")):
            called = called.rpartition(".")[0]
        return called.rpartition(".")[2].partition("(")[0] not in there.called_names

    def _may_go_on(self, function: KeptFunction) -> bool:
        """Whether head makes a call that nothing here can follow, and that might have the effect."""
        after = self._head.doings(function.head)
        return after is None or bool(after.unknown_calls())


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

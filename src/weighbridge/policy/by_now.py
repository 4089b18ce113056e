"""What has been said of a change by now, for whoever just said something: whom it counts, and what is still open."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.gate import Gate, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.case import Case
from weighbridge.policy.judge.approvals import approvals, count_wanted
from weighbridge.policy.judge.voices import Counted, approvals_last, count_voices
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.since import approval_needs

_JUDGED: Final = frozenset(
    {RequirementKind.APPROVAL, RequirementKind.CODE_OWNERS, RequirementKind.DUE, RequirementKind.FINDINGS}
)
"""What is judged by what is said; the rest stands as it was weighed."""


class Tally(Struct, frozen=True, kw_only=True):
    """The approvals that are asked for in one place: who gave them, how many it takes, and whether `person`'s is among them."""

    ask: str
    wanted: int
    others: tuple[str, ...]
    is_mine: bool
    is_open: bool
    why_not: tuple[str, ...] = ()
    """Why `person`'s is not among them, where that can be told."""

    @property
    def have(self) -> int:
        """How many there are."""
        return len(self.others) + self.is_mine

    @property
    def short(self) -> int:
        """How many more stand in the way; none where another requirement, or an exception, makes up for them."""
        return self.wanted - self.have if self.is_open else 0


class Left(Struct, frozen=True, kw_only=True):
    """Something else that is open; `is_as_weighed` where it may have been met since it was weighed."""

    ask: str
    is_as_weighed: bool


class ByNow(Struct, frozen=True, kw_only=True):
    """Where a change stands: the approvals it takes, and what is open besides."""

    tallies: tuple[Tally, ...]
    left: tuple[Left, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing more is asked of anybody."""
        return not self.left and not any(tally.is_open for tally in self.tallies)


def by_now(gate: Gate, case: Case, *, person: str) -> ByNow:
    """Where a change stands at a gate as `gate_since` makes it, told to `person`, who spoke."""
    asking = approval_needs(gate, case)
    tallies: list[Tally] = []
    left: dict[str, Left] = {}
    for leaf, is_open in _leaves(gate.requirements):
        found = asking.get(leaf.evidence)
        tally = _tally(found[0], leaf, case=case, person=person) if found else None
        if tally is not None and (is_open or tally.is_mine):
            tallies.append(replace(tally, is_open=is_open))
        elif is_open and tally is None:
            left.setdefault(leaf.ask, Left(ask=leaf.ask, is_as_weighed=leaf.kind not in _JUDGED))
    return ByNow(tallies=tuple(dict.fromkeys(tallies)), left=tuple(left.values()))


def _tally(need: ApprovalNeed, leaf: Requirement, *, case: Case, person: str) -> Tally | None:
    """Who gave what one requirement asks for; None where nobody can tell how many that takes."""
    wanted = count_wanted(need, case)
    if isinstance(wanted, CouldNotLook):
        return None
    voices = (judgement.voice for judgement in approvals(case, words=need.words))
    counted = count_voices(case, voices, need=need, owners=case.document.owners, lasts=approvals_last(case))
    me = case.people.person(person)
    pairs = zip(counted.people, counted.words, strict=True)
    return Tally(
        ask=leaf.ask,
        wanted=wanted,
        others=tuple(words for name, words in pairs if name != me),
        is_mine=me in counted.people,
        is_open=leaf.is_open,
        why_not=() if me in counted.people else tuple(_why_not(counted, need, person=person)),
    )


def _why_not(counted: Counted, need: ApprovalNeed, *, person: str) -> Iterator[str]:
    """Why what `person` said does not count; where nothing is said against it, it is the words that it lacks."""
    why = [words for words in counted.refused if words.startswith(f"{person}: ")]
    yield from why
    if not why and need.words:
        yield f'it does not say "{need.words}"'


def _leaves(requirements: tuple[Requirement, ...], *, is_open: bool = True) -> Iterator[tuple[Requirement, bool]]:
    """Everything that is asked for, and whether it stands in the way: what one of several meets, the others do not."""
    for need in requirements:
        if need.parts:
            yield from _leaves(need.parts, is_open=is_open and need.is_open)
        else:
            yield need, is_open and need.is_open

"""Make a baseline: everything that rules find in the tree as it stands, and in the change that is under way."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.sight import Sight
from weighbridge.domain.change import Blob, Change, FileChange, FileStatus, LineRange
from weighbridge.domain.findings import Finding, by_importance
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState
from weighbridge.domain.places import Side
from weighbridge.domain.rule import LoadedRule, Looks
from weighbridge.engine.run import run_rules

AT_ONCE: Final = 1_000
"""Files that are looked at together: what bounds the memory."""
MOST_FILES: Final = 100_000
_EVERY_LINE: Final = LineRange(start=1, end=10_000_000)

See = Callable[[Change], Sight]
"""Shows a change."""


class Stocktaking(Struct, frozen=True, kw_only=True):
    """What was found, how many files were looked at, and what could not look."""

    findings: tuple[Finding, ...]
    files: int
    of: int
    unseen: tuple[Outcome, ...] = ()

    @property
    def reasons(self) -> tuple[tuple[CouldNotLook, int], ...]:
        """Each reason for not having looked, with how often."""
        counted: dict[CouldNotLook, int] = {}
        for outcome in self.unseen:
            if outcome.missing is not None:
                counted[outcome.missing] = counted.get(outcome.missing, 0) + 1
        return tuple(counted.items())


def take_stock(now: Sight, see: See, *, change: Sight, rules: Sequence[LoadedRule]) -> Stocktaking:
    """What rules that judge a state find in the whole tree of `now`, and all rules in `change`."""
    states = [rule for rule in rules if rule.rule.looks is Looks.STATE]
    blobs = list(now.head_tree.blobs.values())
    found, unseen = _judge(change, rules)
    looked = blobs[:MOST_FILES]
    for start in range(0, len(looked), AT_ONCE):
        now.progress.step("taking stock", start, len(looked))
        part = replace(now.change, files=tuple(_as_added(blob) for blob in looked[start : start + AT_ONCE]))
        more, missing = _judge(see(part), states)
        found, unseen = [*found, *more], [*unseen, *missing]
    each_once = {finding.fingerprint: finding for finding in found}
    return Stocktaking(
        findings=tuple(sorted(each_once.values(), key=by_importance)),
        files=len(looked),
        of=len(blobs),
        unseen=tuple(dict.fromkeys(unseen)),
    )


def _judge(sight: Sight, rules: Iterable[LoadedRule]) -> tuple[list[Finding], list[Outcome]]:
    judged = run_rules(tuple(rules), sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return list(judged.findings), [o for o in judged.outcomes if o.state is OutcomeState.COULD_NOT_LOOK]


def _as_added(blob: Blob) -> FileChange:
    return FileChange(status=FileStatus.ADDED, base=None, head=blob, added=(_EVERY_LINE,), lands_on=())

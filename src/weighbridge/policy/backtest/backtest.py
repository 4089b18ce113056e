"""A whole back-test: what one policy would have asked of a history, rule by rule, beside another policy."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.backtest.judge import Asks, Judged, Verdict, judge_past
from weighbridge.policy.backtest.past_change import PastChange
from weighbridge.policy.policy import Policy


class RuleCount(Struct, frozen=True, kw_only=True):
    """In how many changes a rule asked for something, for what, and in how many it alone stood in the way."""

    rule: str
    changes: int
    asks: Counter[Asks]
    alone: int


class Tally(Struct, frozen=True, kw_only=True):
    """What one policy would have asked of all changes."""

    policy: str
    judged: tuple[Judged, ...]
    rules: tuple[RuleCount, ...]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many changes came to which verdict."""
        return Counter(each.verdict for each in self.judged)

    @property
    def approvals(self) -> int:
        """How many approvals would have been asked for."""
        return sum(each.approvals for each in self.judged)

    @property
    def documents(self) -> int:
        """How many documents would have been asked for."""
        return sum(each.documents for each in self.judged)

    def changes_asking(self, kind: Asks) -> int:
        """In how many changes something of a kind was asked for."""
        return sum(kind in each.kinds for each in self.judged)

    @property
    def named_reviewers(self) -> int:
        """In how many of the changes that ask for approvals the history names a reviewer, which proves nothing."""
        return sum(Asks.APPROVAL in each.kinds and bool(each.past.named_reviewers) for each in self.judged)


class Backtest(Struct, frozen=True, kw_only=True):
    """Both policies over the same changes, the newest first; `unseen` are changes that could not be weighed, with the reason."""

    tried: Tally
    against: Tally
    unseen: tuple[tuple[str, CouldNotLook], ...] = ()

    @property
    def differing(self) -> Iterator[tuple[Judged, Judged]]:
        """The changes that would fare otherwise: as tried, and as now."""
        for one, other in zip(self.tried.judged, self.against.judged, strict=True):
            if one.verdict is not other.verdict or one.asks != other.asks or one.approvals != other.approvals:
                yield one, other


def backtest(
    changes: Sequence[PastChange], tried: Policy, *, against: Policy, unseen: Sequence[tuple[str, CouldNotLook]] = ()
) -> Backtest:
    """What both policies would have asked of `changes`."""
    return Backtest(tried=_tally(changes, tried), against=_tally(changes, against), unseen=tuple(unseen))


def _tally(changes: Sequence[PastChange], policy: Policy) -> Tally:
    judged = tuple(judge_past(each, policy) for each in changes)
    asked = Counter(rule for each in judged for rule in each.asks)
    order = [rule.name for rule in policy.rules]
    names = [*(name for name in asked if name not in order), *order]
    return Tally(policy=policy.name, judged=judged, rules=tuple(_count(name, judged) for name in names))


def _count(name: str, judged: Sequence[Judged]) -> RuleCount:
    mine = [each for each in judged if name in each.asks]
    return RuleCount(
        rule=name,
        changes=len(mine),
        asks=Counter(kind for each in mine for kind in each.asks[name]),
        alone=sum(len(each.asks) == 1 for each in mine),
    )

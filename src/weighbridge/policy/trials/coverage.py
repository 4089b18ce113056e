"""What of a policy its tests exercised: which rules ever applied and did not, and what came of what they ask."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from weighbridge.domain.gate import GateState
from weighbridge.policy.policy import Policy, conditions_of
from weighbridge.policy.trials.run import Answered, TrialRun


class RuleCoverage(Struct, frozen=True, kw_only=True):
    """One rule: in how many cases it applied and did not, and the states that its requirements came to."""

    rule: str
    applied: int
    not_applied: int
    states: tuple[GateState, ...]
    is_unconditional: bool

    @property
    def gaps(self) -> tuple[str, ...]:
        """What no case shows, in words."""
        found = ["never applied"] if not self.applied else []
        found += ["always applied"] if not self.not_applied and not self.is_unconditional else []
        if self.applied and self.states and GateState.SATISFIED not in self.states:
            found.append("never met")
        if self.applied and GateState.SATISFIED in self.states and len(self.states) == 1:
            found.append("always met")
        return tuple(found)


class ConditionCoverage(Struct, frozen=True, kw_only=True):
    """One other condition, such as one of a count or a freeze, and how often it held."""

    text: str
    answered: Answered


class Coverage(Struct, frozen=True, kw_only=True):
    """All of it."""

    rules: tuple[RuleCoverage, ...]
    others: tuple[ConditionCoverage, ...]

    @property
    def whole(self) -> tuple[int, int]:
        """How many rules have no gap, and how many there are."""
        return sum(not rule.gaps for rule in self.rules), len(self.rules)


def coverage_of(run: TrialRun, policy: Policy) -> Coverage:
    """What `run` exercised of `policy`."""
    return Coverage(rules=tuple(_rules(run, policy)), others=tuple(_others(run, policy)))


def _rules(run: TrialRun, policy: Policy) -> Iterator[RuleCoverage]:
    for number, rule in enumerate(policy.rules):
        applies = [result.reasons.rules[number].applies for result in run.results]
        states = [each.state for result in run.results for each in result.reasons.rules[number].requirements]
        yield RuleCoverage(
            rule=rule.name,
            applied=sum(answer is True for answer in applies),
            not_applied=sum(answer is False for answer in applies),
            states=tuple(state for state in GateState if state in states),
            is_unconditional=rule.when is None,
        )


def _others(run: TrialRun, policy: Policy) -> Iterator[ConditionCoverage]:
    of_rules = {rule.when.text for rule in policy.rules if rule.when is not None}
    texts: Sequence[str] = tuple(dict.fromkeys(condition.text for _, condition in conditions_of(policy)))
    for text in texts:
        if text not in of_rules:
            yield ConditionCoverage(text=text, answered=run.answers.get(text, Answered()))

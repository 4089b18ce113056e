"""A case: one change before the gate, with the policy, what is known of it, and what was said of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property

from msgspec import Struct, field

from weighbridge.domain.knowledge import WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import Ownership
from weighbridge.domain.record import Record, Subject
from weighbridge.policy.condition import Condition
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.needs import Involved
from weighbridge.policy.people import People
from weighbridge.policy.policy import Environment, Policy, Rule
from weighbridge.policy.population import Population
from weighbridge.policy.stamps import Stamps
from weighbridge.policy.waivers_in_force import WaiversInForce

Holds = Callable[[Condition], bool | CouldNotLook]
"""Whether a condition holds of a change, or why that cannot be told."""


def untold(condition: Condition) -> CouldNotLook:
    """No document was made ready to be asked."""
    words = f"nobody made the document ready to be asked {condition.text[:80]!r}"
    return CouldNotLook(reason=Reason.FAILED, detail=words)


class Elsewhere(Struct, frozen=True, kw_only=True):
    """Who is involved in another change than the one before the gate, and who owns what that one touches, where it is told."""

    involved: Mapping[str, frozenset[Involved]] = {}
    owners: tuple[str, ...] = ()


def unknown_elsewhere(subject: Subject) -> CouldNotLook:
    """Nobody was asked about other changes."""
    words = f"who wrote {subject.short} is not known here"
    return CouldNotLook(reason=Reason.NO_HISTORY, detail=words, remedy="fetch that commit")


class Paper(Struct, frozen=True, kw_only=True):
    """A document found for a change: where it came from, and what its content lacks, in words."""

    kind: str
    source: str
    problems: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """What kept it from being judged."""
    pattern: str = ""
    """The pattern of tickets that it was held against."""


class Case(Struct, frozen=True, kw_only=True, dict=True):
    """One change before the gate.

    `now` is None where only what does not change by itself is told: that is what a decision holds, and what its digest
    covers. Nothing is about a change without `subject`.
    """

    policy: Policy
    document: PolicyDocument
    holds: Holds = untold
    people: People = field(default_factory=People)
    involved: Mapping[str, frozenset[Involved]] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    subject: Subject | None = None
    now: datetime | None = None
    weighed_at: datetime | None = None
    """When the package of exactly this decision was first put on record."""
    environment: Environment | None = None
    papers: tuple[Paper, ...] = ()
    ownership: Ownership | CouldNotLook | None = None
    who_knows: Callable[[], WhoKnows] | None = None
    """Who knows the changed components; asked only where the policy does, for it reads the history."""
    elsewhere: Callable[[Subject], Elsewhere | CouldNotLook] = unknown_elsewhere
    """What is known of another change than this one, whose exceptions are on the same record."""
    population: Callable[[], Population] | None = None
    """Who the people of the repository are; asked only where the policy is for one person."""
    stamps: Callable[[], Stamps] | None = None
    """How approvals were given lately; asked only where the policy looks for rubber stamps."""

    @cached_property
    def waivers_in_force(self) -> WaiversInForce:
        """Those that last as long as the policy lets them and have not run out, whoever gave them; none without a time."""
        rules, now = self.policy.waivers, self.now
        if rules is None or now is None:
            return WaiversInForce(())
        return WaiversInForce(w for w in self.record.waivers if rules.covers(w.voice.at, w.until, now=now))

    def may_apply(self, rule: Rule) -> bool:
        """Whether a rule applies, or nobody can tell that it does not; what is left open to whoever asks with a time does not."""
        if rule.when is None:
            return True
        if self.now is None and rule.when.is_volatile:
            return False
        return self.holds(rule.when) is not False


class Asked(Struct, frozen=True, kw_only=True):
    """By which rule something is asked for, and why.

    With `serves_itself` the change enters an environment without what people would give for it (`policy.judge.need`).
    """

    rule: str
    because: tuple[str, ...]
    serves_itself: bool = False

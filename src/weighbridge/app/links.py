"""The links of an admission's proof, by what the policy asks of whatever enters an environment."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from msgspec import Struct

from weighbridge.app.deeds import Carried, Decided, Deeds
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject
from weighbridge.ledger.verifier_keys import VerifierKey
from weighbridge.policy.combine import PASSED
from weighbridge.policy.needs import AnchoredNeed, RolloutNeed, needs_within
from weighbridge.policy.policy import (
    Environment,
    EnvironmentLevel,
    Freeze,
    Policy,
    SelfService,
    is_asked_of,
)


class Link(Struct, frozen=True, kw_only=True):
    """A change that was decided: the decision, and where its approvals were carried over to another tree, what says so."""

    decided: Decided
    carried: Carried | None = None

    @property
    def about(self) -> Subject:
        """The change that it lets pass."""
        return self.carried.said.about if self.carried else self.decided.said.about

    @property
    def entry(self) -> int:
        """Where the newest of it stands."""
        return max(self.decided.entry, self.carried.entry) if self.carried else self.decided.entry

    @property
    def relied_on(self) -> tuple[Digest, ...]:
        """The statements of people, and of those who report checks, that it leans on."""
        return (*self.decided.said.relied_on, *(self.carried.said.approvals if self.carried else ()))

    @property
    def digests(self) -> tuple[Digest, ...]:
        """The machines' statements that it is made of."""
        return (self.decided.digest, *((self.carried.digest,) if self.carried else ()))


class Terms(Struct, frozen=True, kw_only=True):
    """What the policy asks of whatever enters one environment."""

    policy: Policy
    environment: Environment

    @property
    def name(self) -> str:
        """What the environment is called."""
        return self.environment.name

    @property
    def lasts(self) -> timedelta | None:
        """How long an approval counts."""
        given = [each for each in (self.policy.approvals_last, self.environment.approvals_last) if each is not None]
        return min(given) if given else None

    @property
    def serves_itself(self) -> bool:
        """Whether less may be asked of what enters here than of what goes nowhere in particular."""
        environment = self.environment
        return (
            environment.level is not EnvironmentLevel.PRODUCTION and environment.self_service is not SelfService.NEVER
        )

    @property
    def asks_more(self) -> bool:
        """Whether the environment adds to what is asked, so that a decision for none in particular says too little."""
        if self.environment.require or self.environment.approvals_last is not None:
            return True
        return is_asked_of(self.policy, "environment")

    @property
    def reads_statuses(self) -> bool:
        """Whether what is asked depends on what checks came to, whichever they are."""
        return is_asked_of(self.policy, "statuses")

    def wants_anchor(self, asked: Collection[str]) -> bool:
        """Whether what lets something enter must be held by an anchor, where these rules asked for something."""
        rules = (rule.require for rule in self.policy.rules if rule.name in asked)
        needs = chain.from_iterable(map(needs_within, (self.environment.require, *rules)))
        return any(isinstance(need, AnchoredNeed) for need in needs)

    @property
    def wants_rollout(self) -> bool:
        """Whether a rollout plan is among what the environment asks for."""
        return any(isinstance(need, RolloutNeed) for need in needs_within(self.environment.require))

    def frozen(self, now: datetime) -> Iterator[Freeze]:
        """The windows that are closed now."""
        for freeze in self.policy.freezes:
            if freeze.start <= now < freeze.end and (not freeze.environments or self.name in freeze.environments):
                yield freeze


class Shelf(Struct, frozen=True, kw_only=True):
    """What was decided of each tree, and what of it still stands."""

    deeds: Deeds
    terms: Terms
    writers: tuple[VerifierKey, ...]

    def links(self, tree: ObjectId) -> Iterator[Link]:
        """Every link that leads to `tree` unless something is held against it, newest first.

        Of several decisions on one change for one environment the newest stands. One that closed the gate closes what was
        decided before it, unless less is asked of what enters this environment than of what goes nowhere in particular.
        """
        direct = [Link(decided=each) for each in self._standing(tree)]
        closing = [each for each in direct if each.decided.said.state not in PASSED]
        over = [link for link in self._carried(tree) if not any(_closes(each, link) for each in closing)]
        yield from sorted((*direct, *over), key=lambda link: link.entry, reverse=True)

    def all_links(self, tree: ObjectId) -> Iterator[Link]:
        """Every link that ever led to `tree`, those with approvals carried over first."""
        for carried in self.deeds.carried(tree):
            earlier = carried.said.earlier
            for each in self.deeds.decided(earlier.head_tree):
                if each.said.about == earlier:
                    yield Link(decided=each, carried=carried)
        yield from (Link(decided=each) for each in self.deeds.decided(tree))

    def _standing(self, tree: ObjectId) -> Iterator[Decided]:
        newest: dict[tuple[ObjectId, str, str], Decided] = {}
        said: set[Digest] = set()
        for each in self.deeds.decided(tree):
            if not each.is_by(self.writers):
                yield each  # closes nothing, and is told where nothing else stands
            elif each.digest not in said:  # a copy of it says nothing, and anybody can append one
                said.add(each.digest)
                about = each.said.about
                newest[about.base_tree, about.proposal, each.said.environment] = each
        for (base, proposal, _), each in newest.items():
            rivals = (o for (b, p, place), o in newest.items() if (b, p) == (base, proposal) and self._rules(place))
            if self.terms.serves_itself or not any(
                other.entry > each.entry and other.said.state not in PASSED for other in rivals
            ):
                yield each

    def _first_carried(self, tree: ObjectId) -> Iterable[Carried]:
        """Each statement at its first entry, those that somebody trusted signed and those that nobody did apart."""
        found = reversed(self.deeds.carried(tree))
        return {(each.digest, each.is_by(self.writers)): each for each in found}.values()

    def _rules(self, place: str) -> bool:
        """Whether a decision for that place has a word in who enters this environment."""
        return place in ("", self.terms.name)

    def _carried(self, tree: ObjectId) -> Iterator[Link]:
        for carried in self._first_carried(tree):
            earlier = carried.said.earlier
            for each in self._standing(earlier.head_tree):
                if each.said.about == earlier:
                    yield Link(decided=each, carried=carried)


def _closes(closed: Link, link: Link) -> bool:
    return closed.entry > link.entry and closed.about.base_tree == link.about.base_tree

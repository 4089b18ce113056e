"""One link of an admission's proof, and what keeps it from holding: everything that can be held against a decision on record."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

from msgspec import Struct

from weighbridge.app.checks_since import ChecksSince
from weighbridge.app.deeds import Carried, Decided, Deeds
from weighbridge.app.faults import Fault, FaultKind
from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Judgement, Subject, Verdict
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.speak import Heard, Refusal
from weighbridge.ledger.verifier_keys import VerifierKey
from weighbridge.policy.combine import PASSED
from weighbridge.policy.judge.approvals import standing
from weighbridge.policy.judge.times import in_utc
from weighbridge.policy.needs import AnchoredNeed, RolloutNeed, needs_within
from weighbridge.policy.policy import (
    CarryOver,
    Environment,
    EnvironmentLevel,
    Freeze,
    Policy,
    SelfService,
    conditions_of,
)
from weighbridge.policy.statuses import AHEAD


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
        return any("environment" in condition.reads for _, condition in conditions_of(self.policy))

    @property
    def reads_statuses(self) -> bool:
        """Whether what is asked depends on what checks came to, whichever they are."""
        return any("statuses" in condition.reads for _, condition in conditions_of(self.policy))

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


class Doubts(Struct, frozen=True, kw_only=True):
    """What can be held against a link, in one ledger, on the terms of one environment, at one time.

    `returns` is for what was in the environment before: it may have run out since, and must be believed all the same.
    """

    ledger: OpenLedger
    deeds: Deeds
    terms: Terms
    now: datetime

    def of(self, link: Link, *, returns: bool = False) -> Fault | None:
        """The first thing that keeps a link from holding."""
        checks = self._checks(link)
        faults = chain(
            self._own(link, returns=returns),
            checks.faults(),
            self._of_people(link, checks.left(link.relied_on), returns=returns),
        )
        return next(faults, None)

    def _checks(self, link: Link) -> ChecksSince:
        return ChecksSince(
            deeds=self.deeds,
            settings=self.ledger.desk.settings,
            now=self.now,
            decided=link.decided,
            relied_on=frozenset(link.relied_on),
            enters=link.about.head_tree,
            watches_all=self.terms.reads_statuses,
        )

    def _own(self, link: Link, *, returns: bool) -> Iterator[Fault]:
        decided, said, name = link.decided, link.decided.said, self.terms.name
        yield from self._unwritten(link)
        if said.environment not in ("", name):
            yield Fault(
                kind=FaultKind.ELSEWHERE, words=f"entry {decided.entry} decided it for {said.environment}, not {name}"
            )
        elif not said.environment and self.terms.asks_more:
            words = f"entry {decided.entry} decided it for no environment, and {name} asks for more"
            yield Fault(kind=FaultKind.ELSEWHERE, words=words)
        if said.state not in PASSED:
            plan = ": it asks for a rollout plan, and nothing can look at one yet" if self._lacks_plan(link) else ""
            words = f"its gate is {said.state} (entry {decided.entry}){plan or ': see what it still needs'}"
            yield Fault(kind=FaultKind.CLOSED, words=words)
        elif self._lacks_plan(link):
            words = f"{name} asks for a rollout plan, and entry {decided.entry} decided without: could not look at one"
            yield Fault(kind=FaultKind.CLOSED, words=words)
        if link.entry >= self.ledger.anchored and self.terms.wants_anchor({each.rule for each in said.requirements}):
            words = (
                f"entry {link.entry} lets it in, and the newest anchor reaches to entry {self.ledger.anchored - 1:,} only:"
                " keep a newer one (weighbridge ledger anchor), and fetch it here"
                if self.ledger.anchored
                else f"entry {link.entry} lets it in, and nothing anchors the ledger: weighbridge ledger anchor keeps it"
            )
            yield Fault(kind=FaultKind.UNANCHORED, words=words)
        if not returns:
            yield from self._late(link)

    def _unwritten(self, link: Link) -> Iterator[Fault]:
        writers = self.ledger.desk.settings.writers
        for each in filter(None, (link.decided, link.carried)):
            if not each.is_by(writers):
                words = (
                    f"entry {each.entry} says that it was decided, and is signed by {each.signers or 'nobody'},"
                    " no writer that is trusted"
                )
                yield Fault(kind=FaultKind.NOT_WRITTEN, words=words)
        if link.carried and self.terms.policy.carry_over is CarryOver.NEVER:
            words = f"entry {link.carried.entry} carries approvals over from another tree, and the policy lets none be"
            yield Fault(kind=FaultKind.CLOSED, words=words)

    def _lacks_plan(self, link: Link) -> bool:
        """Whether a rollout plan is asked for, and the decision says of nothing that the environment asks that it was met."""
        if not self.terms.wants_rollout:
            return False
        asked = [each for each in link.decided.said.requirements if each.rule == f"environment:{self.terms.name}"]
        return not asked or any(each.state not in PASSED for each in asked)

    def _late(self, link: Link) -> Iterator[Fault]:
        decided, said = link.decided, link.decided.said
        if said.expires is not None and said.expires <= self.now:
            words = f"its decision (entry {decided.entry}) ran out on {in_utc(said.expires)}"
            yield Fault(kind=FaultKind.RAN_OUT, words=words)
        if said.at > self.now + AHEAD:
            words = f"its decision (entry {decided.entry}) says it was made on {in_utc(said.at)}, which is yet to come"
            yield Fault(kind=FaultKind.RAN_OUT, words=words)
        for freeze in self.terms.frozen(self.now):
            if said.environment != self.terms.name or said.at < freeze.start:
                reason = f" ({freeze.because})" if freeze.because else ""
                words = (
                    f"nothing enters {self.terms.name} until {in_utc(freeze.end)}: {freeze.name}{reason},"
                    " and it was not decided within that window"
                )
                yield Fault(kind=FaultKind.RAN_OUT, words=words)

    def _of_people(self, link: Link, said: Sequence[Digest], *, returns: bool) -> Iterator[Fault]:
        heard: list[Heard] = []
        stands = self.deeds.statements(said)
        for digest in dict.fromkeys(said):
            entries = [entry for entry in stands.get(digest, ()) if entry.index < link.entry]
            if not entries:
                words = f"entry {link.entry} relied on {digest}, which the ledger does not hold"
                yield Fault(kind=FaultKind.TAKEN_BACK, words=words)
            for entry in entries:  # its digest does not say whose copy counted
                found = self.ledger.hear(entry)
                if isinstance(found, Refusal):
                    words = (
                        f"entry {link.entry} relied on entry {entry.index}, which is not believed any more:"
                        f" {found.reason}"
                    )
                    yield Fault(kind=FaultKind.TAKEN_BACK, words=words)
                else:
                    heard.append(found)
        yield from self._rejected(link)
        if not returns:
            yield from self._worn(link, heard)

    def _rejected(self, link: Link) -> Iterator[Fault]:
        """Rejections that stand and that the gate was not asked with, wherever they lie: where two ledgers were brought
        together, a decision may follow what it never saw.
        """
        heard: dict[tuple[Digest, str], Judgement] = {}
        for each in self.deeds.judgements(link.decided.said.about):
            found = self.ledger.hear(each.row)
            if isinstance(found, Heard):  # a copy of what was heard is nobody's word
                judgement = Judgement(voice=found.voice, verdict=each.said.verdict, subject=each.said.about)
                heard.setdefault((each.digest, found.voice.key), judgement)
        digests = {judgement.voice.entry: digest for (digest, _), judgement in heard.items()}
        for judgement in standing(heard.values(), person_of=str):
            voice = judgement.voice
            if judgement.verdict is Verdict.REJECT and digests[voice.entry] not in link.relied_on:
                words = f"{voice.person} rejected it, and the gate was not asked with that (entry {voice.entry})"
                yield Fault(kind=FaultKind.TAKEN_BACK, words=words)

    def _worn(self, link: Link, heard: Sequence[Heard]) -> Iterator[Fault]:
        """What counted when the gate was asked, and does not any more."""
        at = link.decided.said.at
        for each in _newest_approvals(heard):
            ends = each.voice.at + self.terms.lasts if self.terms.lasts else None
            if ends is not None and at <= ends < self.now:
                words = f"{each.voice.person}'s approval (entry {each.voice.entry}) ran out on {in_utc(ends)}"
                yield Fault(kind=FaultKind.RAN_OUT, words=words)
        states = {each.state for each in link.decided.said.requirements} | {link.decided.said.state}
        if GateState.OVERRIDDEN in states:
            yield from self._overrides(at, heard)
        if GateState.BYPASSED in states:
            yield from self._glass(heard)

    def _overrides(self, at: datetime, heard: Sequence[Heard]) -> Iterator[Fault]:
        said = [(each, each.statement.read_as(Override)) for each in heard if _is(each, Override)]
        if not said:
            yield Fault(kind=FaultKind.TAKEN_BACK, words="it was overridden, and no override is on record for it")
        for each, override in said:
            if at < override.until <= self.now:
                words = f"{each.voice.person}'s override (entry {each.voice.entry}) ran out on {in_utc(override.until)}"
                yield Fault(kind=FaultKind.RAN_OUT, words=words)

    def _glass(self, heard: Sequence[Heard]) -> Iterator[Fault]:
        """Broken glass whose review fell due, and was not given by enough others."""
        broken = [each for each in heard if _is(each, BreakGlass)]
        rules = self.terms.policy.break_glass
        if not broken or rules is None:
            yield Fault(kind=FaultKind.TAKEN_BACK, words="it passed by broken glass, which nothing on record allows")
            return
        for each in broken:
            due = each.statement.read_as(BreakGlass).review_due
            others = self._reviewers(each)
            if due <= self.now and len(others) < rules.review.count:
                words = (
                    f"{each.voice.person} broke the glass (entry {each.voice.entry}), and the review that was due on"
                    f" {in_utc(due)} was not given"
                )
                yield Fault(kind=FaultKind.RAN_OUT, words=words)

    def _reviewers(self, broken: Heard) -> set[str]:
        """Who reviewed it and is sure not to be who broke the glass, nor to be enrolled on their word."""
        if not broken.voice.is_somebody:
            return set()
        digest = self.ledger.digest_of(broken.voice.entry)
        heard = [self.ledger.hear(entry) for entry in self.deeds.reviews(digest)]
        voices = [each.voice for each in heard if isinstance(each, Heard) and each.voice.is_somebody]
        return {each.person for each in voices if broken.voice.person not in (each.person, *each.rests_on)}


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


def _newest_approvals(heard: Iterable[Heard]) -> list[Heard]:
    """Of each person the newest approval."""
    newest: dict[str, Heard] = {}
    for each in heard:
        if _is(each, Approval) and each.statement.read_as(Approval).verdict is Verdict.APPROVE:
            before = newest.get(each.voice.person)
            newest[each.voice.person] = each if before is None or before.voice.at <= each.voice.at else before
    return list(newest.values())


def _is(heard: Heard, kind: type[Struct]) -> bool:
    return heard.statement.predicate_type == uri_of(kind)

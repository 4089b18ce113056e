"""What keeps a link of an admission's proof from holding: everything that can be held against a decision on record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct

from weighbridge.app.checks_since import ChecksSince
from weighbridge.app.deeds import Deeds
from weighbridge.app.faults import Fault, FaultKind
from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.app.links import Link, Shelf, Terms
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Judgement, Verdict
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.speak import Heard, Refusal
from weighbridge.policy.case import Case
from weighbridge.policy.combine import PASSED
from weighbridge.policy.exceptions import is_overdue, reviews_counted
from weighbridge.policy.judge.approvals import standing
from weighbridge.policy.judge.times import in_utc
from weighbridge.policy.policy import CarryOver
from weighbridge.policy.statuses import AHEAD


class Doubts(Struct, frozen=True, kw_only=True):
    """What can be held against a link, in one ledger, on the terms of one environment, at one time.

    `exceptions` gives the case of every exception on record, asked only where glass was broken. `returns` is for what was in
    the environment before: it may have run out since, and must be believed all the same.
    """

    ledger: OpenLedger
    deeds: Deeds
    terms: Terms
    now: datetime
    exceptions: Callable[[], Case]

    @property
    def shelf(self) -> Shelf:
        """What was decided of each tree, on the same terms."""
        return Shelf(deeds=self.deeds, terms=self.terms, writers=self.ledger.desk.settings.writers)

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
            stood = "could not decide" if said.state is GateState.ERROR else f"is {said.state}"
            words = f"its gate {stood} (entry {decided.entry}){plan or ': see what it still needs'}"
            yield Fault(kind=FaultKind.CLOSED, words=words)
        elif self._lacks_plan(link):
            words = f"{name} asks for a rollout plan, and entry {decided.entry} decided without: could not look at one"
            yield Fault(kind=FaultKind.CLOSED, words=words)
        if link.entry >= self.ledger.anchored and self.terms.wants_anchor({each.rule for each in said.requirements}):
            command = f"weighbridge ledger {'witness' if self.ledger.desk.settings.has_witnesses_alone else 'anchor'}"
            words = (
                f"entry {link.entry} lets it in, and the newest anchor reaches to entry {self.ledger.anchored - 1:,} only:"
                f" keep a newer one ({command}), and fetch it here"
                if self.ledger.anchored
                else f"entry {link.entry} lets it in, and nothing anchors the ledger: {command} keeps it"
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
                if isinstance(found, Refusal) and _rejection_of(found) is None:
                    words = (
                        f"entry {link.entry} relied on entry {entry.index}, which is not believed any more:"
                        f" {found.reason}"
                    )
                    yield Fault(kind=FaultKind.TAKEN_BACK, words=words)
                elif isinstance(found, Heard):
                    heard.append(found)
        yield from self._rejected(link)
        if not returns:
            yield from self._worn(link, heard)

    def _rejected(self, link: Link) -> Iterator[Fault]:
        """Rejections that stand and that the gate was not asked with, wherever they lie: where two ledgers were brought
        together, a decision may follow what it never saw. As at the gate, whoever says no to an earlier form says no to this,
        and a yes to one counts where it was carried over.
        """
        about, commits = link.decided.said.about, link.decided.said.commits
        heard: dict[tuple[Digest, str], Judgement] = {}
        for each in self.deeds.judgements(about, commits=commits):
            is_of_this = each.said.about.is_same_step(about) or each.digest in link.relied_on
            if not is_of_this and each.said.verdict is not Verdict.REJECT:
                continue
            said = self.ledger.hear(each.row)
            found = _rejection_of(said) if isinstance(said, Refusal) else said  # the gate tells whether that no is left
            if found is not None:  # a copy of what was heard is nobody's word
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
        """Broken glass whose review fell due, and was not given by enough others, as the gate counts them."""
        broken = {self.ledger.digest_of(each.voice.entry) for each in heard if _is(each, BreakGlass)}
        case = self.exceptions() if broken else None
        if case is None or case.policy.break_glass is None:
            yield Fault(kind=FaultKind.TAKEN_BACK, words="it passed by broken glass, which nothing on record allows")
            return
        for each in case.record.break_glass:
            if self.ledger.digest_of(each.voice.entry) in broken and is_overdue(each, case):
                counted = reviews_counted(each, case)
                why = "".join(f"; {words}" for words in (*counted.refused, *(u.detail for u in counted.unknown)))
                words = (
                    f"{each.voice.person} broke the glass (entry {each.voice.entry}), and the review that was due on"
                    f" {in_utc(each.review_due)} was not given{why}"
                )
                yield Fault(kind=FaultKind.RAN_OUT, words=words)


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


def _rejection_of(refusal: Refusal) -> Heard | None:
    """The rejection that it was before its key came to count no more."""
    once = refusal.once
    if once is None or not _is(once, Approval):
        return None
    return once if once.statement.read_as(Approval).verdict is Verdict.REJECT else None

"""A ledger in memory with people, a CI job that decides and admits, and what an admission asks of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from tests.samples.ledger import Files, Key
from tests.samples.ssh_keys import SshKey, ed25519
from tests.samples.voices import ADA, BOB, LEDGER, ledger_payload, roster, signed

from weighbridge.app.admit import Admission, Ground, admit
from weighbridge.app.deeds import Admitted, Deeds
from weighbridge.app.held_against import Doubts
from weighbridge.app.ledger_desk import LedgerDesk, OpenLedger
from weighbridge.app.links import Terms
from weighbridge.app.recall_case import NO_CHANGE
from weighbridge.app.share_ledger import Reading
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, EvidenceId, ObjectId
from weighbridge.domain.record import StatusState, Subject, Verdict
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.envelope import read_envelope, sign_as_writer
from weighbridge.ledger.predicates.admission import Admission as Admitting
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.predicates.carry_over import CarryOver
from weighbridge.ledger.predicates.decision import Decision, RequirementState
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.predicates.status import Status as StatusSaid
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import LedgerTrust
from weighbridge.policy.case import Case, Elsewhere
from weighbridge.policy.policy import Environment, EnvironmentLevel, Policy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CI, STRANGER = Key("ci", 1), Key("stranger", 2)
ADAS, BOBS, CLEOS = ed25519(), ed25519(), ed25519()
START = roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}", f"cleo@example.org {CLEOS.line}")
PRODUCTION = Environment(name="production", level=EnvironmentLevel.PRODUCTION)


def tree(number: int) -> ObjectId:
    return ObjectId(f"{number:040x}")


def about(base: int, head: int, *, proposal: str = "", decision: int = 0) -> Subject:
    return Subject(
        ledger=LEDGER,
        base_tree=tree(base),
        head_tree=tree(head),
        head_commit=ObjectId(f"{head + 0xC0FFEE:040x}"),
        decision=Digest(f"sha256:{(base << 64) + (head << 8) + decision:064x}"),
        proposal=proposal,
    )


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class NothingSeen:
    """A user who never looked before; keeps to `Seen`."""

    def of_clone(self, origin: str) -> Checkpoint | None:
        del origin
        return None

    def of_remotes(self, origin: str) -> Checkpoint | None:
        del origin
        return None

    def of_remote(self, origin: str, address: str) -> Checkpoint | None:
        del origin, address
        return None

    def see_in_clone(self, note: bytes) -> None:
        del note

    def expect_in_clone(self, note: bytes) -> None:
        del note

    def is_expected_in_clone(self, note: bytes) -> bool:
        del note
        return False

    def see_in_remote(self, note: bytes, address: str) -> None:
        del note, address


@dataclass
class World:
    """One repository's ledger, as it grows."""

    policy: Policy = field(default_factory=lambda: Policy(name="shop", environments={"production": PRODUCTION}))
    environment: Environment = PRODUCTION
    now: datetime = NOW
    envelopes: list[bytes] = field(default_factory=list)

    def put(self, envelope: bytes) -> Digest:
        self.envelopes.append(envelope)
        return read_envelope(envelope).digest

    def write(self, said: Struct, subject: Subject, *, by: Key = CI) -> Digest:
        return self.put(bytes(sign_as_writer(statement_payload(said, change_subject(subject)), by)))

    def say(self, said: Struct, subject: Subject, *, by: SshKey) -> Digest:
        return self.put(signed(statement_payload(said, change_subject(subject)), by))

    def approve(
        self,
        subject: Subject,
        *,
        by: SshKey = ADAS,
        at: datetime = NOW - timedelta(hours=3),
        verdict: Verdict = Verdict.APPROVE,
    ) -> Digest:
        return self.say(Approval(about=subject, at=at, verdict=verdict), subject, by=by)

    def override(self, subject: Subject, *, until: datetime) -> Digest:
        said = Override(
            about=subject,
            at=NOW - timedelta(hours=3),
            requirements=(EvidenceId("requirement-0123456789ab"),),
            until=until,
            personal=Digest("sha256:" + "0" * 64),
        )
        return self.say(said, subject, by=ADAS)

    def break_glass(self, subject: Subject, *, due: datetime) -> Digest:
        said = BreakGlass(
            about=subject, at=NOW - timedelta(hours=3), review_due=due, personal=Digest("sha256:" + "0" * 64)
        )
        return self.say(said, subject, by=ADAS)

    def review_glass(self, subject: Subject, broken: Digest, *, by: SshKey = BOBS) -> Digest:
        said = BreakGlassReview(about=subject, at=NOW - timedelta(hours=1), reviews=broken)
        return self.say(said, subject, by=by)

    def revoke(self, key: SshKey, *, by: SshKey) -> Digest:
        said = Revocation(at=NOW - timedelta(minutes=30), fingerprint=key.keyid, cause="stolen")
        return self.put(signed(ledger_payload(said), by))

    def decide(
        self,
        subject: Subject,
        state: GateState = GateState.SATISFIED,
        *,
        relied_on: Sequence[Digest] = (),
        environment: str = "",
        expires: datetime | None = None,
        **more: object,
    ) -> Digest:
        """A gate's state; `by`, `at`, `commits` and `requirements` may be given."""
        by = more.get("by", CI)
        at = more.get("at", NOW - timedelta(hours=2))
        assert isinstance(by, Key)
        assert isinstance(at, datetime)
        said = Decision(
            about=subject,
            at=at,
            state=state,
            policy="shop",
            requirements=tuple(
                RequirementState(requirement=EvidenceId("requirement-0123456789ab"), rule=rule, state=each)
                for rule, each in dict(more.get("requirements", {})).items()  # type: ignore[call-overload]  # of a keyword
            ),
            relied_on=tuple(relied_on),
            environment=environment,
            expires=expires,
            commits=more.get("commits", ()),  # type: ignore[arg-type]  # of a keyword
        )
        return self.write(said, subject, by=by)

    def approved(self, base: int, head: int, **more: object) -> Digest:
        """A change that Ada approved and the gate let pass."""
        subject = about(base, head)
        return self.decide(subject, relied_on=[self.approve(subject)], **more)  # type: ignore[arg-type]  # handed on

    def report(self, name: str, state: str, *, of: int, at: datetime = NOW - timedelta(hours=3)) -> Digest:
        """What a check came to on a tree."""
        said = StatusSaid(name=name, state=StatusState(state), tree=tree(of), source="ci", at=at)
        return self.put(bytes(sign_as_writer(statement_payload(said, ledger_subject(LEDGER)), CI)))

    def carry(self, earlier: Subject, *, later: Subject, approvals: Iterable[Digest] = ()) -> Digest:
        said = CarryOver(about=later, at=NOW, earlier=earlier, approvals=tuple(approvals), policy="shop")
        return self.write(said, later)

    def admitted(self, base: int, head: int, *, links: Sequence[Digest], by: Key = CI) -> Digest:
        """Something that was let into production."""
        subject = about(base, head)
        said = Admitting(
            about=subject, at=NOW - timedelta(hours=1), environment="production", links=tuple(links), trusted=tree(99)
        )
        return self.write(said, subject, by=by)

    @property
    def files(self) -> Files:
        """The ledger's files, with all that was said."""
        files = Files()
        append(
            files,
            [Addition(envelope=each) for each in self.envelopes],
            writer=CI,
            trust=LedgerTrust(origin=LEDGER, writers=(CI.verifier,)),
        )
        return files

    @property
    def desk(self) -> LedgerDesk:
        settings = LedgerSettings(origin=LEDGER, writers=(CI.verifier,))
        return LedgerDesk(
            files=self.files,
            clock=FixedClock(self.now),
            enrolled=lambda _: START,
            reading=Reading(trust=lambda _: settings.trust(), seen=NothingSeen()),
            settings=settings,
        )

    @property
    def ledger(self) -> OpenLedger:
        opened = self.desk.open()
        assert opened is not None
        return opened

    @property
    def admissions(self) -> Sequence[Admitted]:
        return Deeds(ledger=LEDGER, find=self.ledger.find).admitted("production")

    def admit(self, head: int, *, last: int | None = None, begins: Iterable[int] = (0,)) -> Admission:
        """Whether a tree may enter production, where `last` is or nothing is known to be."""
        ledger = self.ledger
        deeds = Deeds(ledger=LEDGER, find=ledger.find)
        believed = [each for each in deeds.admitted("production") if each.is_by((CI.verifier,))]
        ground = Ground(
            begins=frozenset(map(tree, begins)), last=None if last is None else tree(last), admitted=believed
        )
        terms = Terms(policy=self.policy, environment=self.environment)
        doubts = Doubts(
            ledger=ledger, deeds=deeds, terms=terms, now=self.now, exceptions=lambda: self.exceptions(ledger)
        )
        return admit(doubts, tree(head), ground=ground)

    def exceptions(self, ledger: OpenLedger) -> Case:
        """Those on record; whoever wrote what they let pass is nobody here."""
        return Case(
            policy=self.policy,
            document=NO_CHANGE,
            record=ledger.exceptions(),
            now=self.now,
            elsewhere=lambda _: Elsewhere(),
        )

"""What people and machines said of a change, each statement proven before it becomes one of these values.

A gate reads a `Record` and nothing else of the ledger. What nobody could ask is named in `missing`, so that absent is
never taken for empty.
"""

from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct, field

from weighbridge.domain.ids import Digest, EvidenceId, ObjectId, evidence_id
from weighbridge.domain.outcomes import CouldNotLook


class Assurance(StrEnum):
    """How sure it is that a person, and not a program of theirs, said it; best first."""

    ATTESTED_AUTHENTICATOR = "attested-authenticator"
    """An authenticator of an allowed model, enrolled by a second person, that verified its user."""
    PASSKEY = "passkey"
    SECURITY_KEY = "sk"
    """An SSH security key that says somebody touched it."""
    KEY = "key"
    """A plain key: possession of it, which a program can have too."""
    FORGE = "forge"
    """The forge's word that an account said it."""

    @property
    def rank(self) -> int:
        """0 for the best."""
        return list(Assurance).index(self)

    def reaches(self, least: "Assurance") -> bool:
        """Whether it is at least as sure as `least`."""
        return self.rank <= least.rank


class Voice(Struct, frozen=True, kw_only=True):
    """Who said something: the enrolled person, with what proof, in which entry of the ledger.

    `key` is the fingerprint of what signed (`SHA256:…`). `user_verified` is a security key's or passkey's word that it
    checked a PIN or a finger, beyond a touch. `rests_on` are the other people on whose word the key was enrolled, and
    those on whose word theirs were: any of them could hold it. None where Trust enrols it. Of somebody whose name was erased
    since (`is_nameless`) nobody can tell whether they had a part in anything, nor of whoever else could hold a key that is
    enrolled on the word of such a person (`rests_on_nameless`).
    """

    person: str
    assurance: Assurance
    key: str
    at: datetime
    """As the signer states it; what bounds it is the checkpoint that first held the entry."""
    entry: int
    user_verified: bool = False
    rests_on: tuple[str, ...] = ()
    is_nameless: bool = False
    rests_on_nameless: bool = False
    said_of: "Subject | None" = None
    """The earlier form of the change that it was said of, where it is carried over from there."""

    @property
    def carried(self) -> str:
        """That it is carried over, from which commit and tree, and when it was given, to stand behind what was said; empty
        where it was said of the change itself.
        """
        if self.said_of is None:
            return ""
        tree = f"tree {self.said_of.head_tree[:12]}"
        where = f"commit {self.said_of.short} ({tree})" if self.said_of.head_commit else tree
        return f", carried over from {where}, where it was given on {self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    @property
    def is_somebody(self) -> bool:
        """Whether it is told who could have said it."""
        return not (self.is_nameless or self.rests_on_nameless)

    def speaks_for(self, other: "Voice") -> bool:
        """Whether it can take back what `other` said in the same person's name: with that key, or with one that rests on
        nobody's word on whom that does not. Else whoever vouches for a second key of somebody could speak for them.
        """
        return self.key == other.key or set(self.rests_on) <= set(other.rests_on)

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this statement by."""
        return evidence_id("voice", self.person, self.key, str(self.entry))


class Subject(Struct, frozen=True, kw_only=True):
    """Exactly what a statement is about: the repository's ledger, both trees, and the decision that was read.

    `proposal` names the pull request or branch whose approvals these are; empty where there is none. The same head in
    another proposal does not borrow them.
    """

    ledger: str
    """The origin of the ledger, which stands for the repository: a statement replayed into another is about nothing."""
    base_tree: ObjectId
    head_tree: ObjectId
    head_commit: ObjectId | None
    decision: Digest
    proposal: str = ""

    def is_same_step(self, other: "Subject") -> bool:
        """Whether both lead from the same tree to the same tree, whatever was decided of them and they were proposed as."""
        return (self.ledger, self.base_tree, self.head_tree) == (other.ledger, other.base_tree, other.head_tree)

    @property
    def head(self) -> ObjectId:
        """The head's commit; its tree where nobody committed it."""
        return self.head_commit or self.head_tree

    @property
    def short(self) -> str:
        """The head as people name it."""
        return self.head[:12]


class Verdict(StrEnum):
    """What a person says of a change."""

    APPROVE = "approve"
    REJECT = "reject"
    COMMENT = "comment"


class Judgement(Struct, frozen=True, kw_only=True):
    """One person's verdict on one change."""

    voice: Voice
    verdict: Verdict
    subject: Subject
    reason: str = ""
    read_for: int | None = None
    """Seconds the page stood open before the verdict, where that was measured."""
    asked_of_agent: bool = False
    """Whether the person says that they asked an agent for this change: then they are an author of it."""
    is_void: bool = False
    """Whether the key that gave it counts no more: of its words only a rejection may be left."""
    revoked_by: str = ""
    """Who revoked that key; empty where nobody did, or nobody knows who."""


class Override(Struct, frozen=True, kw_only=True):
    """A reasoned exception for one change: which requirements (by evidence id) need not be met."""

    voice: Voice
    subject: Subject
    requirements: tuple[EvidenceId, ...]
    reason: str
    until: datetime


class Waiver(Struct, frozen=True, kw_only=True):
    """An exception that expires, for every change it covers: findings of `rule`, below `paths`, or by fingerprint."""

    voice: Voice
    rule: str
    reason: str
    until: datetime
    paths: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()


class BreakGlass(Struct, frozen=True, kw_only=True):
    """A change passed now and to be reviewed later: by whom, why, until when, and who reviewed it since."""

    voice: Voice
    subject: Subject
    reason: str
    review_due: datetime
    reviewed_by: tuple[Voice, ...] = ()
    is_void: bool = False
    """Whether the key that broke it counts no more: it passes nothing, and its review is owed all the same."""
    is_unclaimed: bool = False
    """Whether that key is nobody's now, so that nobody can tell whose it was."""


class Attachment(Struct, frozen=True, kw_only=True):
    """A document that somebody attached to a change; `text` is None where its bytes are not at hand."""

    voice: Voice
    subject: Subject
    kind: str
    digest: Digest
    text: str | None = None


class StatusState(StrEnum):
    """What an external check came to."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"


class Status(Struct, frozen=True, kw_only=True):
    """What an external check says of a tree, in which entry of the ledger if in any; `source` is who says so, in words."""

    name: str
    state: StatusState
    tree: ObjectId
    source: str
    at: datetime
    entry: int | None = None
    url: str = ""


class BypassSeen(Struct, frozen=True, kw_only=True):
    """Something that reached an environment although no satisfied gate is on record for it, as a trusted writer saw it."""

    environment: str
    source: str
    at: datetime
    entry: int
    subject: str
    """The commit, tree or image, in that order of preference."""
    missing: str = ""


class Record(Struct, frozen=True, kw_only=True):
    """Everything said of one change that was proven, in order of the ledger.

    `missing` names the sources that nobody could ask (`forge-reviews`, `teams`, `statuses`, `rollout-plans`, `ledger`)
    with the reason; a requirement that needs one of them cannot be met by its silence.
    """

    judgements: tuple[Judgement, ...] = ()
    overrides: tuple[Override, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    break_glass: tuple[BreakGlass, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    statuses: tuple[Status, ...] = ()
    refused: tuple[str, ...] = ()
    """Statements that were not believed, each with the reason, in words."""
    missing: dict[str, CouldNotLook] = field(default_factory=dict)
    bypasses: tuple[BypassSeen, ...] = ()
    """What reached an environment around the gate, in any change."""
    is_anchored: bool = False
    """Whether somebody besides its writers remembers the ledger that all of this was read from."""

"""The review package: everything known of one change, in a part that decides and a part that explains."""

from msgspec import Struct, field

from weighbridge.domain.change import Change
from weighbridge.domain.exceptions import KnownException
from weighbridge.domain.findings import Suppression, WeighedFinding
from weighbridge.domain.gate import Gate
from weighbridge.domain.ids import Digest
from weighbridge.domain.impact import Impact
from weighbridge.domain.inputs import InputRecord
from weighbridge.domain.outcomes import Coverage, Outcome
from weighbridge.domain.places import Place
from weighbridge.domain.provenance import Provenance
from weighbridge.domain.risk import Risk
from weighbridge.domain.system import Component, Surface


class TrustRecord(Struct, frozen=True, kw_only=True):
    """Which trusted documents a decision rests on: path to digest, and the target they were read at.

    A package names the target in its presentation: the branch moves on while its documents stay the same.
    """

    target: str = ""
    target_name: str = ""
    documents: dict[str, Digest] = field(default_factory=dict)


class Decision(Struct, frozen=True, kw_only=True):
    """What whoever gates recomputes, and what approvals bind to."""

    change: Change
    provenance: Provenance
    findings: tuple[WeighedFinding, ...]
    suppressions: tuple[Suppression, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
    impact: Impact
    surfaces: tuple[Surface, ...]
    components: tuple[Component, ...]
    gate: Gate
    trust: TrustRecord
    tool: str
    """`weighbridge VERSION`."""
    inputs: tuple[InputRecord, ...] = ()
    """What it was judged by beside the trees."""


class Message(Struct, frozen=True, kw_only=True):
    """One arrow of a sequence diagram; `mark` is `added`, `removed` or empty."""

    source: str
    target: str
    words: str
    mark: str = ""


class Sequence(Struct, frozen=True, kw_only=True):
    """What happens at one entry point, before and after; participants in order of first appearance."""

    entry_point: str
    participants: tuple[str, ...]
    before: tuple[Message, ...]
    after: tuple[Message, ...]
    truncated: str = ""


class Excerpt(Struct, frozen=True, kw_only=True):
    """The lines of code around a finding's place, from line `first` on."""

    place: Place
    first: int
    lines: tuple[str, ...]


class Names(Struct, frozen=True, kw_only=True):
    """What this clone calls what was weighed: another clone weighs the same by other names."""

    repository: str = ""
    range_text: str = ""
    target: str = ""
    """The commit of the protected branch at which trusted documents were read."""
    target_name: str = ""


class Answers(Struct, frozen=True, kw_only=True):
    """What the conditions of a policy came to when its gate was asked, by their texts; those in neither did not hold."""

    held: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


class Presentation(Struct, frozen=True, kw_only=True):
    """What helps a reader and decides nothing."""

    summary: str
    question: str
    reproduce: str
    risk: Risk
    sequences: tuple[Sequence, ...] = ()
    made_at: str = ""
    excerpts: tuple[Excerpt, ...] = ()
    names: Names | None = None
    standing: Gate | None = None
    """The gate with what people said of the change by then, and at that time; absent where nobody asked for it."""
    answers: Answers | None = None
    """What the policy's conditions came to in `standing`; absent in packages that are not kept, and of earlier versions."""
    notices: tuple[str, ...] = ()
    """What of the ledger was not believed, and what a reader should know of it, in words."""
    exceptions: tuple[KnownException, ...] = ()
    """What was let pass by people's word, here and in other changes, and stood at that time."""
    in_force: tuple[str, ...] = ()
    """What a reader should know of the policy by which it is judged, in words, such as that a reset is on, or that the change brings another."""
    left_behind: tuple[str, ...] = ()
    """Approvals and documents of earlier forms of the change that do not count for it, each form with the reason, in words."""
    proposal: str = ""
    """The pull request or branch that it was kept for; approvals of the change are said of that where nobody says otherwise."""


class ReviewPackage(Struct, frozen=True, kw_only=True):
    """One change, weighed. `digest` is that of the decision's canonical JSON (RFC 8785)."""

    decision: Decision
    presentation: Presentation
    digest: Digest

    @property
    def gate(self) -> Gate:
        """The gate as it stands: with approvals where they were asked for, else what the decision asks for."""
        return self.presentation.standing or self.decision.gate

    @property
    def names(self) -> Names:
        """What the clone that made it calls what was weighed; packages of the first form had it in the decision."""
        change, trust = self.decision.change, self.decision.trust
        return self.presentation.names or Names(
            repository=change.repository,
            range_text=change.range_text,
            target=trust.target,
            target_name=trust.target_name,
        )

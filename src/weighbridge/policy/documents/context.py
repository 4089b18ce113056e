"""What a document is judged against, and what is wrong with it."""

from enum import StrEnum

from msgspec import Struct, field

from weighbridge.domain.ids import EvidenceId, RepoPath, evidence_id
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.risk import FailureScenario


class ChangedPart(Struct, frozen=True, kw_only=True):
    """A changed component: its name, and what else it goes by: folders, packages, files and symbols that changed in it."""

    name: str
    aliases: tuple[str, ...] = ()


class DocumentContext(Struct, frozen=True, kw_only=True):
    """What a document must be about, and what it must not just say again; a reason where nobody could look.

    `added` are the added lines, by path. `description` holds what the change says of itself: the proposal's text and the
    commits' messages.
    """

    components: tuple[ChangedPart, ...] | CouldNotLook = ()
    scenarios: tuple[FailureScenario, ...] | CouldNotLook = ()
    added: dict[RepoPath, str] = field(default_factory=dict)
    unread: CouldNotLook | None = None
    """Why some added lines are not in `added`."""
    title: str = ""
    description: str = ""


class ProblemKind(StrEnum):
    """What can be wrong with a document."""

    HEADING_MISSING = "heading-missing"
    HEADING_MISPLACED = "heading-misplaced"
    EMPTY = "empty"
    FILLER = "filler"
    TEMPLATE = "template"
    TOO_LITTLE = "too-little"
    RESTATEMENT = "restatement"
    COMPONENT_UNNAMED = "component-unnamed"
    SCENARIO_UNANSWERED = "scenario-unanswered"
    NO_STEP = "no-step"
    NO_TICKET = "no-ticket"
    COULD_NOT_LOOK = "could-not-look"


class DocumentProblem(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a document: what, in which line (0 for the whole), and what would satisfy it.

    `missing` is the reason where the document could not be judged; that is never read as nothing wrong.
    """

    kind: ProblemKind
    what: str
    remedy: str
    line: int = 0
    missing: CouldNotLook | None = None

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this problem by."""
        return evidence_id("document", self.kind, self.what, str(self.line))

    def __str__(self) -> str:
        return f"{f'line {self.line}: ' if self.line else ''}{self.what}; {self.remedy}"

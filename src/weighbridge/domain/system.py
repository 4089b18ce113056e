"""The system a change lives in: components, who owns them, how much leans on them, how delicate they are."""

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, RepoPath, evidence_id
from weighbridge.domain.impact import Certainty

T = TypeVar("T")


class ComponentKind(StrEnum):
    """What a component is."""

    SERVICE = "service"
    LIBRARY = "library"
    DATABASE = "database"
    QUEUE = "queue"
    JOB = "job"
    SITE = "site"
    INFRASTRUCTURE = "infrastructure"
    FOLDER = "folder"
    """Nothing declares it: a top-level folder stands in for a component."""


class Dialect(StrEnum):
    """A family of databases that mean the same by the same words."""

    POSTGRES = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"
    OTHER = "other"


class AreaLevel(StrEnum):
    """How delicate a kind of code is: UI, tools and docs low; business logic medium; data, auth, payments high."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Stated(Struct, Generic[T], frozen=True, kw_only=True):
    """A value with the reason it is believed: declared in a file, or inferred from what."""

    value: T
    reason: str
    declared: bool


class Component(Struct, frozen=True, kw_only=True):
    """One component: `roots` are the folders (or files) it holds, `tier` its criticality (1 most, 3 least).

    `provides` and `requires` are global keys (package URLs, `operation:GET /x`, `topic:t`, `table:t`, `image:i`) that
    join repositories.
    """

    name: str
    kind: ComponentKind
    roots: tuple[RepoPath, ...]
    tier: Stated[int]
    area: Stated[AreaLevel]
    owners: tuple[str, ...] = ()
    source: str = ""
    provides: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


class SurfaceKind(StrEnum):
    """The kinds of sensitive surface."""

    SHARED_LIBRARY = "shared-library"
    SCHEMA = "schema"
    API_CONTRACT = "api-contract"
    AUTHENTICATION = "authentication"
    RESOURCES = "resources"
    BUILD_AND_DEPLOY = "build-and-deploy"
    INFRASTRUCTURE = "infrastructure"
    GOVERNANCE = "governance"
    """What decides about changes or agents: our own configuration, CODEOWNERS, agents' instructions and permissions."""


class Surface(Struct, frozen=True, kw_only=True):
    """A sensitive surface that the change touches, and why it counts as one.

    `inferred` is one that nothing but a word in its path speaks for; the others were seen in what changed, are told by
    the kind of file, or were declared.
    """

    kind: SurfaceKind
    path: RepoPath
    reason: str
    symbol: str = ""
    certainty: Certainty = Certainty.SEEN

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this surface by."""
        return evidence_id("surface", self.kind, self.path, self.symbol, self.reason)

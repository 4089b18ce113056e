"""What a condition sees of the change itself: files, commits, people, and where they came from."""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from weighbridge.domain.change import ChangeKind, FileStatus
from weighbridge.domain.provenance import Origin


class FileArea(StrEnum):
    """How delicate the code of a file is."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ViewedPerson(Struct, frozen=True, kw_only=True):
    """Somebody as a commit names them: a claim, not proof."""

    name: str
    """The name."""
    email: str
    """The address."""
    is_bot: bool
    """Whether name or address says that it is a program of a forge."""


class ViewedFile(Struct, frozen=True, kw_only=True):
    """One changed file."""

    path: str
    """Where it lies in head, or lay in the base when it was deleted."""
    old_path: str
    """Where it lay in the base; empty when it was added."""
    status: FileStatus
    """What happened to it."""
    language: str
    """The language or format it was read as, such as `python`, `prose`; empty when nothing reads it."""
    is_test: bool
    """Whether it holds tests or serves only them, by its name."""
    is_binary: bool
    """Whether git holds it for binary."""
    is_read: bool
    """Whether something understood all of its changed lines."""
    lines_added: int
    """How many lines head has that the base had not."""
    lines_removed: int
    """How many lines the base had that head has not."""
    component: str
    """The component it belongs to; empty when it belongs to none that is known."""
    area: FileArea
    """How delicate this kind of code is; `none` for what was not read as code."""
    lands_on: tuple[str, ...] | UnsetType = UNSET
    """The other places of the base that its paths land on where a disk holds two spellings for one; absent where nobody could tell."""


class ViewedCommit(Struct, frozen=True, kw_only=True):
    """One commit of the change."""

    id: str
    """Its object id."""
    author: ViewedPerson
    """Who wrote it, as it states."""
    committer: ViewedPerson
    """Who committed it, as it states."""
    co_authors: tuple[ViewedPerson, ...]
    """Those that its `Co-authored-by` trailers name."""
    subject: str
    """The message's first line."""
    message: str
    """The whole message."""
    is_merge: bool
    """Whether it has more than one parent."""
    is_signed: bool
    """Whether it carries a signature, of whatever worth."""
    origin: Origin
    """Where it came from."""


class ViewedChange(Struct, frozen=True, kw_only=True):
    """The change: what it is called, what it touches, who made it.

    Where more commits were made than are looked at, `commits` and the people in them are absent.
    """

    repository: str
    """The repository's name: as the ledger's `origin` in `.weighbridge/ledger.yaml` begins, else the name of the clone's folder."""
    title: str
    """The title; a commit's subject where nothing else is given."""
    description: str
    """The description below the title; empty when there is none."""
    kind: ChangeKind
    """What base and head stand for."""
    branch: str | UnsetType = UNSET
    """The branch it lies on; absent where only commits are known."""
    target: str | UnsetType = UNSET
    """The branch it is meant for; absent where only commits are known."""
    files: tuple[ViewedFile, ...]
    """Every changed file."""
    lines_added: int
    """All added lines."""
    lines_removed: int
    """All removed lines."""
    commits: tuple[ViewedCommit, ...] | UnsetType = UNSET
    """Its commits."""
    authors: tuple[ViewedPerson, ...] | UnsetType = UNSET
    """Who wrote its commits, each once."""
    committers: tuple[ViewedPerson, ...] | UnsetType = UNSET
    """Who committed them, each once."""
    co_authors: tuple[ViewedPerson, ...] | UnsetType = UNSET
    """Whom their trailers name, each once."""
    is_merge: bool | UnsetType = UNSET
    """Whether a merge is among its commits, or it is one itself."""


class ViewedProvenance(Struct, frozen=True, kw_only=True):
    """Who or what wrote it. The counts are of commits and add up to `commits`."""

    origin: Origin
    """Where the change as a whole came from."""
    agents: tuple[str, ...]
    """The coding agents that evidence names."""
    commits: int
    """How many commits were asked for their origin."""
    ai: int
    """Those that agents wrote."""
    mixed: int
    """Those that agents and people wrote."""
    human: int
    """Those that an enrolled person's signature attests."""
    unknown: int
    """Those of which nothing is known: it proves nothing."""
    is_attested: bool
    """Whether every commit is attested by an enrolled person's signature."""
    conflicts: int
    """How many commits have evidence that disagrees."""
    disclosure_broken: bool
    """Whether the rule of disclosure is broken."""

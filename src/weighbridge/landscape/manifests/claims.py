"""What a manifest says: which folder is a component, what it hands out, and what it leans on."""

from collections.abc import Callable
from enum import IntEnum

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import AreaLevel, ComponentKind


class ManifestError(Exception):
    """The manifest could not be read: the message says what is wrong with it, in words."""


class Authority(IntEnum):
    """Whose word names a component when several manifests speak of one folder: the highest."""

    FOLDER = 0
    PIECE = 5
    BUILD = 10
    IMAGE = 20
    ORCHESTRATION = 30
    WORKSPACE = 40
    PACKAGE = 50
    CATALOGUE = 60


class Need(Struct, frozen=True, kw_only=True):
    """Something leaned on, by its key, with the 1-based line that says so."""

    key: str
    line: int = 0


class Claim(Struct, frozen=True, kw_only=True):
    """One manifest's word on one component.

    `root` is the folder (or file) it speaks of, None for something without code here (a database's image). A claim
    that is not `is_own` joins whatever component encloses it, below the repository's root; it founds one only when
    nothing does. A claim `about` a key speaks of the component that provides the key, whatever its folder.
    """

    root: RepoPath | None
    name: str
    authority: Authority
    source: RepoPath
    line: int = 0
    kind: ComponentKind | None = None
    area: AreaLevel | None = None
    tier: int | None = None
    lifecycle: str = ""
    owners: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    requires: tuple[Need, ...] = ()
    is_own: bool = True
    about: tuple[str, ...] = ()
    """Keys and names (`name:x`) that lead to the component meant, tried in order."""


class ManifestReader(Struct, frozen=True, kw_only=True):
    """Reads the manifests whose file name is one of `names` or ends with one of `endings`, where `accepts` agrees.

    `read` is pure and raises `ManifestError`; raise `version` with any change of what it returns.
    """

    read: Callable[[RepoPath, bytes], tuple[Claim, ...]]
    names: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()
    version: int = 1
    accepts: Callable[[RepoPath], bool] = lambda _path: True

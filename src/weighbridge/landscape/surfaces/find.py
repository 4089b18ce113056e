"""Finds the sensitive surfaces a change touches, each with its reason; the order is by kind, then by path."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, Protocol

from msgspec import Struct, field

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.system import ComponentKind, Surface, SurfaceKind
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.components.placing import is_code, is_foreign
from weighbridge.landscape.description import DeclaredSurface
from weighbridge.landscape.globs import PathGlobs
from weighbridge.landscape.shared_use import SharedUse
from weighbridge.landscape.surfaces.actions import RENEWS, only_renews_actions
from weighbridge.landscape.surfaces.authentication import access_surfaces, surface_by_path
from weighbridge.landscape.surfaces.contracts import route_surfaces
from weighbridge.landscape.surfaces.layout import says_the_same
from weighbridge.landscape.surfaces.models import model_surfaces
from weighbridge.landscape.surfaces.names import access_word_in_path
from weighbridge.landscape.surfaces.packages import only_describes
from weighbridge.landscape.surfaces.places import PlaceRule, kinds_of_content, kinds_of_place, may_tell_by_content
from weighbridge.landscape.surfaces.resources import changed_amounts, changed_settings
from weighbridge.landscape.surfaces.setting_files import may_hold_settings
from weighbridge.landscape.surfaces.sharing import shared_surface
from weighbridge.landscape.test_files import is_test

MOST_PER_FILE: Final = 12
"""Surfaces of one kind in one file; a file that sets more is summed up, not listed."""

_PROSE: Final = frozenset({".md", ".mdx", ".rst", ".txt", ".adoc", ".org", ".tex"})
_LOOKS: Final = frozenset({".html", ".css", ".scss", ".less", ".svg"})
_TRANSLATED: Final = frozenset({"locales", "locale", "i18n", "l10n", "translations", "lang", "langs", "messages"})
_HASH_COMMENTS: Final = (
    ".yaml",
    ".yml",
    ".toml",
    ".tf",
    ".tfvars",
    ".mk",
    ".ini",
    ".cfg",
    ".properties",
    ".env",
    ".txt",
    ".in",
    "Makefile",
)
_COMMENT: Final = re.compile(r"^\s*(?:#(?!!).*)?$")
_SQL_COMMENT: Final = re.compile(r"^\s*(?:--.*)?$")


class BytesOfSides(Protocol):
    """Gives the bytes of changed files on either side."""

    def of(self, path: RepoPath, side: Side = Side.HEAD) -> bytes | CouldNotLook | None:
        """The bytes, why not, or None where the file does not exist."""


class Surroundings(Struct, frozen=True, kw_only=True):
    """What surrounds the changed files: components, how widely each is used, and what people declared."""

    components: ComponentMap
    use: SharedUse = field(default_factory=SharedUse)
    declared: Sequence[DeclaredSurface] = ()
    in_use: frozenset[RepoPath] = frozenset()
    """The changed files that lie among tests and are imported by production code."""


def find_surfaces(
    change: Change, code: CodeChange, *, contents: BytesOfSides, surroundings: Surroundings
) -> tuple[Surface, ...]:
    """The surfaces `change` touches. What only people read (prose, tests' text, comments) is none.

    Of a file of which nobody could tell what it lands on only its own places count: that `integrity/colliding-paths`
    could not look says so to the gate.
    """
    declared = [(PathGlobs(d.paths), d) for d in surroundings.declared]
    found: list[Surface] = []
    for file in change.files:
        said = _said_of(file, declared)
        own = list(_of_file(file, code, contents=contents, surroundings=surroundings))
        if said is not None:
            own = [s for s in own if s.kind is SurfaceKind.GOVERNANCE or said.kind is not None]
            if said.kind is not None:
                own.append(Surface(kind=said.kind, path=file.path, reason=said.reason))
        found += own
    order = list(SurfaceKind)
    return tuple(sorted(dict.fromkeys(found), key=lambda s: (order.index(s.kind), s.path)))


def _said_of(file: FileChange, declared: Sequence[tuple[PathGlobs, DeclaredSurface]]) -> DeclaredSurface | None:
    """What people declared of a file: the last that holds it, but nothing that clears it clears what it lands on."""
    said = next(((globs, d) for globs, d in reversed(declared) if globs.matches(file.path)), None)
    for path in file.lands_on or ():
        if said is None or (said[1].kind is None and not said[0].matches(path)):
            said = next(((globs, d) for globs, d in reversed(declared) if d.kind and globs.matches(path)), None)
    return said[1] if said else None


def _of_file(
    file: FileChange, code: CodeChange, *, contents: BytesOfSides, surroundings: Surroundings
) -> Iterator[Surface]:
    places = _places(file)
    texts = _Texts.of(file, contents)
    governing = [s for s in places if s.kind is SurfaceKind.GOVERNANCE]
    may_be_renewed = governing and _stays_in_place(file) and not file.lands_on
    if may_be_renewed and only_renews_actions(file.path, texts.base, after=texts.head):
        yield Surface(kind=SurfaceKind.BUILD_AND_DEPLOY, path=file.path, reason=RENEWS)
        return
    yield from governing
    is_of_tests = is_test(file.path) and file.path not in surroundings.in_use
    if is_of_tests or is_foreign(file.path) or (_is_prose(file.path) and not places):
        return
    if _stays_in_place(file) and texts.differ_in_comments_alone:
        return
    yield from (
        s for s in places if s.kind is not SurfaceKind.GOVERNANCE and not _is_a_new_version(s, file, texts=texts)
    )
    yield from _by_content(file, texts, known={s.kind for s in places})
    if _is_of_infrastructure(file.path, surroundings) and SurfaceKind.INFRASTRUCTURE not in {s.kind for s in places}:
        reason = "it belongs to what everything runs on"
        yield Surface(kind=SurfaceKind.INFRASTRUCTURE, path=file.path, reason=reason)
    yield from _in_code(file, code, surroundings=surroundings, texts=texts)


def _is_a_new_version(surface: Surface, file: FileChange, *, texts: "_Texts") -> bool:
    """Whether a manifest changed in nothing but what it says of itself: then nothing else is built or installed."""
    is_built = surface.kind is SurfaceKind.BUILD_AND_DEPLOY and _stays_in_place(file)
    return is_built and only_describes(file.path, texts.base, after=texts.head)


def _places(file: FileChange) -> list[Surface]:
    """The surfaces of a file's place on either side, and of what it lands on: a file moved out of one was one."""
    paths = dict.fromkeys(blob.path for blob in (file.head, file.base) if blob is not None)
    if file.lands_on:
        paths |= dict.fromkeys(file.lands_on)
    rules: dict[SurfaceKind, PlaceRule] = {}
    for path in paths:
        for rule in kinds_of_place(path):
            rules.setdefault(rule.kind, rule)
    return [Surface(kind=rule.kind, path=file.path, reason=rule.reason) for rule in rules.values()]


def _by_content(file: FileChange, texts: "_Texts", *, known: set[SurfaceKind]) -> Iterator[Surface]:
    if may_tell_by_content(file.path):
        for rule in kinds_of_content(texts.head or texts.base):
            if rule.kind not in known:
                yield Surface(kind=rule.kind, path=file.path, reason=rule.reason)
    if may_hold_settings(file.path) and file.base is not None and file.head is not None:
        yield from _summed_up(list(changed_settings(file.path, texts.base, after=texts.head)))


def _in_code(file: FileChange, code: CodeChange, *, surroundings: Surroundings, texts: "_Texts") -> Iterator[Surface]:
    known = code.files.get(file.path)
    if known is not None:
        yield from shared_surface(known, surroundings.use)
        yield from route_surfaces(known)
        yield from model_surfaces(known)
        yield from _summed_up(list(access_surfaces(known)))
        yield from _summed_up(list(changed_amounts(known)))
    elif (word := access_word_in_path(file.path)) and (is_configured(file.path) or texts.is_code):
        is_translated = not _TRANSLATED.isdisjoint(file.path.lower().split("/")[:-1])
        # what people read in their own language decides nothing
        yield from () if is_translated else (surface_by_path(file.path, word),)


def _summed_up(surfaces: list[Surface]) -> list[Surface]:
    if len(surfaces) <= MOST_PER_FILE:
        return surfaces
    first, left = surfaces[: MOST_PER_FILE - 1], len(surfaces) - MOST_PER_FILE + 1
    last = surfaces[MOST_PER_FILE - 1]
    return [*first, Surface(kind=last.kind, path=last.path, reason=f"{left} more of this kind in this file")]


def _stays_in_place(file: FileChange) -> bool:
    base, head = file.base, file.head
    return base is not None and head is not None and (base.path, base.mode) == (head.path, head.mode)


def _is_of_infrastructure(path: RepoPath, surroundings: Surroundings) -> bool:
    return surroundings.components.component_of(path).kind is ComponentKind.INFRASTRUCTURE and is_configured(path)


def _is_prose(path: RepoPath) -> bool:
    return PurePosixPath(path).suffix.lower() in _PROSE


def is_configured(path: RepoPath) -> bool:
    """Whether the file sets or runs something, rather than being read or looked at by people."""
    suffix = PurePosixPath(path).suffix.lower()
    return may_hold_settings(path) or (is_code(path) and suffix not in _LOOKS) or suffix in (".hcl", ".tpl", ".j2")


class _Texts(Struct, frozen=True, kw_only=True):
    """A changed file's text on both sides, empty where there is none."""

    path: RepoPath
    base: str
    head: str
    is_code: bool

    @classmethod
    def of(cls, file: FileChange, contents: BytesOfSides) -> "_Texts":
        if file.is_binary or not _wants_text(file.path):
            return cls(path=file.path, base="", head="", is_code=_runs(file.path))
        base = contents.of(file.base.path, Side.BASE) if file.base else None
        head = contents.of(file.head.path, Side.HEAD) if file.head else None
        return cls(path=file.path, base=_text(base), head=_text(head), is_code=_runs(file.path))

    @property
    def differ_in_comments_alone(self) -> bool:
        """Whether the two sides say the same once comments, and how it is laid out, are left aside."""
        if not self.base or not self.head:
            return False
        if says_the_same(self.path, self.base, after=self.head):
            return True
        comment = _SQL_COMMENT if self.path.endswith(".sql") else _COMMENT
        one, other = (
            [line for line in text.splitlines() if not comment.match(line)] for text in (self.base, self.head)
        )
        return one == other


def _text(data: bytes | CouldNotLook | None) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _wants_text(path: RepoPath) -> bool:
    return may_hold_settings(path) or path.endswith((*_HASH_COMMENTS, ".sql", ".avsc"))


def _runs(path: RepoPath) -> bool:
    return is_code(path) and PurePosixPath(path).suffix.lower() not in _LOOKS

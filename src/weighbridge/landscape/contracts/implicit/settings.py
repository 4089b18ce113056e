"""What a change does to the settings that code asks its environment for, beside the deployments of the tree that set them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import FileFacts, Text
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.deployments import Deployments
from weighbridge.landscape.contracts.implicit.settings_read import MARKS, SettingRead, settings_read
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import stands_aside

_MOST_FILES: Final = 400
_MOST_BESIDE: Final = 100
_OF_BUILDS: Final = LatePattern(
    r"(^|/)(playwright|cypress|local-dev|ci)/|\.config\.[cm]?[jt]s$|(^|/)(gulpfile|Gruntfile)\."
)
_OF_SYSTEMS: Final = frozenset(
    {
        "USER",
        "HOME",
        "PATH",
        "PWD",
        "SHELL",
        "LANG",
        "TZ",
        "TERM",
        "CI",
        "TMPDIR",
        "HOSTNAME",
        "KUBERNETES_SERVICE_HOST",
        "KUBERNETES_SERVICE_PORT",
        "GITHUB_TOKEN",
        "GITHUB_ACTIONS",
        "NODE_ENV",
        "EDITOR",
    }
)
"""Names that systems set and read themselves."""


class SettingKind(StrEnum):
    """What is otherwise."""

    REQUIRED = "required"
    RENAMED = "renamed"
    UNREAD = "unread"
    DEFAULT = "default"


class SettingChange(Struct, frozen=True, kw_only=True):
    """One setting that code asks for otherwise: `stale` are deployments that do not know it yet."""

    kind: SettingKind
    place: Place
    before: SettingRead | None = None
    after: SettingRead | None = None
    stale: tuple[Place, ...] = ()
    file: FileCode | None = None
    """The file that read it, of what nothing reads any more and no deployment here sets."""
    known: bool = False
    """Whether deployments of the tree set others of the settings that the same files ask for."""

    @property
    def severity(self) -> Severity:
        """How bad it is: as far as a deployment is known that it fails."""
        if self.kind is SettingKind.RENAMED:
            return Severity.HIGH
        if self.kind is SettingKind.REQUIRED:
            return Severity.HIGH if self.known else Severity.LOW
        return Severity.MEDIUM if self.kind is SettingKind.DEFAULT and self.known else Severity.LOW


class SettingChanges:
    """The settings of one change, compared when a rule asks."""

    def __init__(self, code: CodeChange, *, trees: Trees, landscapes: Callable[[], Landscapes | CouldNotLook]) -> None:
        self._code = code
        self._trees = trees
        self._find_landscapes = landscapes

    def of_kind(self, kind: SettingKind) -> list[SettingChange] | CouldNotLook:
        """The changes of one kind; why nothing can be said where the rest of the code cannot be seen."""
        found = self._all
        return found if isinstance(found, CouldNotLook) else [each for each in found if each.kind is kind]

    def set_by(self, name: str) -> list[Place]:
        """The deployments of the tree that set a setting."""
        return Deployments(self._trees).set(name)

    def written_for(self, key: str, *, beside: Iterable[str]) -> list[Place]:
        """The files of head that write a program's configuration with a key, and one of those that stand beside it."""
        return Deployments(self._trees).writing(key, beside=beside)

    def promised(self, change: SettingChange) -> list[Place] | None:
        """Where documentation tells of a setting that is read no more; None where the newest release did not read it yet."""
        from weighbridge.landscape.contracts.implicit.documentation import (  # noqa: PLC0415 - few changes end one
            documented,
            word,
        )

        name = change.before.name if change.before else ""
        release = self._trees.release(())
        is_new = release is not None and not release.holds(name, change.place.path)
        return None if is_new else documented(word(name), self._trees.base(), read=self._trees.read)

    @cached_property
    def _all(self) -> list[SettingChange] | CouldNotLook:
        likely = {path: file for path, file in self._code.files.items() if not _is_aside(path)}
        read = {path: (_read(file.base), _read(file.head)) for path, file in likely.items()}
        read = {path: sides for path, sides in read.items() if any(sides)}
        if not any(_says(base) != _says(head) for base, head in read.values()):
            return []
        landscapes = self._find_landscapes()
        if isinstance(landscapes, CouldNotLook):
            return landscapes
        return _Compared(read, files=likely, landscapes=landscapes, deployments=Deployments(self._trees)).changes()


def _is_aside(path: RepoPath) -> bool:
    """Whether code is for developers and tests, by its name, or how it is built."""
    return stands_aside(path) or _OF_BUILDS.search(path) is not None


def _read(facts: FileFacts | None) -> list[SettingRead]:
    return settings_read(facts) if facts is not None else []


def _says(reads: Iterable[SettingRead]) -> set[tuple[str, bool, bool, str]]:
    return {(each.name, each.is_required, each.has_default, each.default) for each in reads}


_Sides = tuple[list[SettingRead], list[SettingRead]]


class _Compared:
    """Both sides of all changed files."""

    def __init__(
        self,
        read: Mapping[RepoPath, _Sides],
        *,
        files: Mapping[RepoPath, FileCode],
        landscapes: Landscapes,
        deployments: Deployments,
    ) -> None:
        self._read = read
        self._files = files
        self._landscapes = landscapes
        self._deployments = deployments
        self._before = _by_name(each for base, _ in read.values() for each in base)
        self._after = _by_name(each for _, head in read.values() for each in head)

    def changes(self) -> list[SettingChange]:
        """Everything that is otherwise, each cause once."""
        found: list[SettingChange] = []
        renamed: set[str] = set()
        for path, (base, head) in self._read.items():
            for before, after in self._renames(path, base, head=head):
                stale = self._stale(before.name, but=after.name)
                if stale:
                    renamed |= {before.name, after.name}
                    found.append(self._change(SettingKind.RENAMED, path, before=before, after=after, stale=stale))
        for path, (base, head) in self._read.items():
            found += self._required(path, head, but=renamed)
            found += self._defaults(path, base, head=head)
        return [*found, *self._unread(but=renamed)]

    def _change(
        self,
        kind: SettingKind,
        path: RepoPath,
        *,
        before: SettingRead | None = None,
        after: SettingRead | None = None,
        stale: Sequence[Place] = (),
    ) -> SettingChange:
        shown = after or before
        assert shown is not None, "a setting is read on one side"
        facts = self._files[path].on(Side.HEAD if after else Side.BASE)
        place = Place(
            path=path, line=shown.line, end_line=shown.line, symbol=facts.qualified_name(shown.scope) if facts else ""
        )
        known = kind in (SettingKind.REQUIRED, SettingKind.DEFAULT) and self._is_deployed(path, but=shown.name)
        return SettingChange(kind=kind, place=place, before=before, after=after, stale=tuple(stale), known=known)

    def _renames(
        self, path: RepoPath, base: list[SettingRead], *, head: list[SettingRead]
    ) -> Iterable[tuple[SettingRead, SettingRead]]:
        """What was asked for under one name and is under another, in the same place of the code."""
        gone = [each for each in base if each.name not in self._after]
        come = [each for each in head if each.name not in self._before]
        before, after = (self._files[path].on(side) for side in (Side.BASE, Side.HEAD))
        if not gone or not come or before is None or after is None:
            return
        for one in {each.name: each for each in gone}.values():
            place = before.qualified_name(one.scope)
            alike = {
                each.name: each
                for each in come
                if after.qualified_name(each.scope) == place
                and (each.target == one.target if one.target else len(come) == len(gone) == 1)
            }
            if len(alike) == 1 and not self._is_read(one.name, Side.HEAD):
                yield one, next(iter(alike.values()))

    def _required(self, path: RepoPath, head: list[SettingRead], *, but: set[str]) -> Iterable[SettingChange]:
        """What fails from now on where nobody sets it."""
        for name, each in {each.name: each for each in reversed(head) if each.is_required}.items():
            was = any(one.is_required for one in self._before.get(name, ()))
            if (
                was
                or name in {*but, *_OF_SYSTEMS}
                or self._is_read(name, Side.BASE, required=True)
                or self._deployments.set(name)
            ):
                continue
            before = next(iter(self._before.get(name, ())), None)
            yield self._change(SettingKind.REQUIRED, path, before=before, after=each)

    def _defaults(self, path: RepoPath, base: list[SettingRead], *, head: list[SettingRead]) -> Iterable[SettingChange]:
        """What is taken where nobody sets it, and is something else now."""
        old, new = _by_name(base), _by_name(head)
        for name in new.keys() & old.keys():
            before, after = {each.default for each in old[name]}, {each.default for each in new[name]}
            if len(before) == len(after) == 1 and before != after and "" not in before | after:
                stale = self._deployments.set(name)
                if not stale:
                    yield self._change(SettingKind.DEFAULT, path, before=old[name][0], after=new[name][0])

    def _unread(self, *, but: set[str]) -> Iterable[SettingChange]:
        for path, (base, _) in self._read.items():
            for name, each in {each.name: each for each in reversed(base)}.items():
                if name in {*self._after, *but, *_OF_SYSTEMS} or self._is_spelled(name, path):
                    continue
                but.add(name)
                if self._is_read(name, Side.HEAD):
                    continue
                if stale := self._stale(name):
                    yield self._change(SettingKind.UNREAD, path, before=each, stale=stale)
                elif not self._deployments.use(name):
                    yield replace(self._change(SettingKind.UNREAD, path, before=each), file=self._files[path])

    def _is_spelled(self, name: str, path: RepoPath) -> bool:
        """Whether code that changes too, or lies beside it, still has the name in a text: it may be asked for by other means."""
        landscape = self._landscapes.head.landscape
        beside = landscape.tree.code_folders.get(folder_of(path), ())[:_MOST_BESIDE]
        changed = [other.head.path for other in (file.change for file in self._files.values()) if other.head]
        likely = (other for other in dict.fromkeys((*changed, *beside)) if not _is_aside(other))
        every = map(landscape.facts, likely)
        return any(
            type(part) is Text and name in part.value
            for facts in every
            if facts is not None
            for _, _, expr in expressions(facts)
            for part in walk(expr)
        )

    def _stale(self, name: str, *, but: str = "") -> list[Place]:
        """The deployments that set a name which code does not read, and not the one that it reads instead."""
        if self._deployments.use(name):
            return []
        newer = {place.path for place in self._deployments.set(but)} if but else set()
        return [place for place in self._deployments.set(name) if place.path not in newer]

    def _is_deployed(self, path: RepoPath, *, but: str) -> bool:
        """Whether deployments set any other setting that the file asks for."""
        others = {each.name for side in self._read[path] for each in side} - {but}
        return any(self._deployments.set(name) for name in sorted(others))

    def _is_read(self, name: str, side: Side, *, required: bool = False) -> bool:
        """Whether other code asks for a setting, tests left out; where it must be there, if that is asked."""
        landscape = self._landscapes.on(side).landscape
        return any(
            each.name.upper() == name.upper() and (each.is_required or not required)
            for path in _reading(landscape, name)
            if path not in self._read
            for each in _read(landscape.facts(path))
        )


def _reading(landscape: Landscape, name: str) -> list[RepoPath]:
    """The files that may ask for a setting: by what holds the environment, or through a function that is given the name."""
    word = max(words_in(name), key=len, default="")
    terms = [*(f"m:{mark}" for mark in MARKS), *([WORD + word] if word else [])]
    paths = dict.fromkeys(path for term in terms for path in landscape.files_with(term))
    found = [path for path in paths if not _is_aside(path)][:_MOST_FILES]
    landscape.load(found)
    return found


def _by_name(reads: Iterable[SettingRead]) -> dict[str, list[SettingRead]]:
    found: dict[str, list[SettingRead]] = {}
    for each in reads:
        found.setdefault(each.name, []).append(each)
    return found

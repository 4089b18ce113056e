"""The files of Terraform of both sides of a change, whether they changed or not, folder by folder."""

import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice, takewhile
from typing import Final

from weighbridge.domain.change import Blob, Change, FileChange, FileStatus, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.roles import role_of
from weighbridge.facts.terraform.blocks import SourceFile
from weighbridge.facts.terraform.naming import naming_kinds
from weighbridge.facts.terraform.sources import VARIABLES, read_naming, read_source
from weighbridge.facts.terraform.terragrunt import is_terragrunt
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.data_files import MOST_FOLDERS, folders_reading, may_be_data
from weighbridge.landscape.infrastructure.scopes import Allowance
from weighbridge.landscape.tree import Tree

ROLE: Final = "terraform"
_ENDINGS: Final = (".tf", ".tofu", ".tf.json", ".tofu.json", *VARIABLES)
_ASIDE: Final = LatePattern(
    r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|docs?|tests|test/(?:fixtures|integration|unit))/"
)
"""Folders whose files show or test what others use; `test` alone is often an environment."""
_MAKING: Final = re.compile(
    rb"^\s*(?:resource|module|data|provider|terraform|import|moved|removed|remote_state|include|inputs|generate|unit|stack)\b|\"(?:resource|module|data|provider|terraform)\"",
    re.MULTILINE,
)
_MOST_BYTES: Final = 1_000_000
MOST_BESIDE: Final = 2_000_000
"""Bytes of files beside the changed ones that are read for what these refer to."""
_MOST_NAMED_IN: Final = 300
"""Files that did not change in which is looked for who reads a file of another kind."""
_MOST_SEARCHED: Final = 4_000_000
"""Bytes of files that did not change in which is looked for who names what goes, and how it is set."""
_FIRST: Final = ("var", "local", "terraform", "provider", "version", "backend", "override", "main", "moved")
"""How files begin, or end, that hold what others refer to: these are read first."""

_TEXTS: Final = (".json", ".tftpl", ".tpl", ".tmpl", ".json.j2")
_HOME: Final = LatePattern(r"(?:^|/)(?:terraform|tf|opentofu|infra|infrastructure|iac|polic(?:y|ies)|iam)(?:/|[._-])")
"""Parts of the paths of what Terraform reads: no other file is looked at for its sake."""
_OF_POLICIES: Final = (b'"Statement"', b'"Effect"')
_UP: Final = 3

BaseFiles = tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]]
"""The tree before the change, and what reads its files."""


def may_be_read(path: RepoPath) -> bool:
    """Whether a file is of the kind that `file` and `templatefile` read, and lies where Terraform does."""
    return path.endswith(_TEXTS) and bool(_HOME.search(path)) and not _ASIDE.search(path)


def is_policy(path: RepoPath, data: bytes | CouldNotLook | None) -> bool:
    """Whether a file of that kind, wherever it lies, says who may do what: Terraform may read it."""
    return (
        path.endswith(_TEXTS)
        and isinstance(data, bytes)
        and all(word in data for word in _OF_POLICIES)
        and not _ASIDE.search(path)
    )


def looks_at(path: RepoPath) -> bool:
    """Whether a file is Terraform's, and of what is used."""
    return role_of(path) == ROLE and not _ASIDE.search(path)


def called_folder(folder: str, source: str) -> str:
    """The folder that a call in another means by a path."""
    found = posixpath.normpath(posixpath.join(folder, source))
    return "" if found == "." else found


def is_automatic(path: RepoPath) -> bool:
    """Whether Terraform reads a file of variables without being told."""
    name = path.rpartition("/")[2]
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def is_override(path: RepoPath) -> bool:
    """Whether what a file says is laid over what the others say."""
    name = path.rpartition("/")[2].partition(".")[0]
    return name == "override" or name.endswith("_override")


def folders_above(path: RepoPath) -> Iterator[str]:
    """The folder of a file that Terraform may read, and those above it, as far as it is looked for there."""
    parts = path.split("/")[:-1]
    return ("/".join(parts[:end]) for end in range(len(parts), max(-1, len(parts) - _UP - 1), -1))


class TerraformFiles:
    """Finds and reads them; each at most once."""

    def __init__(self, change: Change, contents: ChangedBytes, *, base: Callable[[], BaseFiles]) -> None:
        self._contents = contents
        self._base = base
        self.allowance = Allowance()
        self._left = MOST_BESIDE
        self._left_named = _MOST_NAMED_IN
        self.unsearched: set[RepoPath] = set()
        """The changed files of other kinds of which not every folder was asked whether it reads them."""
        self.passed_over: set[str] = set()
        """The folders of which not every file beside the changed ones was read, since they are too much."""
        self._texts_of: dict[str, list[str]] = {}
        self._changed: dict[Side, dict[RepoPath, Blob]] = {Side.BASE: {}, Side.HEAD: {}}
        self._places: dict[RepoPath, Place] = {}
        for file in change.files:
            for side in Side:
                blob = file.on(side)
                is_copy = side is Side.BASE and file.status is FileStatus.COPIED
                if blob is not None and not is_copy and blob.mode not in (Mode.SYMLINK, Mode.SUBMODULE):
                    self._changed[side][blob.path] = blob
                    self._places.setdefault(blob.path, _place_of(file))
        self._inside: dict[tuple[str, Side], list[str]] = {}
        self._whole: dict[RepoPath, SourceFile | CouldNotLook] = {}
        self._kinds: dict[RepoPath, frozenset[str]] = {}
        self._sorted: dict[str, list[RepoPath]] = {}
        self._found: dict[RepoPath, bytes | CouldNotLook] = {}

    def changed(self, side: Side) -> list[RepoPath]:
        """The changed files of Terraform of one side."""
        return [path for path in self._changed[side] if looks_at(path)]

    def beside(self, folder: str) -> list[RepoPath]:
        """The files of a folder that did not change, those first that others refer to."""
        if folder not in self._sorted:
            found = [path for path in self._by_folder.get(folder, ()) if not self._touched(path)]
            self._sorted[folder] = sorted(found, key=lambda path: (not _is_first(path), path))
        return self._sorted[folder]

    def has_left(self, folder: str) -> bool:
        """Whether a folder has any file of Terraform after the change."""
        is_changed = any(path.rpartition("/")[0] == folder for path in self.changed(Side.HEAD))
        return is_changed or any(not path.endswith(VARIABLES) for path in self.beside(folder))

    def has_making(self, folder: str) -> bool:
        """Whether a folder has any block after the change that makes something, or says how."""
        own = [path for path in self.changed(Side.HEAD) if path.rpartition("/")[0] == folder]
        tree, read = self._base()
        texts = (self._contents.of(path, Side.HEAD) for path in own)
        beside = (read(tree.blobs[path].oid, _MOST_BYTES) for path in self.beside(folder) if path in tree)
        return any(not isinstance(data, bytes) or _MAKING.search(data) for data in (*texts, *beside))

    def read(self, path: RepoPath, side: Side) -> SourceFile | CouldNotLook | None:
        """What a file says; None where there is none on this side, or enough was read of what did not change."""
        if path in self._changed[side]:
            return _understood(self._contents.of(path, side), path)
        if path not in self._whole:
            found = _understood(self._unchanged(path), path)
            if found is None:
                return None
            self._whole[path] = found
        return self._whole[path]

    def naming(self, path: RepoPath, kind: str) -> SourceFile | None:
        """The blocks that a file which did not change has of one of the types that give names a meaning; None where it has none."""
        data = self._unchanged(path)
        if not isinstance(data, bytes):
            return None
        if path not in self._kinds:
            self._kinds[path] = naming_kinds(data)
        return SourceFile(blocks=read_naming(data, path, kind=kind)) if kind in self._kinds[path] else None

    def text(self, path: str, side: Side) -> str | None:
        """What a file of any kind holds; None where nothing can be read."""
        known = RepoPath(path)
        data = self._contents.of(known, side) if known in self._changed[side] else self._unchanged(known)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else None

    def texts(self, side: Side) -> Iterator[tuple[RepoPath, str]]:
        """What every file of Terraform holds on one side, changed or not, as far as the allowance for that goes."""
        for path in self.changed(side):
            data = self._contents.of(path, side)
            if isinstance(data, bytes):
                yield path, data.decode("utf-8", "replace")
        yield from self._unchanged_texts

    def units(self, side: Side) -> Iterator[tuple[RepoPath, str]]:
        """What every file of Terragrunt's holds on one side, changed or not, as far as an allowance of its own goes."""
        for path in self.changed(side):
            data = self._contents.of(path, side) if is_terragrunt(path) else None
            if isinstance(data, bytes):
                yield path, data.decode("utf-8", "replace")
        yield from self._unchanged_units

    def texts_in(self, folder: str, side: Side) -> list[str]:
        """What the files of Terraform in one folder hold on one side, changed or not."""
        if (folder, side) not in self._inside:
            changed = (path for path in self.changed(side) if path.rpartition("/")[0] == folder)
            found = (self.text(path, side) for path in (*changed, *self.beside(folder)))
            self._inside[folder, side] = [text for text in found if text is not None]
        return self._inside[folder, side]

    @cached_property
    def _unchanged_texts(self) -> list[tuple[RepoPath, str]]:
        return self._texts_of_unchanged(path for many in self._by_folder.values() for path in many)

    @cached_property
    def _unchanged_units(self) -> list[tuple[RepoPath, str]]:
        return self._texts_of_unchanged(path for path in self._base()[0].blobs if is_terragrunt(path))

    def _texts_of_unchanged(self, paths: Iterable[RepoPath]) -> list[tuple[RepoPath, str]]:
        tree, read = self._base()
        found, left = [], _MOST_SEARCHED
        for path in paths:
            if left <= 0:
                break
            if self._touched(path) or not looks_at(path) or tree.blobs[path].mode in (Mode.SYMLINK, Mode.SUBMODULE):
                continue
            data = read(tree.blobs[path].oid, _MOST_BYTES)
            if isinstance(data, bytes):
                left -= len(data)
                found.append((path, data.decode("utf-8", "replace")))
        return found

    @cached_property
    def readers(self) -> tuple[str, ...]:
        """The folders whose blocks may read a changed file of another kind."""
        return tuple(dict.fromkeys(folder for many in self.read_by.values() for folder in many))

    def texts_read(self, folder: str) -> Mapping[RepoPath, Place]:
        """Those files of one such folder, and where each changed."""
        return {path: self._places[path] for path, folders in self.read_by.items() if folder in folders}

    @cached_property
    def read_by(self) -> Mapping[RepoPath, tuple[str, ...]]:
        """The same, by file: the nearest one above it that holds Terraform, or those that name it."""
        likely: dict[RepoPath, bool] = {}
        for side in Side:
            for path in self._changed[side]:
                is_told = may_be_read(path) or (
                    path.endswith(_TEXTS) and is_policy(path, self._contents.of(path, side))
                )
                if is_told or (may_be_data(path) and not looks_at(path)):
                    likely[path] = likely.get(path, False) or is_told
        if not likely:
            return {}
        known = {*self._by_folder, *(path.rpartition("/")[0] for side in Side for path in self.changed(side))}
        found = {path: self._reading(path, known, is_told=is_told) for path, is_told in likely.items() if known}
        return {path: folders for path, folders in found.items() if folders}

    def _reading(self, path: RepoPath, known: set[str], *, is_told: bool) -> tuple[str, ...]:
        near = next((one for one in folders_above(path) if one in known), None) if is_told else None
        named: tuple[str, ...] = ()
        if may_be_data(path):
            touched = {each.rpartition("/")[0] for side in Side for each in self.changed(side)}
            named = tuple(folders_reading(path, folders=known, texts_in=self._searched, changed=touched))
            if self._left_named <= 0 or len(known) > MOST_FOLDERS:
                self.unsearched.add(path)
        return tuple(dict.fromkeys((*([near] if near is not None else ()), *named)))

    def _searched(self, folder: str) -> list[str]:
        """What the files of a folder hold, as far as the allowance for that goes, which is apart from that for what is understood."""
        if folder not in self._texts_of:
            tree, read = self._base()
            own = [path for path in self.changed(Side.HEAD) if path.rpartition("/")[0] == folder]
            beside = [path for path in self.beside(folder) if path in tree.blobs][: self._left_named]
            self._left_named -= len(beside)
            found = (
                *(self._contents.of(path, Side.HEAD) for path in own),
                *(read(tree.blobs[path].oid, _MOST_BYTES) for path in beside),
            )
            self._texts_of[folder] = [data.decode("utf-8", "replace") for data in found if isinstance(data, bytes)]
        return self._texts_of[folder]

    def below(self, folder: str, side: Side) -> Iterator[str]:
        """The paths of all files below a folder on one side, as they are from there."""
        start = f"{folder}/" if folder else ""
        first = bisect_left(self._all, start)
        beside = takewhile(lambda path: path.startswith(start), islice(self._all, first, None))
        own = (path for path in self._changed[side] if path.startswith(start))
        return (path[len(start) :] for path in (*own, *(path for path in beside if not self._touched(path))))

    @cached_property
    def _all(self) -> list[RepoPath]:
        """All files of the base, in order."""
        return sorted(self._base()[0].blobs)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that hold files of Terraform on the base."""
        return tuple(self._by_folder)

    def _touched(self, path: RepoPath) -> bool:
        return any(path in self._changed[side] for side in Side)

    def _unchanged(self, path: RepoPath) -> bytes | CouldNotLook | None:
        if path in self._found:
            return self._found[path]
        tree, read = self._base()
        if self._touched(path) or path not in tree.blobs:
            return None
        if self._left <= 0:
            self.passed_over.add(path.rpartition("/")[0])
            return None
        blob = tree.blobs[path]
        if blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
            return None
        data = self._found[path] = read(blob.oid, _MOST_BYTES)
        self._left -= len(data) if isinstance(data, bytes) else 0
        return data

    @cached_property
    def _by_folder(self) -> dict[str, list[RepoPath]]:
        found: dict[str, list[RepoPath]] = {}
        for path in self._base()[0].blobs:
            if path.endswith(_ENDINGS):
                found.setdefault(path.rpartition("/")[0], []).append(path)
        return found


def _place_of(file: FileChange) -> Place:
    """Where a file changed first."""
    side = Side.BASE if file.head is None else Side.HEAD
    lines = next(iter(file.removed if side is Side.BASE else file.added), None)
    first, last = (lines.start, lines.end) if lines is not None else (1, 1)
    return Place(path=file.path, line=first, end_line=last, side=side)


def _understood(data: bytes | CouldNotLook | None, path: RepoPath) -> SourceFile | CouldNotLook | None:
    return read_source(data, path) if isinstance(data, bytes) else data


def _is_first(path: RepoPath) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.startswith(_FIRST) or "override" in name or name.endswith(VARIABLES)

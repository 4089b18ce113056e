"""How far a change of Terraform reaches beyond its own lines: who calls a module, and what takes a variable."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.files import BaseFiles, looks_at
from weighbridge.landscape.infrastructure.moves import address
from weighbridge.landscape.infrastructure.source_files import Folder, SourceFiles

_CALL: Final = LatePattern(r'module\s+"?([\w-]+)"?\s*\{[^{}]*?\bsource\s*=\s*"(\.{1,2}/[^"?]*)')
"""A call of a module within the repository, as files write it."""
_MOST_FILES: Final = 1_500
_MOST_BYTES: Final = 200_000
_MANY: Final = 5
"""So many uses are more than whoever reads a change has in mind."""
_MOST_NAMED: Final = 4


class Reach(Struct, frozen=True, kw_only=True):
    """One thing that is used in many places: where it changed, and who uses it."""

    what: str
    users: tuple[str, ...]
    place: Place
    anchor: str

    @property
    def named(self) -> str:
        """Some of the users, in words."""
        more = len(self.users) - _MOST_NAMED
        said = ", ".join(f"`{each}`" for each in self.users[:_MOST_NAMED])
        return f"{said} and {more:,} more" if more > 0 else said


def modules(sources: SourceFiles, base: BaseFiles) -> Iterator[Reach]:
    """The folders whose resources, variables or outputs changed, and that many call."""
    changed = [folder for folder in sources.folders if _may_be_called(folder) and _what_changed(folder) is not None]
    if not changed:
        return
    callers = _callers(base)
    for folder in changed:
        users = tuple(callers.get(folder.path, ()))
        place = _what_changed(folder)
        if len(users) >= _MANY and place is not None:
            yield Reach(what=f"the module in `{folder.path}`", users=users, place=place, anchor=f"module {folder.path}")


def variables(alterations: Iterable[Alteration]) -> Iterator[Reach]:
    """The variables and locals that are set otherwise, and that many resources take."""
    found: dict[tuple[str, str], list[Alteration]] = {}
    for each in alterations:
        if each.by and each.change.type != "module":
            found.setdefault((each.folder, each.by), []).append(each)
    for (folder, name), many in found.items():
        users = tuple(dict.fromkeys(address(each.change.address) for each in many))  # instances of one are one
        if len(users) >= _MANY:
            yield Reach(what=f"`{name}`", users=users, place=many[0].place, anchor=f"name {folder} {name}")


def _may_be_called(folder: Folder) -> bool:
    """Whether a folder may be a module: one with a state of its own is none."""
    has_state = any({"backend", "cloud"} & each.block.values.keys() for each in folder.of("terraform"))
    return not has_state and not folder.is_emptied


def _what_changed(folder: Folder) -> Place | None:
    """The first that whoever calls it gets otherwise; what is added with a name of its own changes nothing for them."""
    for old, new in folder.pairs("resource", "output", "module", "locals", "variable"):
        if old is not None:
            return (new or old).place
    return None


def _callers(base: BaseFiles) -> dict[str, list[str]]:
    """Who calls each folder, by what stands in the files before the change."""
    tree, read = base
    found: dict[str, list[str]] = {}
    paths = [path for path in tree.blobs if path.endswith((".tf", ".tofu")) and looks_at(path)]
    for path in paths[:_MOST_FILES]:
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        if isinstance(data, CouldNotLook) or b"module" not in data:
            continue
        folder = path.rpartition("/")[0]
        for call in _CALL.finditer(data.decode("utf-8", "replace")):
            called = posixpath.normpath(posixpath.join(folder, call[2]))
            found.setdefault("" if called == "." else called, []).append(_as_called(path, call[1]))
    return found


def _as_called(path: RepoPath, name: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}: module.{name}" if folder else f"module.{name}"

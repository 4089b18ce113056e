"""What module calls become: gone, of another version, or of another source."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.roles import role_of
from weighbridge.facts.terraform.sources import read_source
from weighbridge.landscape.infrastructure.declared import moves_of
from weighbridge.landscape.infrastructure.files import ROLE, called_folder
from weighbridge.landscape.infrastructure.kinds import LOST, Holds, kind_of, module_holds
from weighbridge.landscape.infrastructure.source_files import Declared, SourceFiles
from weighbridge.landscape.tree import Tree

_MOST_BYTES: Final = 1_000_000
_MOST_FILES: Final = 60
_NUMBER: Final = re.compile(r"\d+")
_REF: Final = re.compile(r"[?&](?:ref|version)=([^&]+)")
_SHA: Final = re.compile(r"[0-9a-f]{7,40}")


class ModuleChange(Struct, frozen=True, kw_only=True):
    """A module call that is otherwise: `new` is None where it is gone."""

    folder: str
    old: Declared
    new: Declared | None

    @property
    def name(self) -> str:
        """How the configuration calls it."""
        return self.old.block.name

    @property
    def source(self) -> str:
        """Where its code came from, without the revision."""
        return _source(self.old)


def module_changes(sources: SourceFiles) -> Iterator[ModuleChange]:
    """Each call that is gone without a `moved` block, or has another source or version; not those whose folder is gone."""
    for folder in sources.folders:
        moves = moves_of(folder)
        for old, new in folder.pairs("module"):
            if old is None or folder.is_emptied or (new is None and folder.is_damaged):
                continue
            name = f"module.{old.block.name}"
            if new is None and name not in {*moves.moved, *moves.forgotten} and old.block.values.get("count") != 0:
                yield ModuleChange(folder=folder.path, old=old, new=None)
            elif new is not None and (_source(old), _version(old)) != (_source(new), _version(new)):
                yield ModuleChange(folder=folder.path, old=old, new=new)


def majors(change: ModuleChange) -> tuple[str, str] | None:
    """The major versions before and after, where both are told and differ."""
    if change.new is None or _source(change.old) != _source(change.new):
        return None
    before, after = major(_version(change.old)), major(_version(change.new))
    return (before, after) if before and after and before != after else None


def other_source(change: ModuleChange) -> tuple[str, str] | None:
    """The sources before and after, where these differ by more than a revision or a path within the repository."""
    if change.new is None:
        return None
    before, after = _source(change.old), _source(change.new)
    if before == after or not before or not after:
        return None
    is_near = all(each.startswith(("./", "../")) for each in (before, after))
    return None if is_near or _last(before) == _last(after) else (before, after)


def holdings(change: ModuleChange, types: Iterable[str]) -> str:
    """What is lost with a call that is gone, in words: by the types its module declares, or by what is known of the module."""
    kinds = [
        kind for kind in map(kind_of, types) if kind is not None and (kind.is_grave or kind.holds is Holds.ENVIRONMENT)
    ]
    if kinds:
        named = ", ".join(f"`{kind.type}`" for kind in kinds[:3])
        return f"{named} among it, and {kinds[0].lost}"
    held = module_holds(change.source)
    return LOST[held] if held is not None else ""


def major(version: str) -> str:
    """The first number of a version or of a constraint; empty for a revision that is no version."""
    if not version or _SHA.fullmatch(version):
        return ""
    found = _NUMBER.search(version)
    return found[0] if found else ""


def types_in(
    base: tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]], folder: str, *, source: str = "."
) -> list[str]:
    """The type of each resource that a folder of the base declares, or one that a call in it means by a path."""
    tree, read = base
    folder = called_folder(folder, source)
    paths = [path for path in tree.blobs if path.rpartition("/")[0] == folder and role_of(path) == ROLE]
    found: list[str] = []
    for path in paths[:_MOST_FILES]:
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        file = read_source(data, path) if isinstance(data, bytes) else None
        if file is not None and not isinstance(file, CouldNotLook):
            found += [block.labels[0] for block in file.blocks if block.type == "resource" and block.labels]
    return found


def _source(declared: Declared) -> str:
    source = declared.block.values.get("source")
    return source.partition("?")[0] if isinstance(source, str) else ""


def _version(declared: Declared) -> str:
    version, source = declared.block.values.get("version"), declared.block.values.get("source")
    if isinstance(version, str):
        return version
    found = _REF.search(source) if isinstance(source, str) else None
    return found[1] if found else ""


def _last(source: str) -> str:
    """What a source is called, whichever way it is reached by."""
    return source.rstrip("/").removesuffix(".git").rpartition("/")[2]

"""What module calls become: gone, of another version, or of another source."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.facts.roles import role_of
from weighbridge.facts.terraform.blocks import Block, Expression
from weighbridge.facts.terraform.sources import read_source
from weighbridge.landscape.infrastructure.constraints import VersionTurn, lost_pin, turned
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.files import ROLE, called_folder
from weighbridge.landscape.infrastructure.kinds import LOST, Holds, Kind, kind_of, module_holds
from weighbridge.landscape.infrastructure.moves import Moves, moves_of
from weighbridge.landscape.infrastructure.outlasting import waiting
from weighbridge.landscape.infrastructure.refusals import Refusal, refused_by
from weighbridge.landscape.infrastructure.scopes import Scope
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles
from weighbridge.landscape.infrastructure.spared import spares_production
from weighbridge.landscape.tree import Tree

_MOST_BYTES: Final = 1_000_000
_MOST_FILES: Final = 60
_NUMBER: Final = re.compile(r"\d+")
_REF: Final = LatePattern(r"[?&](?:ref|version)=([^&]+)")
_SHA: Final = re.compile(r"[0-9a-f]{7,40}")
_NEAR: Final = ("./", "../", "/")
_UNTOLD: Final = frozenset({"source", "version"})


class ModuleChange(Struct, frozen=True, kw_only=True):
    """A module call that is otherwise: `new` is None where it is gone."""

    folder: str
    old: Declared
    new: Declared | None
    moves: Moves = Moves()
    """What its folder says became of what it made."""
    renamed: str = ""
    """The call that is new and says the same, where this one is gone."""
    spared_by: str = ""
    """The argument by which it made nothing in production, where one says so."""

    @property
    def name(self) -> str:
        """How the configuration calls it."""
        return self.old.block.name

    @property
    def source(self) -> str:
        """Where its code came from, without the revision."""
        return _source(self.old)

    @property
    def is_named_within(self) -> bool:
        """Whether its folder says of something that it made that it stays."""
        return self.moves.speaks_of(f"module.{self.name}")

    def left(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks of its module that make something of which nobody says that it stays.

        Of what modules within it make, nothing is known: whoever names any of it is taken to have named all.
        """
        within = f"module.{self.name}"
        return [
            each
            for each in blocks
            if (each.type == "resource" and not self.moves.stays(f"{within}.{each.name}"))
            or (each.type == "module" and not self._stays_as_module(f"{within}.module.{each.name}"))
        ]

    def _stays_as_module(self, address: str) -> bool:
        return self.moves.stays(address) or self.moves.speaks_of(address)


def module_changes(sources: SourceFiles) -> Iterator[ModuleChange]:
    """Each call that is gone without a `moved` block, or has another source or version; not those whose folder is gone."""
    for folder in sources.folders:
        moves = moves_of(folder)
        for old, new in folder.pairs("module"):
            if old is None or folder.is_emptied or (new is None and folder.is_damaged):
                continue
            name = f"module.{old.block.name}"
            if new is None and name not in {*moves.moved, *moves.forgotten} and old.block.values.get("count") != 0:
                yield ModuleChange(
                    folder=folder.path,
                    old=old,
                    new=None,
                    moves=moves,
                    renamed=_renamed(old, folder, moves=moves),
                    spared_by=spares_production(folder, old, side=Side.BASE),
                )
            elif new is not None and (_source(old), _version(old)) != (_source(new), _version(new)):
                yield ModuleChange(folder=folder.path, old=old, new=new, moves=moves)


def _renamed(old: Declared, folder: Folder, *, moves: Moves) -> str:
    """The name of a new call that says what one that is gone said, and of which nothing says that it is the same."""
    for before, after in folder.pairs("module"):
        if before is None and after is not None and _source(after) == _source(old) and _source(old):
            name = f"module.{after.block.name}"
            if name not in moves.moved.values() and _told(after) == _told(old):
                return name
    return ""


def _told(declared: Declared) -> dict[str, Any]:
    return {name: value for name, value in declared.block.values.items() if name not in _UNTOLD}


def version_turn(change: ModuleChange) -> VersionTurn | None:
    """The major versions before and after, where both are told and differ; or that no version or revision bounds it any more."""
    if change.new is None or _source(change.old) != _source(change.new) or _source(change.old).startswith(_NEAR):
        return None
    if isinstance(change.new.block.values.get("version"), Expression):
        return None
    before, after = _ref(change.old), _ref(change.new)
    if not before and not after:
        return turned(_version(change.old), _version(change.new))
    if (lost := lost_pin(before, after)) is not None:
        return lost
    old, new = major(before), major(after)
    return VersionTurn(before=old, after=new) if old and new and old != new else None


def other_source(change: ModuleChange) -> tuple[str, str] | None:
    """The sources before and after, where these differ by more than a revision or a path within the repository."""
    if change.new is None:
        return None
    before, after = _source(change.old), _source(change.new)
    if before == after or not before or not after:
        return None
    is_near = all(each.startswith(("./", "../")) for each in (before, after))
    return None if is_near or _last(before) == _last(after) else (before, after)


class Holding(Struct, frozen=True, kw_only=True):
    """What is lost with a call that is gone, in words; `is_refused` where all of it refuses to go while anything is in it."""

    words: str = ""
    is_refused: bool = False
    is_waiting: bool = False
    """Whether all of it can be brought back as it was for some days."""
    is_grave: bool = False
    """Whether something of it cannot be made again, and nothing refuses or delays that it goes."""


def holdings(change: ModuleChange, blocks: Iterable[Block]) -> Holding:
    """What is lost with a call that is gone: by what its module declares, or by what is known of the module."""
    found = held(_resources(change, list(blocks)))
    if found.words:
        return found
    known = module_holds(change.source)
    return Holding(words=LOST[known]) if known is not None and not change.is_named_within else Holding()


def held(resources: Iterable[tuple[Kind, Mapping[str, Any]]]) -> Holding:
    """What is lost where all of these go, by their kinds and arguments; nothing where none of them holds what is missed."""
    found = [
        (kind, values, refused_by(kind.type, values), waiting(kind.type, values))
        for kind, values in resources
        if kind.is_grave or kind.holds is Holds.ENVIRONMENT
    ]
    if not found:
        return Holding()
    found.sort(key=lambda each: (each[2] is not None, each[3] is not None))
    named = ", ".join([f"`{each}`" for each in dict.fromkeys(kind.type for kind, *_ in found)][:3])
    kind, values, refused, rest = found[0]
    lost = (
        rest.words
        if rest
        else kind.lost
        if refused is None
        else f"{refused.words}; once somebody empties it, {kind.lost_alone}"
    )
    snapshot = "; no last snapshot is taken" if plain(values.get("skip_final_snapshot")) is True else ""
    joined = ", and " if refused is None else ": "
    return Holding(
        words=f"{named} among it{joined}{lost}{snapshot}",
        is_refused=refused is not None and all(_stays(each[2]) for each in found),
        is_waiting=rest is not None and all(each[3] is not None for each in found),
        is_grave=any(each[0].is_grave and each[2] is None and each[3] is None for each in found),
    )


def _stays(refused: Refusal | None) -> bool:
    return refused is not None and refused.keeps_contents


def _resources(change: ModuleChange, blocks: list[Block]) -> Iterator[tuple[Kind, Mapping[str, Any]]]:
    """The resources of a module with their arguments, as its own defaults and the call have them."""
    scope = settings_of(blocks, given=change.old.block.values)
    for each in change.left(blocks) if change.new is None else blocks:
        kind = kind_of(each.labels[0]) if each.type == "resource" and each.labels else None
        if kind is not None:
            yield kind, scope.filled(each.values)


def settings_of(blocks: Iterable[Block], *, given: Mapping[str, Any]) -> Scope:
    """What names mean in a module: its own defaults, and what a call gives it."""
    local: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for each in blocks:
        local |= each.values if each.type == "locals" else {}
        if each.type == "variable" and "default" in each.values:
            defaults[each.name] = each.values["default"]
    return Scope(lambda root: local if root == "local" else {**defaults, **given})


def major(version: str) -> str:
    """The first number of a version or of a constraint; empty for a revision that is no version."""
    if not version or _SHA.fullmatch(version):
        return ""
    found = _NUMBER.search(version)
    return found[0] if found else ""


def blocks_in(
    files: tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]], folder: str, *, source: str = "."
) -> list[Block]:
    """The blocks of a folder of a tree, or of one that a call in it means by a path."""
    tree, read = files
    folder = called_folder(folder, source)
    paths = [path for path in tree.blobs if path.rpartition("/")[0] == folder and role_of(path) == ROLE]
    found: list[Block] = []
    for path in paths[:_MOST_FILES]:
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        file = read_source(data, path) if isinstance(data, bytes) else None
        if file is not None and not isinstance(file, CouldNotLook):
            found += file.blocks
    return found


def _source(declared: Declared) -> str:
    source = declared.block.values.get("source")
    return source.partition("?")[0] if isinstance(source, str) else ""


def _version(declared: Declared) -> str:
    version = declared.block.values.get("version")
    return version if isinstance(version, str) else _ref(declared)


def _ref(declared: Declared) -> str:
    """The revision that a source names; empty where it names none."""
    source = declared.block.values.get("source")
    found = _REF.search(source) if isinstance(source, str) else None
    return found[1] if found else ""


def _last(source: str) -> str:
    """What a source is called, whichever way it is reached by."""
    return source.rstrip("/").removesuffix(".git").rpartition("/")[2]

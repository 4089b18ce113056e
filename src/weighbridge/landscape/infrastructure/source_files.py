"""The folders of Terraform that a change touches: what each declared before, and declares after.

A folder is what Terraform takes as one: which of its files a block stands in does not matter, whether that file changed neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Block, SourceFile, nested
from weighbridge.facts.terraform.naming import KINDS
from weighbridge.facts.terraform.sources import VARIABLES
from weighbridge.landscape.infrastructure.data_files import place_read, reads_files
from weighbridge.landscape.infrastructure.files import TerraformFiles, called_folder, is_automatic, is_override
from weighbridge.landscape.infrastructure.scopes import Allowance, Scope, names_in, says_the_same, turned
from weighbridge.landscape.infrastructure.settled_by_calls import settled_by_calls, without_overruled

_DEEPEST: Final = 4
"""Modules within modules that are followed."""
_MOST_CALLS: Final = 60
_MERGED: Final = frozenset({"lifecycle"})
"""Blocks whose arguments an override sets one by one; other blocks replace all of their name."""
_TURNING: Final = frozenset({"variable", "locals", "moved", "removed", "import"})
_UP: Final = 3
"""Folders above a file of variables in which it may be used."""

Key = tuple[str, tuple[str, ...], str]
"""A block's kind and labels, and the alias of a provider."""


class Declared(Struct, frozen=True, kw_only=True):
    """A block with the file that holds it."""

    block: Block
    path: RepoPath
    side: Side

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.at(self.block.line, self.block.end_line)

    def at(self, line: int, end_line: int = 0) -> Place:
        """A line of its file."""
        return Place(path=self.path, line=line, end_line=max(line, end_line), side=self.side)

    def line_of(self, *names: str) -> Place:
        """Where the first of these values begins; the block's own place where none does."""
        line = next((self.block.lines[name] for name in names if name in self.block.lines), 0)
        return self.at(line) if line else self.place


class Given(Struct, frozen=True, kw_only=True):
    """The values that variables are given on one side, and where each stands."""

    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    def with_(self, other: "Given") -> "Given":
        """These, and others that count for more."""
        return Given(values={**self.values, **other.values}, places={**self.places, **other.places})


class Pair(Struct, frozen=True, kw_only=True):
    """A block as it was and as it is; `cause` is where the name is set that makes the difference, if the block did not change."""

    old: Declared | None
    new: Declared | None
    cause: Place | None = None
    by: str = ""
    """That name."""


class Folder(Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """The blocks of one folder, by what names them, and what its names mean on either side."""

    path: str
    changed: tuple[Mapping[Key, Declared], Mapping[Key, Declared]] = ({}, {})
    """What the files declare before and after that changed; other blocks may be among it."""
    naming: Callable[[str, Side], Mapping[Key, Declared]] = lambda _kind, _side: {}
    """Its blocks of one of the kinds that give names a meaning, which reads what may hold such."""
    rest: Callable[[Side], Mapping[Key, Declared]] = lambda _side: {}
    """What stands beside all that, which reads all its files."""
    is_steady: bool = False
    """Whether no name can mean anything else now: then blocks that did not change say what they did."""
    is_emptied: bool = False
    """Whether no file of it is left."""
    is_damaged: bool = False
    """Whether one of its files could not be read whole after the change: what is missing may stand there."""
    broken: Mapping[RepoPath, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """The lines that cannot be read of files that were read whole before the change: they are told as coverage, and Terraform makes nothing of them."""
    module: str = ""
    """The address of the call by which it is used, where only what the call changes is looked at."""
    is_called: bool = False
    """Whether only what given values change is looked at: what its files change is told of the folder itself."""
    texts_read: Mapping[RepoPath, Place] = field(default_factory=dict)
    """The changed files of other kinds that blocks here may read, and where each changed."""
    given: tuple[Given, Given] = (Given(), Given())
    allowance: Allowance = field(default_factory=Allowance)
    read: Callable[[str, Side], str | None] = lambda _path, _side: None
    below: Callable[[str, Side], Iterable[str]] = lambda _folder, _side: ()
    texts: Callable[[Side], Iterable[tuple[RepoPath, str]]] = lambda _side: ()
    """The files of Terraform of one side, whichever folder they lie in."""
    units: Callable[[Side], Iterable[tuple[RepoPath, str]]] = lambda _side: ()
    """The files of Terragrunt of one side."""
    texts_in: Callable[[str, Side], Iterable[str]] = lambda _folder, _side: ()
    """What the files of Terraform of one folder hold."""

    @property
    def before(self) -> Mapping[Key, Declared]:
        """What changed, as it was, and what gives names a meaning; other blocks may be among it."""
        return self._named[0]

    @property
    def after(self) -> Mapping[Key, Declared]:
        """The same after the change."""
        return self._named[1]

    @property
    def compared(self) -> tuple[Mapping[Key, Declared], Mapping[Key, Declared]]:
        """What may say something else now, before and after."""
        return self.changed if self.is_steady else self._named

    def near(self, key: Key, side: Side) -> Declared | None:
        """One block of those."""
        found = self.changed[side is Side.HEAD].get(key)
        return self.naming(key[0], side).get(key) if found is None and key[0] in KINDS else found

    @cached_property
    def _named(self) -> tuple[Mapping[Key, Declared], Mapping[Key, Declared]]:
        before, after = (dict(each) for each in self.changed)
        for kind in sorted(KINDS):
            before |= self.naming(kind, Side.BASE)
            after |= self.naming(kind, Side.HEAD)
        return before, after

    @cached_property
    def scopes(self) -> tuple[Scope, Scope]:
        """What names mean before and after."""
        return self._scope(Side.BASE), self._scope(Side.HEAD)

    def pairs(self, *kinds: str) -> Iterator[tuple[Declared | None, Declared | None]]:
        """What stands on either side under one name, for blocks of these kinds that do not say the same."""
        for each in self.changes(*kinds):
            yield each.old, each.new

    def changes(self, *kinds: str) -> Iterator[Pair]:
        """The same, with what makes a difference in blocks that did not change."""
        before, after = self.compared
        for key in dict.fromkeys((*before, *after)):
            if key[0] in kinds:
                if key not in self._pairs:
                    self._pairs[key] = self._pair(before.get(key), after.get(key))
                if (found := self._pairs[key]) is not None:
                    yield found

    def pair(self, old: Declared | None, new: Declared | None) -> Pair:
        """Two blocks, or one that is on one side alone, as far as their values can be known."""
        return Pair(old=old and self._filled(old, Side.BASE), new=new and self._filled(new, Side.HEAD))

    def declared(self, side: Side) -> Mapping[Key, Declared]:
        """All that it declares on one side, whether that changed or not."""
        if side not in self._declared:
            self._declared[side] = {**self.rest(side), **self._named[side is Side.HEAD]}
        return self._declared[side]

    @cached_property
    def _declared(self) -> dict[Side, Mapping[Key, Declared]]:
        """Those that were asked for."""
        return {}

    def resource(self, labels: tuple[str, ...], side: Side) -> Declared | None:
        """The resource of this type and name on one side, whether it changed or not."""
        key = ("resource", labels, "")
        known = self.near(key, side)
        is_said = known is None and any(f'"{labels[-1]}"' in text for text in self.texts_in(self.path, side))
        return self.declared(side).get(key) if is_said else known

    def of(self, kind: str, side: Side = Side.HEAD) -> Iterator[Declared]:
        """All blocks of a kind on one side."""
        found = {**self.changed[side is Side.HEAD], **self.naming(kind, side)} if kind in KINDS else self.declared(side)
        for key, each in found.items():
            if key[0] == kind:
                yield each

    def _pair(self, old: Declared | None, new: Declared | None) -> Pair | None:
        is_same = old is not None and new is not None and old.block.values == new.block.values
        if self.is_called and not is_same:
            return None
        if old is None or new is None or not is_same:
            return self.pair(old, new)
        used = self._turned_in(old.block.values) if self._turned else []
        if not used and not (self.texts_read and reads_files(str(old.block.values))):
            return None
        found = self.pair(old, new)
        if found.old is None or found.new is None or says_the_same(found.old.block.values, found.new.block.values):
            return None
        by, cause = self.cause_of(old.block.values)
        return replace(found, cause=cause, by=by)

    def cause_of(self, values: Mapping[str, Any]) -> tuple[str, Place | None]:
        """The first name within that means something else now, and where one of these is set."""
        used = self._turned_in(values)
        return (used[0] if used else ""), next((at for name in used if (at := self.set_at(name)) is not None), None)

    @cached_property
    def _pairs(self) -> dict[Key, Pair | None]:
        """Those that were asked for."""
        return {}

    @cached_property
    def _turned(self) -> frozenset[str]:
        return frozenset() if self.is_steady else turned(*self.scopes, reads_files=bool(self.texts_read))

    def _turned_in(self, values: Mapping[str, Any]) -> list[str]:
        return [name for name in names_in(values) if name in self._turned]

    def set_at(self, name: str, seen: frozenset[str] = frozenset()) -> Place | None:
        """Where a name is set that means something else now: behind a local, the names it is made of."""
        root, _, bare = name.partition(".")
        if root == "var":
            if (place := self.given[1].places.get(bare)) is not None:
                return place
            declared = next((each for each in self.of("variable") if each.block.labels == (bare,)), None)
            return declared.line_of("default") if declared is not None else None
        for each in self.of("locals"):
            if bare in each.block.values:
                behind = [
                    other for other in self._turned_in({"": each.block.values[bare]}) if other not in seen | {name}
                ]
                found = (self.set_at(other, seen | {name}) for other in behind)
                read = place_read(str(each.block.values[bare]), self.texts_read)
                return next((place for place in found if place is not None), read or each.line_of(bare))
        return None

    def _filled(self, declared: Declared, side: Side) -> Declared:
        values = self.scopes[side is Side.HEAD].filled(declared.block.values)
        if values == declared.block.values:
            return declared
        return replace(declared, block=replace(declared.block, values=values))

    def _lone_variables(self, side: Side) -> set[str]:
        """The variables that it has on one side alone: what takes the place of one is compared with what calls gave it."""
        had, has = ({each.block.name for each in self.of("variable", one)} for one in Side)
        return set() if self._is_of_one_side else has - had if side is Side.HEAD else had - has

    @property
    def _is_of_one_side(self) -> bool:
        return not all(self.changed) and not (self.before and self.after)

    def _looked_into(self) -> list[str]:
        """The variables that it has on both sides whose default is another now, or that blocks take which changed."""
        before, after = (self._defaults(each) for each in Side)
        was, now = self.changed
        changed = [
            one.block.values
            for key in {**was, **now}
            if (old := was.get(key)) is None or (new := now.get(key)) is None or old.block.values != new.block.values
            for one in (was.get(key), now.get(key))
            if one is not None
        ]
        taken = {name.removeprefix("var.") for name in names_in(changed)}
        shared = before.keys() & after.keys() - self.given[0].values.keys() - self.given[1].values.keys()
        return sorted(name for name in shared if name in taken or before[name] != after[name])

    def _defaults(self, side: Side) -> dict[str, Any]:
        said = {each.block.name: each.block.values for each in self.of("variable", side)}
        return {name: values["default"] for name, values in said.items() if "default" in values}

    @property
    def _is_root(self) -> bool:
        """Whether it says where its state lies, which nothing that others call does."""
        blocks = (each.block.values for side in Side for each in self.of("terraform", side))
        return any("backend" in each or "cloud" in each for each in blocks)

    @cached_property
    def _taken_defaults(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The defaults of each side, as far as they count where it is used."""
        both = self._defaults(Side.BASE), self._defaults(Side.HEAD)
        if self.is_called or not self.path or self._is_of_one_side or self._is_root:
            return both
        texts = self.texts(Side.BASE), self.texts(Side.HEAD)
        return without_overruled(both, self._looked_into(), path=self.path, texts=texts)

    def _scope(self, side: Side) -> Scope:
        return Scope(
            partial(self._said, side),
            read=lambda path: self.read(called_folder(self.path, path), side),
            listed=lambda path: self.below(called_folder(self.path, path), side),
            shared=self.allowance,
        )

    def _said(self, side: Side, root: str) -> Mapping[str, Any]:
        if root == "local":
            return {name: value for each in self.of("locals", side) for name, value in each.block.values.items()}
        defaults: Mapping[str, Any] = self._taken_defaults[side is Side.HEAD]
        given = self.given[side is Side.HEAD].values
        if not self.is_called and (lone := self._lone_variables(side) - given.keys()):
            defaults = settled_by_calls(defaults, lone, path=self.path, texts=self.texts(side))
        return {**defaults, **given}


class SourceFiles(Struct, frozen=True, kw_only=True):
    """All that changed; what of it could not be read is told as coverage."""

    folders: tuple[Folder, ...] = ()
    """The folders that changed, each as it is by itself."""
    uses: tuple[Folder, ...] = ()
    """Folders as they are used with values that changed: by a call of a module, with a file of variables."""
    cut: tuple[RepoPath, ...] = ()
    """The files that say otherwise what modules are given which were not followed, since they lie too deep or are too many."""


def source_files(files: TerraformFiles) -> SourceFiles:
    """The files of a change and those beside them, read."""
    return _Gathering(files).found()


class _Gathering:
    def __init__(self, files: TerraformFiles) -> None:
        self._files = files
        self._folders: dict[str, Folder] = {}
        self._whole: set[str] = set()
        self._calls = _MOST_CALLS
        self._cut: set[RepoPath] = set()
        self._changed = {path for side in Side for path in files.changed(side)}

    def found(self) -> SourceFiles:
        changed = [(path, side) for side in Side for path in self._files.changed(side)]
        sources = dict.fromkeys(path.rpartition("/")[0] for path, _ in changed if not path.endswith(VARIABLES))
        sources |= dict.fromkeys(self._files.readers)
        automatic = (path.rpartition("/")[0] for path, _ in changed if path.endswith(VARIABLES) and is_automatic(path))
        folders = [self._folder(path) for path in dict.fromkeys((*sources, *automatic))]
        folders = [each for each in folders if each.path in sources or each.before or each.after]
        uses = [each for folder in folders for each in self._called(folder, depth=0)]
        for path in dict.fromkeys(path for path, _ in changed if path.endswith(VARIABLES) and not is_automatic(path)):
            uses += self._with_variables(path)
        return SourceFiles(folders=tuple(folders), uses=tuple(uses), cut=tuple(sorted(self._cut)))

    def _folder(self, path: str, *, is_used: bool = False) -> Folder:
        if path not in self._folders or (is_used and path not in self._whole):
            if is_used:
                self._whole.add(path)
            sides: dict[Side, dict[Key, Declared]] = {Side.BASE: {}, Side.HEAD: {}}
            is_damaged = False
            broken: dict[RepoPath, tuple[tuple[int, int], ...]] = {}
            beside = [each for each in self._files.beside(path) if not each.endswith(VARIABLES)]
            whole = is_used or any(is_override(each) for each in beside) or self._turns_names(path)
            for side in Side:
                own = [each for each in self._files.changed(side) if each.rpartition("/")[0] == path]
                overrides: list[tuple[RepoPath, SourceFile]] = []
                for name in (*own, *(beside if whole else ())):
                    read = None if name.endswith(VARIABLES) else self._read(name, side)
                    is_whole = read is not None and not read.unread
                    if side is Side.HEAD and name in own and not is_whole and not name.endswith(VARIABLES):
                        is_damaged = True
                        if self._was_whole(name):
                            broken[name] = read.unread if read is not None else ()
                    if read is not None and is_override(name):
                        overrides.append((name, read))
                    elif read is not None:
                        _note(sides[side], read, path=name, side=side)
                for name, read in sorted(overrides):
                    _override(sides[side], read, path=name, side=side)
            self._folders[path] = Folder(
                path=path,
                changed=(sides[Side.BASE], sides[Side.HEAD]),
                naming=(lambda _kind, _side: {}) if whole else self._naming(sides, path),
                rest=(lambda _side: {}) if whole else partial(self._rest, path),
                is_steady=not whole and all(each.rpartition("/")[0] == path for each in self._changed),
                is_emptied=not self._files.has_left(path) or self._is_left_behind(path, sides[Side.BASE]),
                is_damaged=is_damaged,
                broken=broken,
                texts_read=self._files.texts_read(path),
                given=(self._given(path, Side.BASE), self._given(path, Side.HEAD)),
                allowance=self._files.allowance,
                read=self._files.text,
                below=self._files.below,
                texts=self._files.texts,
                units=self._files.units,
                texts_in=self._files.texts_in,
            )
        return self._folders[path]

    def _was_whole(self, path: RepoPath) -> bool:
        read = self._read(path, Side.BASE) if path in self._files.changed(Side.BASE) else None
        return read is not None and not read.unread

    def _naming(
        self, changed: Mapping[Side, Mapping[Key, Declared]], folder: str
    ) -> Callable[[str, Side], Mapping[Key, Declared]]:
        return cache(lambda kind, side: self._named(changed[side], folder, kind=kind, side=side))

    def _named(self, changed: Mapping[Key, Declared], folder: str, *, kind: str, side: Side) -> Mapping[Key, Declared]:
        found = {key: each for key, each in changed.items() if key[0] == kind}
        for path in self._files.beside(folder):
            read = None if path.endswith(VARIABLES) else self._files.naming(path, kind)
            if read is not None:
                _note(found, read, path=path, side=side)
        return found

    def _rest(self, folder: str, side: Side) -> Mapping[Key, Declared]:
        found: dict[Key, Declared] = {}
        for path in self._files.beside(folder):
            read = None if path.endswith(VARIABLES) or is_override(path) else self._read(path, side)
            if read is not None:
                blocks = tuple(each for each in read.blocks if each.type not in KINDS)
                _note(found, SourceFile(blocks=blocks), path=path, side=side)
        return found

    def _is_left_behind(self, folder: str, before: Mapping[Key, Declared]) -> bool:
        """Whether a root is nobody's any more: where its state lies is told no longer, and nothing is left that makes anything."""
        roots = (each.block.values for key, each in before.items() if key[0] == "terraform")
        return not self._files.has_making(folder) and any("backend" in each or "cloud" in each for each in roots)

    def _turns_names(self, folder: str) -> bool:
        """Whether a change may give names another meaning, or other names to things: then blocks that did not change count too."""
        if folder in self._files.readers:
            return True
        naming: dict[Side, list[tuple[str, tuple[str, ...], Mapping[str, Any]]]] = {side: [] for side in Side}
        for side, named in naming.items():
            for path in self._files.changed(side):
                read = self._read(path, side) if path.rpartition("/")[0] == folder else None
                if read is not None and (is_override(path) or read.values):
                    return True
                blocks = read.blocks if read is not None else ()
                named += [(each.type, each.labels, each.values) for each in blocks if each.type in _TURNING]
        return naming[Side.BASE] != naming[Side.HEAD]

    def _read(self, path: RepoPath, side: Side) -> SourceFile | None:
        read = self._files.read(path, side)
        return None if isinstance(read, CouldNotLook) else read

    def _given(self, folder: str, side: Side) -> Given:
        """What the files of variables give that are always read, in their order."""
        own = [each for each in self._files.changed(side) if each.rpartition("/")[0] == folder]
        names = [
            each for each in (*own, *self._files.beside(folder)) if each.endswith(VARIABLES) and is_automatic(each)
        ]
        given = Given()
        for path in sorted(names, key=lambda each: ("terraform.tfvars" not in each, each)):
            given = given.with_(self._values(path, side))
        return given

    def _values(self, path: RepoPath, side: Side) -> Given:
        read = self._read(path, side)
        if read is None:
            return Given()
        places = {
            name: Place(path=path, line=line, end_line=line, side=side)
            for name in read.values
            if (line := read.lines.get(name, 1))
        }
        return Given(values=read.values, places=places)

    def _with_variables(self, path: RepoPath) -> Iterator[Folder]:
        """The folder that a file of variables is meant for, with its values."""
        before, after = (self._values(path, side) for side in (Side.BASE, Side.HEAD))
        names = {*before.values, *after.values}
        parts = path.split("/")[:-1]
        for end in range(len(parts), max(-1, len(parts) - _UP - 1), -1):
            folder = self._folder("/".join(parts[:end]), is_used=True)
            if any(each.block.name in names for each in folder.of("variable")):
                given = folder.given[0].with_(before), folder.given[1].with_(after)
                used = replace(folder, given=given, is_called=True)
                yield used
                yield from self._called(used, depth=0)
                return

    def _called(self, folder: Folder, *, depth: int) -> Iterator[Folder]:
        """The modules within the repository that it calls with other values than before."""
        for each in folder.changes("module"):
            source = each.new.block.values.get("source") if each.new is not None and each.old is not None else None
            if each.new is None or not isinstance(source, str) or not source.startswith(("./", "../")):
                continue
            if depth >= _DEEPEST or self._calls <= 0:
                self._cut.add((each.cause or each.new.place).path)
                continue
            self._calls -= 1
            callee = self._folder(called_folder(folder.path, source), is_used=True)
            given = tuple(_arguments(declared, each.cause) for declared in (each.old, each.new) if declared is not None)
            module = f"{folder.module}module.{each.new.block.name}."
            used = replace(callee, given=(given[0], given[1]), module=module, is_called=True)
            if callee.after:
                yield used
                yield from self._called(used, depth=depth + 1)


def _arguments(declared: Declared, cause: Place | None) -> Given:
    values = declared.block.values
    return Given(values=values, places={name: cause or declared.line_of(name) for name in values})


def _note(known: dict[Key, Declared], read: SourceFile, *, path: RepoPath, side: Side) -> None:
    """Blocks that have no name of their own are told apart by their number."""
    numbers: dict[Key, int] = {}
    for block in read.blocks:
        key = first = _key(block)
        number = numbers.get(key, 0)
        while key in known:
            number += 1
            key = (block.type, block.labels, f"{first[2]}'{path}'{number}")
        numbers[first] = number
        known[key] = Declared(block=block, path=path, side=side)


def _key(block: Block) -> Key:
    more = str(block.values.get("alias", "")) if block.type == "provider" else ""
    return block.type, block.labels, more


def _override(known: dict[Key, Declared], read: SourceFile, *, path: RepoPath, side: Side) -> None:
    """What an override sets counts; the rest stays as it was said."""
    for block in read.blocks:
        under = known.get(_key(block))
        if under is None or not block.labels:
            _note(known, SourceFile(blocks=(block,)), path=path, side=side)
            continue
        values = {**under.block.values, **block.values}
        for name in _MERGED & block.values.keys() & under.block.values.keys():
            values[name] = [_joined(nested(each.values, name) for each in (under.block, block))]
        known[_key(block)] = Declared(block=replace(block, values=values), path=path, side=side)


def _joined(tables: Iterable[list[Mapping[str, Any]]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for many in tables:
        for each in many:
            found |= each
    return found

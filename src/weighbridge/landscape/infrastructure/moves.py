"""What a folder says became of names: called otherwise now, only forgotten, or there already and taken in.

A root speaks of what its modules make too: `module.queue["eu"].aws_sqs_queue.main`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.files import called_folder
from weighbridge.landscape.infrastructure.source_files import Folder

_KEYS: Final = re.compile(r"\s*\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\]")
_SOURCE: Final = re.compile(r"^\s*source\s*=\s*\"(\.{1,2}/[^\"]+)\"", re.MULTILINE)
_SPEAKING: Final = ("moved", "removed", "import")
_DEEPEST: Final = 4
_MOST: Final = 60
"""Addresses of one folder that are looked at."""


class Moves(Struct, frozen=True, kw_only=True):
    """What a folder says became of names, by addresses without the keys of instances."""

    moved: Mapping[str, str] = field(default_factory=dict)
    """Those that are called otherwise now, and how."""
    forgotten: frozenset[str] = frozenset()
    """Those that Terraform no longer knows, and that stay."""
    gone_astray: frozenset[str] = frozenset()
    """What is said to be called otherwise, by a name that nothing has."""
    taken_in: frozenset[str] = frozenset()
    """What is there already and only comes under Terraform, as `import` blocks say."""

    def stays(self, address: str) -> bool:
        """Whether what is declared no more under an address stays: it is forgotten or moved, by itself or with its module."""
        return any(each in self.forgotten or each in self.moved for each in _above(address))

    def is_old(self, address: str) -> bool:
        """Whether what is declared anew under an address was there before: taken in, or moved into a module or out of one."""
        targets = {new for old, new in self.moved.items() if "module." in old + new}
        return any(each in self.taken_in or each in targets for each in _above(address))

    def speaks_of(self, module: str) -> bool:
        """Whether anything within a module, by its address, is said to stay."""
        return any(each.startswith(f"{module}.") for each in (*self.forgotten, *self.moved))


def moves_of(folder: Folder) -> Moves:
    """What `moved`, `removed` and `import` blocks of head say; a move to nothing is none."""
    moved, astray = {}, set()
    for each in folder.of("moved"):
        target, source = (address(each.block.values.get(end)) for end in ("to", "from"))
        if _is_declared(folder, target):
            moved[source] = target
        else:
            astray.add(source)
    forgotten = {
        address(each.block.values.get("from"))
        for each in folder.of("removed")
        if any(inner.get("destroy") is False for inner in nested(each.block.values, "lifecycle"))
    }
    taken_in = {address(each.block.values.get("to")) for each in folder.of("import")}
    moved.pop("", None)
    return Moves(
        moved=moved,
        gone_astray=frozenset(astray),
        forgotten=frozenset(forgotten - {""}),
        taken_in=frozenset(taken_in - {""}),
    )


class Callers:
    """The folders of a change that use others as modules, and what they say of what these make."""

    def __init__(self, folders: Iterable[Folder]) -> None:
        self._folders = tuple(folders)
        self._speaks = any(any(True for _ in each.of(kind)) for each in self._folders for kind in _SPEAKING)
        self._known: dict[tuple[str, Side], list[tuple[Folder, str]]] = {}
        self._moves: dict[str, Moves] = {}
        self._elsewhere: dict[str, bool] = {}

    def all_keep(self, folder: Folder, name: str) -> bool:
        """Whether a name of a folder stays wherever the folder was used before, as far as its users are among these."""
        return self._all(folder, Side.BASE, holds=lambda moves, module: moves.stays(f"{module}{name}"))

    def all_had(self, folder: Folder, name: str) -> bool:
        """Whether a name that a folder declares anew was there before wherever the folder is used."""
        return self._all(folder, Side.HEAD, holds=lambda moves, module: moves.is_old(f"{module}{name}"))

    def _all(self, folder: Folder, side: Side, *, holds: Callable[[Moves, str], bool]) -> bool:
        if not self._speaks:
            return False
        if (folder.path, side) not in self._known:
            self._known[folder.path, side] = list(self._uses(folder.path, side, depth=0))[:_MOST]
        uses = self._known[folder.path, side]
        is_said = bool(uses) and all(holds(self._said(user), module) for user, module in uses)
        return is_said and not self._is_used_elsewhere(folder)

    def _is_used_elsewhere(self, folder: Folder) -> bool:
        """Whether a file of a folder that the change leaves alone uses it too, and so says nothing of the kind."""
        known = {each.path for each in self._folders}
        if folder.path not in self._elsewhere:
            self._elsewhere[folder.path] = any(
                called_folder(above, found[1]) == folder.path
                for path, text in folder.texts(Side.HEAD)
                if (above := path.rpartition("/")[0]) not in known
                for found in _SOURCE.finditer(text)
            )
        return self._elsewhere[folder.path]

    def _said(self, folder: Folder) -> Moves:
        if folder.path not in self._moves:
            self._moves[folder.path] = moves_of(folder)
        return self._moves[folder.path]

    def _uses(self, path: str, side: Side, *, depth: int) -> Iterator[tuple[Folder, str]]:
        """Each folder that uses one and is used by none of these itself, with the address by which it does."""
        for user in self._folders if depth < _DEEPEST else ():
            for call in user.of("module", side):
                source = call.block.values.get("source")
                if user.path == path or not isinstance(source, str) or not source.startswith(("./", "../")):
                    continue
                if called_folder(user.path, source) == path:
                    module = f"module.{call.block.name}."
                    above = list(self._uses(user.path, side, depth=depth + 1))
                    yield from ((root, f"{outer}{module}") for root, outer in above) if above else ((user, module),)


def address(value: object) -> str:
    """A name as `moved` has it, without the keys of instances."""
    text = value.text if isinstance(value, Expression) else value if isinstance(value, str) else ""
    return _KEYS.sub("", text).replace(" ", "")


def _above(address: str) -> Iterator[str]:
    """An address, and those of the modules that it lies in."""
    yield address
    parts = address.split(".")
    for end in range(2, len(parts), 2):
        if parts[end - 2] != "module":
            break
        yield ".".join(parts[:end])


def _is_declared(folder: Folder, target: str) -> bool:
    """Whether something of this name stands in a folder after the change, or is moved on from there."""
    parts = target.split(".")
    if len(parts) > 1 and parts[0] == "module":
        return ("module", (parts[1],), "") in folder.after
    is_moved_on = any(address(each.block.values.get("from")) == target for each in folder.of("moved"))
    return ("resource", tuple(parts), "") in folder.after or is_moved_on

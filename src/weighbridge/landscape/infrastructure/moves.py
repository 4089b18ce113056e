"""What a folder says became of names: called otherwise now, only forgotten, or there already and taken in.

A root speaks of what its modules make too: `module.queue["eu"].aws_sqs_queue.main`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.files import called_folder
from weighbridge.landscape.infrastructure.source_files import Folder, Key

_KEYS: Final = LatePattern(r"\s*\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\]")
_LAST_KEY: Final = LatePattern(r"\[(?:\"((?:[^\"\\]|\\.)*)\"|(\d+))\]$")
_SOURCE: Final = LatePattern(r"^\s*source\s*=\s*\"(\.{1,2}/[^\"]+)\"", re.MULTILINE)
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
    """What is said to be called otherwise, by a name that nothing has, or that it cannot have."""
    rekeyed: frozenset[str] = frozenset()
    """Those of which instances have another key or number now, as moves from one to another say."""
    instances: Mapping[str, str] = field(default_factory=dict)
    """Single instances that are called otherwise now, and how, both with their keys: `aws_sqs_queue.jobs["mail"]`."""
    taken_in: frozenset[str] = frozenset()
    """What is there already and only comes under Terraform, as `import` blocks say."""

    def stays(self, address: str) -> bool:
        """Whether what is declared no more under an address stays: it is forgotten or moved, by itself or with its module."""
        return any(each in self.forgotten or each in self.moved for each in _above(address))

    def is_old(self, address: str) -> bool:
        """Whether what is declared anew under an address was there before: taken in, or moved into a module or out of one."""
        targets = {new for old, new in self.moved.items() if "module." in old + new}
        return any(each in self.taken_in or each in targets for each in _above(address))

    def rekeys(self, name: str) -> Mapping[str, str]:
        """The keys of one name's instances that have another address now, each with the key that it has under that name.

        Empty where it has none there: it is called otherwise altogether.
        """
        found = {}
        for source, end in self.instances.items():
            if address(source) == name:
                found[_key(source)] = _key(end) if address(end) == name else ""
        return found

    def speaks_of(self, module: str) -> bool:
        """Whether anything within a module, by its address, is said to stay."""
        return any(each.startswith(f"{module}.") for each in (*self.forgotten, *self.moved))


def moves_of(folder: Folder) -> Moves:
    """What `moved`, `removed` and `import` blocks of head say; a move that Terraform refuses, or leaves undone, is none."""
    said: dict[str, str] = {}
    ends: set[str] = set()
    rekeyed: set[str] = set()
    for each in folder.of("moved"):
        source, end = address(each.block.values.get("from")), _written(each.block.values.get("to"))
        if source and source == address(end):
            rekeyed.add(source)
        elif source and end not in ends:  # one thing cannot become of two
            said[source] = end
            ends.add(end)
    counting = [source for source in said if _counts(folder, source, end=_end_of(source, said))]
    moved = {
        source: address(end)
        for source in counting
        if (end := _end_of(source, said)) and _takes(folder, source, end=end)
    }
    forgotten = {
        address(each.block.values.get("from"))
        for each in folder.of("removed")
        if any(inner.get("destroy") is False for inner in nested(each.block.values, "lifecycle"))
        and not _written(each.block.values.get("from")).rstrip().endswith("]")  # single instances are refused
    }
    taken_in = {address(each.block.values.get("to")) for each in folder.of("import")}
    return Moves(
        moved=moved,
        gone_astray=frozenset(set(counting) - moved.keys()),
        forgotten=frozenset(forgotten - {""}),
        rekeyed=frozenset(rekeyed),
        instances=_instances(folder),
        taken_in=frozenset(taken_in - {""}),
    )


def _counts(folder: Folder, source: str, *, end: str) -> bool:
    """Whether a move may be of anything that the change touches: most are left of changes before."""
    named = {_key_of(each.split(".")) for each in (source, address(end))}
    return not folder.is_steady or any(key in side for key in named for side in folder.changed)


def _key_of(parts: list[str]) -> Key:
    """What is declared under an address, or what it is within of."""
    return ("module", (parts[1],), "") if parts[0] == "module" and len(parts) > 1 else ("resource", tuple(parts), "")


def _instances(folder: Folder) -> dict[str, str]:
    """The moves of single instances that Terraform makes: to what is declared, and is not there already.

    Whether the new one is declared as often as that, and was not before, is asked where the keys are known.
    """
    said: dict[str, str] = {}
    for each in folder.of("moved"):
        source, end = (_written(each.block.values.get(name)).replace(" ", "") for name in ("from", "to"))
        if source.endswith("]") and end not in said.values():
            said[source] = end
    found = {}
    for source, first in said.items():
        seen, end = {source}, first
        while end in said and end not in seen:
            seen.add(end)
            end = said[end]
        if not _counts(folder, address(source), end=end):
            continue
        target = address(end)
        kind = ("module", (target[7:],)) if target.startswith("module.") else ("resource", tuple(target.split(".")))
        is_akin = address(source).split(".")[0] == target.split(".")[0]
        is_taken = bool(folder.near((*kind, ""), Side.BASE)) and "[" not in end and target != address(source)
        if end not in seen and is_akin and not is_taken and folder.near((*kind, ""), Side.HEAD) is not None:
            found[source] = end
    return found


def _key(written: str) -> str:
    """The key of the instance that an address ends with, or its number as text; empty where it ends with none."""
    found = _LAST_KEY.search(written)
    return (found[1] or found[2]) if found else ""


def _end_of(source: str, said: Mapping[str, str]) -> str:
    """Where moves lead from a name, with the keys of instances; empty where they lead back to it."""
    seen, end = {source}, said[source]
    while (name := address(end)) in said:
        if name in seen:
            return ""
        seen.add(name)
        end = said[name]
    return end


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

    def all_rekey(self, folder: Folder, name: str) -> bool:
        """Whether wherever a folder was used something is said of what keys the instances of a name have now."""
        return self._all(folder, Side.BASE, holds=lambda moves, module: f"{module}{name}" in moves.rekeyed)

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
    return _KEYS.sub("", _written(value)).replace(" ", "")


def _written(value: object) -> str:
    return value.text if isinstance(value, Expression) else value if isinstance(value, str) else ""


def _above(address: str) -> Iterator[str]:
    """An address, and those of the modules that it lies in."""
    yield address
    parts = address.split(".")
    for end in range(2, len(parts), 2):
        if parts[end - 2] != "module":
            break
        yield ".".join(parts[:end])


def _takes(folder: Folder, source: str, *, end: str) -> bool:
    """Whether what was called `source` can be called `end` after the change: it is declared, of that type, and was not there before.

    What Terraform finds under the new name already it leaves there, and destroys what should have been moved.
    """
    target = address(end)
    old, new = source.split("."), target.split(".")
    key = _key_of(new)
    found = folder.near(key, Side.HEAD) if _are_akin(old, new) else None
    if found is None:
        return False
    if key[0] == "module":
        return len(new) == 2 or _holds(folder, found.block.values.get("source"), rest=new[2:])
    were_there = [folder.near(("resource", tuple(each), ""), Side.BASE) for each in (new, old)]
    return "[" in end or not all(were_there)


def _are_akin(old: list[str], new: list[str]) -> bool:
    """Whether the types of two names are one, or one that took the place of the other; modules are asked of nothing."""
    if len(old) < 2 or len(new) < 2 or old[-2] == "module" or new[-2] == "module":
        return True
    one, other = sorted((old[-2], new[-2]), key=len)
    return other.startswith(one) or (one, other) == ("null_resource", "terraform_data")


def _holds(folder: Folder, source: object, *, rest: list[str]) -> bool:
    """Whether a module in the repository declares a resource; what lies in a module within it, or elsewhere, is not looked for."""
    if len(rest) != 2 or not isinstance(source, str) or not source.startswith(("./", "../")):
        return True
    path = called_folder(folder.path, source)
    declared = re.compile(rf'^\s*resource\s+"?{re.escape(rest[0])}"?\s+"?{re.escape(rest[1])}"?\s*\{{', re.MULTILINE)
    texts = list(folder.texts_in(path, Side.HEAD))
    return not texts or any(declared.search(text) or (rest[1] in text and text.lstrip()[:1] == "{") for text in texts)

"""What the sources of a change let one expect: each resource block that is gone, made anew by what it changes, or altered.

Nothing here knows what a plan would: which values variables have, what exists, and what a provider makes of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.kinds import kind_of
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_META: Final = frozenset(
    {"count", "for_each", "lifecycle", "provider", "depends_on", "provisioner", "connection", "timeouts"}
)
"""Arguments that are Terraform's own and no provider's."""


_COPIES: Final = (
    "replicate_source_db",
    "snapshot_identifier",
    "replication_source_identifier",
    "global_cluster_identifier",
)
"""Arguments of what is made from something else, and has its settings from there."""


class Moves(Struct, frozen=True, kw_only=True):
    """What a folder says became of names: those that are called otherwise now, and those that are only forgotten."""

    moved: frozenset[str] = frozenset()
    forgotten: frozenset[str] = frozenset()
    taken_in: frozenset[str] = frozenset()
    """What is there already and only comes under Terraform, as `import` blocks say."""


def moves_of(folder: Folder) -> Moves:
    """What `moved` and `removed` blocks of head say, by addresses without the keys of instances."""
    moved = {_address(each.block.values.get("from")) for each in folder.of("moved")}
    forgotten = {
        _address(each.block.values.get("from"))
        for each in folder.of("removed")
        if any(inner.get("destroy") is False for inner in nested(each.block.values, "lifecycle"))
    }
    taken_in = {_address(each.block.values.get("to")) for each in folder.of("import")}
    return Moves(
        moved=frozenset(moved - {""}), forgotten=frozenset(forgotten - {""}), taken_in=frozenset(taken_in - {""})
    )


def declared_alterations(sources: SourceFiles) -> Iterator[Alteration]:
    """One for each resource and data source that is not declared as it was."""
    elsewhere: dict[str, str] = {}
    for folder in sources.folders:
        for old, new in folder.pairs("resource"):
            if old is None and new is not None:
                elsewhere.setdefault(new.block.name, folder.path)
    for folder in sources.folders:
        moves = moves_of(folder)
        for old, new in folder.pairs("resource", "data"):
            reader = _Pair(folder=folder, moves=moves, elsewhere=elsewhere, old=old, new=new)
            found = reader.alteration()
            if found is not None:
                yield found


class _Pair(Struct, frozen=True, kw_only=True):
    """A block as it was and as it is, with what its folder and the others say."""

    folder: Folder
    moves: Moves
    elsewhere: Mapping[str, str]
    old: Declared | None
    new: Declared | None

    def alteration(self) -> Alteration | None:
        shown = self.new or self.old
        if shown is None or len(shown.block.labels) != 2:
            return None
        if shown.block.type == "data":
            return self._made(shown, action=Action.READ)
        if self.old is None:
            is_there = shown.block.name in self.moves.taken_in
            return None if is_there else self._made(shown, action=Action.CREATE)
        if self.new is None:
            return None if _is_none(self.old) else self._gone(self.old)
        return self._kept(self.old, self.new)

    def _gone(self, old: Declared) -> Alteration | None:
        name = old.block.name
        if name in self.moves.moved:
            return None
        if name in self.moves.forgotten:
            return self._made(old, action=Action.FORGET)
        if self.folder.is_emptied:
            return self._made(
                old,
                action=Action.DELETE,
                confidence=Confidence.LOW,
                note="every changed file of its folder is gone: either it was destroyed before, or nobody looks after it any more",
            )
        if self.folder.is_damaged:
            note = "a file of its folder cannot be read whole, and may declare it"
            return self._made(old, action=Action.DELETE, confidence=Confidence.LOW, note=note)
        if (folder := self.elsewhere.get(name)) is not None and folder != self.folder.path:
            note = (
                f"it is declared anew in `{folder or '.'}`: that makes another one, unless its state is moved there too"
            )
            return self._made(old, action=Action.DELETE, confidence=Confidence.LOW, note=note)
        note = ""
        if (renamed := self._renamed(old)) is not None:
            note = f"`{renamed}` is declared as it was, and no `moved` block says that it is the same: that makes another one"
        return self._made(old, action=Action.DELETE, reason="delete_because_no_resource_config", note=note)

    def _renamed(self, old: Declared) -> str | None:
        """The name under which the same is declared now."""
        for before, after in self.folder.pairs("resource"):
            if before is None and after is not None and after.block.labels[:1] == old.block.labels[:1]:
                mine, other = _settled(old.block.values), _settled(after.block.values)
                if mine == other or (
                    len(mine) > 2 and sum(mine.get(k) == v for k, v in other.items()) * 10 >= 8 * len(other)
                ):
                    return after.block.name
        return None

    def _kept(self, old: Declared, new: Declared) -> Alteration | None:
        was, now = old.block.values, new.block.values
        if _is_none(old):
            return self._made(new, action=Action.CREATE)
        if _is_none(new):
            return self._made(new, action=Action.DELETE, reason="delete_because_count_index")
        if (
            "for_each" in {*was, *now}
            and ("for_each" in was) != ("for_each" in now)
            and old.block.name not in self.moves.moved
        ):
            return self._made(new, action=Action.DELETE, reason="delete_because_wrong_repetition")
        forced, confidence = _forced(new.block.labels[0], was=was, now=now)
        if forced:
            found = self._made(
                new, action=Action.REPLACE, confidence=confidence, reason="replace_because_cannot_update"
            )
            return replace(found, change=replace(found.change, forced_by=tuple((name,) for name in forced)))
        return self._made(new, action=Action.UPDATE)

    def _made(
        self,
        shown: Declared,
        *,
        action: Action,
        confidence: Confidence = Confidence.MEDIUM,
        note: str = "",
        reason: str = "",
    ) -> Alteration:
        block = shown.block
        kind, name = block.labels
        is_data = block.type == "data"
        change = ResourceChange(
            address=f"data.{kind}.{name}" if is_data else f"{kind}.{name}",
            type=kind,
            name=name,
            action=action,
            is_data=is_data,
            before=self.old.block.values if self.old else {},
            after=self.new.block.values if self.new and action is not Action.DELETE else {},
            reason=reason,
        )
        return Alteration(
            change=change,
            place=shown.place if action in (Action.DELETE, Action.FORGET) else shown.at(block.line),
            is_planned=False,
            confidence=confidence,
            note=note,
            lines=tuple(block.lines.items()),
        )


def _forced(kind: str, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[list[str], Confidence]:
    """The arguments that cannot be changed in place and are otherwise now, and how sure it is that their values are."""
    known = kind_of(kind)
    ignored = _ignored(now)
    if known is None or not known.forces or ignored is None:
        return [], Confidence.LOW
    found = [name for name in known.forces if name not in ignored and _differs(name, was=was, now=now)]
    is_plain = any(
        not isinstance(was.get(name), Expression) and not isinstance(now.get(name), Expression) for name in found
    )
    return found, Confidence.MEDIUM if is_plain else Confidence.LOW


def _differs(name: str, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether it is set on both sides, otherwise; or is true on one alone, for nearly all that are switches are off unless set."""
    before, after = was.get(name), now.get(name)
    if before is None or after is None:
        return (before is True or after is True) and before is not after and not any(now.get(each) for each in _COPIES)
    return bool(before != after)


def _ignored(values: Mapping[str, Any]) -> set[str] | None:
    """The arguments whose changes `ignore_changes` passes over; None where it passes over all."""
    found: set[str] = set()
    for lifecycle in nested(values, "lifecycle"):
        names = lifecycle.get("ignore_changes")
        if isinstance(names, Expression):
            return None
        for each in names if isinstance(names, list) else ():
            found.add((each.text if isinstance(each, Expression) else str(each)).partition("[")[0].partition(".")[0])
    return None if "all" in found else found


def _is_none(declared: Declared) -> bool:
    """Whether it is declared zero times."""
    values = declared.block.values
    return (values.get("count") == 0 and values.get("count") is not False) or values.get("for_each") in ([], {})


def _settled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _META}


def _address(value: object) -> str:
    """A name as `moved` has it, without the keys of instances."""
    text = value.text if isinstance(value, Expression) else value if isinstance(value, str) else ""
    return text.partition("[")[0].strip()

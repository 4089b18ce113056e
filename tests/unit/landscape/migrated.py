"""Migrations held in memory, and what they do in words short enough for a table."""

from collections.abc import Mapping

from tests.unit.landscape.held import Held

from weighbridge.domain.change import Blob, Change, ChangeKind, FileChange, FileStatus, LineRange, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.facts.sql.acts import Act, Column, Constraint, Reference, Type, Value
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.migrations import Migration
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.tree import Tree


def sql_change(text: str, at: str, *, others: Mapping[str, str] | None = None) -> SqlChange:
    """A change that adds one file at `at` to a tree of `others`."""
    texts = {**(others or {}), at: text}
    blobs = {path: _blob(path, each) for path, each in texts.items()}
    data = {blob.oid: texts[path].encode() for path, blob in blobs.items()}
    tree = Tree.of(blob for path, blob in blobs.items() if path != at)
    lines = LineRange(start=1, end=text.count("\n") + 1)
    added = FileChange(status=FileStatus.ADDED, base=None, head=blobs[at], added=(lines,))
    none = ObjectId("0" * 40)
    change = Change(
        repository="shop",
        kind=ChangeKind.RANGE,
        range_text="a..b",
        base_tree=none,
        head_tree=none,
        base_commit=None,
        head_commit=None,
        files=(added,),
    )
    contents = ChangedBytes(change, lambda oid, _most: data[oid])
    return SqlChange(change, contents, before=Before(tree=lambda: tree), blobs=Held(data))


def migration(text: str, at: str, *, others: Mapping[str, str] | None = None) -> Migration:
    """The one migration that such a change holds."""
    (found,) = sql_change(text, at, others=others).migrations
    return found


def said(found: Migration) -> list[str]:
    """What a migration does, each act in words."""
    return [words(act) for deed in found.deeds for act in deed.acts]


def unread(found: Migration) -> list[tuple[int, str]]:
    """The lines that were not understood, and why."""
    return [(each.line, each.why) for each in found.unread]


def words(act: Act) -> str:
    """An act as its kind, its table, and what is not as usual."""
    fields = [getattr(act, name) for name in act.__struct_fields__ if name not in ("table", "line", "end_line", "was")]
    names = [name for name in act.__struct_fields__ if name not in ("table", "line", "end_line", "was")]
    told = [_told(name, value) for name, value in zip(names, fields, strict=True)]
    return " ".join(part for part in (type(act).__name__, act.table, *told) if part)


def _told(name: str, value: object) -> str:
    if isinstance(value, Column | Constraint | Type):
        return (
            _column(value)
            if isinstance(value, Column)
            else _constraint(value)
            if isinstance(value, Constraint)
            else _type(value)
        )
    if isinstance(value, Value | Reference):
        return (
            f"-> {value.table}"
            if isinstance(value, Reference)
            else f"{'where ' if name == 'where' else ''}{value.text}"
        )
    if isinstance(value, tuple):
        return ", ".join(_column(each) if isinstance(each, Column) else str(each) for each in value)
    return name.removeprefix("is_") if value is True else value if isinstance(value, str) else ""


def _type(kind: Type) -> str:
    given = f"({','.join(kind.given)})" if kind.given else ""
    return f"{kind.name}{given}{'[]' if kind.is_array else ''}"


def _column(column: Column) -> str:
    parts = [column.name, _type(column.type), "not null" if column.is_not_null else ""]
    parts += [f"default {column.default.text}" if column.default is not None else "", column.generated]
    parts += [_constraint(each) for each in column.constraints]
    return " ".join(part for part in parts if part)


def _constraint(constraint: Constraint) -> str:
    to = f"-> {constraint.reference.table}" if constraint.reference is not None else ""
    value = constraint.value.text if constraint.value is not None else ""
    parts = [str(constraint.kind), to, value, "not valid" if constraint.is_not_valid else "", constraint.index]
    return " ".join(part for part in parts if part)


def _blob(path: str, text: str) -> Blob:
    oid = ObjectId(f"{abs(hash((path, text))):040x}"[:40])
    return Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=oid, size=len(text))

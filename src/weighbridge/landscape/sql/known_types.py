"""What the scripts of a repository say of a column that was there before the change: its type, and what is known of its values."""

from collections.abc import Callable, Iterator
from typing import Final

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.roles import role_of
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Type
from weighbridge.facts.sql.reading import Deed, read_deeds
from weighbridge.landscape.sql.rendered import Around, Script, render
from weighbridge.landscape.sql.tools import may_migrate, tool_of
from weighbridge.landscape.sql_drops import undoes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree

MOST_FILES: Final = 3_000
MOST_BYTES: Final = 1_000_000

_TEXTS: Final = frozenset({"varchar", "character varying", "text"})
_ALIASES: Final = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "decimal": "numeric",
    "character varying": "varchar",
    "timestamptz": "timestamp with time zone",
    "timestamp without time zone": "timestamp",
    "float8": "double precision",
}
_NUMBERS: Final = frozenset({"numeric", "decimal"})


class KnownTypes:
    """Answers for the tree before the change; each script is read once, and only where somebody asks for a table it names."""

    def __init__(self, tree: Tree, read: Callable[[ObjectId, int], bytes | CouldNotLook]) -> None:
        self._tree = tree
        self._read = read
        self._texts: dict[RepoPath, str] | None = None
        self._acts: dict[RepoPath, tuple[Act, ...]] = {}

    def of(self, table: str, column: str) -> Type | None:
        """The type that a column was last given; None where no script says."""
        found: Type | None = None
        for act in self.acts_on(table):
            match act:
                case acts.CreateTable(columns=columns):
                    found = next((each.type for each in columns if each.name == column), found)
                case acts.AddColumn(column=added) if added.name == column:
                    found = added.type
                case acts.ChangeType(column=name, to=to) if name == column:
                    found = to
        return found

    def acts_on(self, table: str) -> Iterator[Act]:
        """What the scripts did to a table, in the order of their paths, which tools run them in."""
        last = table.rpartition(".")[2]
        for path, text in self._scripts().items():
            if last.lower() in text:
                for act in self._of(path):
                    if act.table.rpartition(".")[2] == last:
                        yield act

    def _of(self, path: RepoPath) -> tuple[Act, ...]:
        if path not in self._acts:
            self._acts[path] = tuple(act for deed in self._deeds(path) for act in deed.acts if act.table)
        return self._acts[path]

    def _deeds(self, path: RepoPath) -> tuple[Deed, ...]:
        text = self._text(self._tree.blobs[path])
        if role_of(path) == "sql":
            return read_deeds(text).statements
        tool = tool_of(path, text)
        around = Around(lambda: self._tree, self._read)
        return () if tool is None else render(tool, Script(path=path, text=text, around=around)).deeds

    def _scripts(self) -> dict[RepoPath, str]:
        """The scripts' texts in lower case, by path."""
        if self._texts is None:
            paths = sorted(
                path
                for path in self._tree.blobs
                if (role_of(path) == "sql" or may_migrate(path)) and not is_test(path) and not undoes(path)
            )
            self._texts = {path: self._text(self._tree.blobs[path]).lower() for path in paths[-MOST_FILES:]}
        return self._texts

    def _text(self, blob: Blob) -> str:
        data = self._read(blob.oid, MOST_BYTES)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def is_widening(before: Type, after: Type) -> bool:
    """Whether every value of one type is one of the other as it is stored, so that PostgreSQL neither reads nor writes a row."""
    before, after = _plain(before), _plain(after)
    if before == after:
        return True
    if before.is_array != after.is_array:
        return False
    if before.name in _TEXTS and after.name in _TEXTS:
        return not after.given or (bool(before.given) and before.name != "text" and _number(after) >= _number(before))
    if before.name in _NUMBERS and after.name in _NUMBERS:
        return not after.given or (
            len(before.given) == len(after.given)
            and _number(after) >= _number(before)
            and before.given[1:] == after.given[1:]
        )
    return False


def _plain(kind: Type) -> Type:
    """A type by the name that its other names stand for."""
    return Type(_ALIASES[kind.name], kind.given, kind.is_array) if kind.name in _ALIASES else kind


def _number(kind: Type) -> int:
    return int(kind.given[0]) if kind.given and kind.given[0].isdigit() else 0

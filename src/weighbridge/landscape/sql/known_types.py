"""What the scripts of a repository say of a table that was there before the change: its columns, its constraints, its indexes."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Final

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import Dialect
from weighbridge.facts.roles import role_of
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.reading import Deed, read_deeds
from weighbridge.facts.sql.routines import Routine
from weighbridge.landscape.source import Blobs
from weighbridge.landscape.sql.column_types import columns_of
from weighbridge.landscape.sql.conventions import is_migration
from weighbridge.landscape.sql.dialects import said_by, said_by_path
from weighbridge.landscape.sql.likely_small import REACH, made_on
from weighbridge.landscape.sql.names import is_one, last_part, may_refer
from weighbridge.landscape.sql.partly import naming
from weighbridge.landscape.sql.rendered import Around, Script, render
from weighbridge.landscape.sql.script_index import ScriptIndex
from weighbridge.landscape.sql.tools import dump_tool, tool_of
from weighbridge.landscape.sql.undoing import is_within, undoes, undoing_lines
from weighbridge.landscape.sql.written import is_whole_schema, may_migrate, serves_tests
from weighbridge.landscape.tree import Tree

MOST_FILES: Final = 3_000
MOST_BYTES: Final = 1_000_000
_SMALL: Final = 16_000
"""Scripts of at most so many bytes are read together."""
_MOST_TEXT: Final = 32_000_000
"""So much of the latest scripts is looked through."""
_MOST_BESIDE: Final = 6
_MADE: Final = LatePattern(r"create\s+table|create_?table\b|createmodel\b")
_MOST_MADE: Final = 12
"""A script that makes more tables likely sums up what others made before."""
_MOST_ASKED: Final = 4
"""A script that is asked for so many tables, one after the other, is read whole, and once."""
_MOST_NAMES: Final = 4
"""So many earlier names of an index are looked for."""

_NEVER: Final = re.compile(r"(?!)")
_REST_OF_COLUMN: Final = r"(?:[^,;()]|\((?:[^()]|\([^()]*\))*\))*?"
"""What may stand behind a column's name before the next column's."""


class KnownScripts:
    """Answers for the tree before the change; each script is read once, and only where somebody asks for a table it names."""

    def __init__(
        self,
        tree: Callable[[], Tree],
        blobs: Blobs,
        *,
        apart: Iterable[RepoPath],
        gone: Iterable[RepoPath] = (),
    ) -> None:
        self._make_tree = tree
        self._blobs = blobs
        self._apart = frozenset(apart)
        self._gone = frozenset(gone)
        self._texts: dict[ObjectId, str] = {}
        self._of_dialect: dict[Dialect, list[tuple[RepoPath, str]]] = {}
        self._acts: dict[tuple[RepoPath, frozenset[str]], tuple[Act, ...]] = {}
        self._on: dict[tuple[str, Dialect, str], tuple[tuple[RepoPath, Act], ...]] = {}
        self._indexes: dict[RepoPath, ScriptIndex] = {}
        self._asked: dict[RepoPath, int] = {}

    @cached_property
    def paths(self) -> tuple[RepoPath, ...]:
        """The scripts that were there, in the order in which tools run them."""
        found = (
            path
            for path in self.tree.blobs
            if (role_of(path) == "sql" or may_migrate(path) or is_whole_schema(path))
            and (path not in self._apart or is_whole_schema(path))  # as they were: what all before came to
            and not serves_tests(path)
            and not undoes(path)
        )
        return tuple(sorted(found, key=in_order))

    @cached_property
    def tree(self) -> Tree:
        """Every file that was there."""
        return self._make_tree()

    def acts_on(self, table: str, dialect: Dialect, *, naming: str = "") -> Iterator[Act]:
        """What the scripts for a dialect did to a table, also under earlier names, in the order of their paths.

        With `naming`, scripts that do not say that word are passed over.
        """
        return (act for _, act in self._acts_on(table, dialect, naming=naming))

    def may_tell_apart(self, column: str, table: str, *, dialect: Dialect) -> bool:
        """Whether the scripts may make a column of a table unique: not where no script of the table says so beside the column."""
        word = column.lower()
        names = [name.lower() for name in self._names_of(last_part(table), dialect)]
        said = re.compile(
            rf"\b{re.escape(word)}\b{_REST_OF_COLUMN}\b(?:unique|primary)\b"
            rf"|\b(?:unique|primary)\b[^;(]*+\([^)]*\b{re.escape(word)}\b"
            rf"|\bto\s+{_QUOTED}{re.escape(word)}\b"
        )
        return any(
            word in text
            and any(name in text for name in names)
            and (role_of(path) != "sql" or said.search(text) is not None)
            for path, text in self._speaking(dialect)
        )

    def makes(self, table: str, dialect: Dialect, *, is_loss: bool = False) -> bool:
        """Whether a table is there by the scripts.

        A migration that the change takes away, or renames, is taken to have run nowhere, but where rows would be lost.
        """
        is_there = False
        for path, act in self._acts_on(table, dialect):
            becomes = _leaves(act, table)
            if becomes is not None and (is_loss or not (path in self._gone and is_migration(path, ""))):
                is_there = becomes
        return is_there

    @property
    def newest(self) -> date | None:
        """The day on which the newest of the scripts was made, as far as they say."""
        return max(self._days, default=None)

    def begin_at(self, day: date) -> bool:
        """Whether the scripts, as far as they say, begin about a day: what they made then may have been there before them."""
        return (day - min(self._days, default=day)).days < REACH

    @cached_property
    def _days(self) -> list[date]:
        days = (made_on(path, text) for path, text in self._scripts.items())
        return [each for each in days if each is not None]

    def makers(self, table: str, dialect: Dialect) -> Iterator[RepoPath]:
        """The scripts that make a table, or rename one to it; Django's call it by its app and its model."""
        found = (path for path, act in self._acts_on(table, dialect) if _leaves(act, table))
        yield from dict.fromkeys((*found, *self._models_made(table)))

    def givers(self, table: str, dialect: Dialect, *, column: str) -> Iterator[RepoPath]:
        """The scripts that give a table a column, or call one so."""
        for path, act in self._acts_on(table, dialect, naming=column):
            is_so = isinstance(act, acts.RenameColumn) and act.name == column
            if is_so or any(each.name == column for each in columns_of(act)):
                yield path

    @cached_property
    def scripts(self) -> frozenset[RepoPath]:
        """The scripts that were there, in no order."""
        return frozenset(self.paths)

    def done_by(self, path: RepoPath) -> tuple[Act, ...]:
        """What one of the scripts does to tables."""
        return self._of(path)

    def young_makers(self, table: str, dialect: Dialect) -> tuple[RepoPath, ...]:
        """The scripts that make a table, whose age it has; none where it is filled from another, was called otherwise, or is one of many made at once."""
        made = [path for path in self.makers(table, dialect) if not is_whole_schema(path)]
        done = [*self._acts_on(table, dialect), *self.done_to(table, dialect)]
        is_older = any(
            isinstance(act, acts.RenameTable) or (isinstance(act, acts.Insert | acts.CreateTable) and act.has_query)
            for _, act in done
        )
        is_many = any(len(_MADE.findall(self._scripts.get(path, ""))) > _MOST_MADE for path in made)
        return () if is_older or is_many else tuple(made)

    def _models_made(self, table: str) -> Iterator[RepoPath]:
        last = last_part(table).lower()
        ends = {f"/{last[:at]}/migrations": last[at + 1 :] for at, each in enumerate(last) if each == "_"}
        for path, text in self._scripts.items() if ends else ():
            model = ends.get(next((end for end in ends if f"/{folder_of(path)}".endswith(end)), ""), "")
            if model and path.endswith(".py") and model in text and "createmodel" in text:
                yield from (path for act in self._of(path) if _leaves(act, last))

    def _acts_on(self, table: str, dialect: Dialect, *, naming: str = "") -> tuple[tuple[RepoPath, Act], ...]:
        key = (table.rpartition(".")[2], dialect, naming.lower())
        if key not in self._on:
            self._on[key] = tuple(self._find_acts_on(key[0], dialect, naming=key[2]))
        return self._on[key]

    def _find_acts_on(self, table: str, dialect: Dialect, *, naming: str) -> Iterator[tuple[RepoPath, Act]]:
        names = self._names_of(table, dialect)
        lowered = [name.lower() for name in names]
        likely = [
            (path, text, is_named)
            for path, text in self._speaking(dialect)
            if (is_named := any(name in text for name in lowered)) or dialect is Dialect.SQLITE
        ]
        defines, speaks = (_defining(names), _speaking(names)) if likely else (_NEVER, _NEVER)
        for path, text, is_named in likely:
            if not (naming in text or "rename" in text or "validate" in text):
                continue
            is_written = role_of(path) != "sql"  # it calls tables as its tool does
            is_of_it = is_named and (speaks if is_written else defines).search(text)
            if is_of_it or (dialect is Dialect.SQLITE and "drop index" in text):
                done = self._of(path, names=lowered)
                if (path, frozenset[str]()) in self._acts and role_of(path) == "sql":
                    done = self._index(path).done_to(names)
                for act in done:
                    if act.table.rpartition(".")[2] in names or is_nowhere(act) or is_type_renamed(act):
                        yield path, act

    def done_to(self, table: str, dialect: Dialect) -> Iterator[tuple[RepoPath, Act]]:
        """What the migrations did to a table under its last name, its rows and rights included, each with its script."""
        last = table.rpartition(".")[2]
        for path, text in self._scripts.items():
            is_asked = last.lower() in text and said_by_path(path) in (None, dialect) and is_migration(path, text)
            is_asked = (
                is_asked or ("grant" in text and _OVER_ALL in text) or (may_migrate(path) and last.lower() in text)
            )
            for act in self._of(path, names=(last.lower(),)) if is_asked else ():
                if act.table.rpartition(".")[2] == last or (isinstance(act, acts.Grant) and _is_over(act, last)):
                    yield path, act

    def _names_of(self, name: str, dialect: Dialect) -> frozenset[str]:
        """A table's name with those it had before."""
        names, asked = {name}, [name]
        while asked:
            last = asked.pop()
            word = last.lower()
            likely = [(path, text) for path, text in self._speaking(dialect) if "rename" in text and word in text]
            given = re.compile(rf"\b(?:to|as)\s+{_QUOTED}{re.escape(word)}\b") if likely else _NEVER
            for path, text in likely:
                if given.search(text) is not None:
                    for act in self._of(path):
                        if isinstance(act, acts.RenameTable) and act.name.rpartition(".")[2] == last:
                            old = act.table.rpartition(".")[2]
                            asked += [] if old in names else [old]
                            names.add(old)
        return frozenset(names)

    def saying(self, *words: str, dialect: Dialect) -> Iterator[Deed]:
        """The statements of the scripts that say all of these words, given in lower case."""
        for path, text in self._speaking(dialect):
            if all(word in text for word in words):
                yield from self._index(path).deeds

    def naming(self, name: str, *words: str, dialect: Dialect) -> Iterator[tuple[tuple[int, int], Deed]]:
        """The statements that say a name, given in lower case, of those scripts that say these words too: each with its place among all."""
        for number, (path, text) in enumerate(self._speaking(dialect)):
            if name in text and all(word in text for word in words):
                yield from (((number, at), deed) for at, deed in self._index(path).saying(name))

    def referring_to(self, table: str, dialect: Dialect) -> Iterator[Act]:
        """What gave other tables a foreign key to this one."""
        last = table.rpartition(".")[2]
        for path, text in self._speaking(dialect):
            if may_refer(text, last):
                yield from self._index(path).referring_to(last)

    def is_of_triggers(self, function: str) -> bool:
        """Whether a function returns a trigger, so that nothing but triggers can call it."""
        last = function.rpartition(".")[2].lower()
        made = re.compile(rf"function\s+(?:\w+\.)?\"?{re.escape(last)}\"?\s*\(\s*\)\s*returns\s+trigger\b")
        return any(last in text and made.search(text) is not None for text in self._scripts.values())

    def routines(self, name: str) -> tuple[Routine, ...]:
        """The routines of a name, as the last script made them that did."""
        last = name.lower()
        made = re.compile(rf"\b(?:function|procedure|proc)\s+(?:if\s+not\s+exists\s+)?{_QUOTED}{re.escape(last)}\b")
        for path, text in reversed(self._scripts.items()):
            if last in text and role_of(path) == "sql" and made.search(text) is not None:
                whole = self.text(path)
                found = read_deeds(whole, dialect=said_by(whole) or said_by_path(path)).routines
                if named := tuple(each for each in found if each.name.lower() == last):
                    return named
        return ()

    def view_before(self, view: str, *, at: RepoPath) -> acts.Create | None:
        """How a view was last made: by the same script as it was, else by the last of the others; None where it was dropped since."""
        last = view.rpartition(".")[2].lower()
        others = [path for path, text in self._scripts.items() if last in text and "view" in text]
        for path in (*((at,) if at in self.tree.blobs else ()), *reversed(others)):
            if (act := self._index(path).view(last)) is not None:
                return act if isinstance(act, acts.Create) else None
        return None

    def table_of_index(self, index: str) -> str:
        """The table that an index is of, by the name that it has now; empty where no script says."""
        last = index.rpartition(".")[2]
        for _ in range(_MOST_NAMES):
            made = re.compile(rf"\bindex\b[^;()]{{0,60}}[\s\"`\[]{re.escape(last.lower())}[\s\"`\]]")
            named = re.compile(
                rf"\bindex\s+(?:if\s+exists\s+)?{_QUOTED}(\w+)\W{{1,3}}rename\s+to\s+{_QUOTED}{re.escape(last.lower())}\b"
            )
            was = ""
            for path, text in self._scripts.items():
                if last.lower() in text and made.search(text) is not None:
                    for act in self._of(path):
                        if isinstance(act, acts.CreateIndex) and act.name.rpartition(".")[2] == last:
                            return self._name_now(act.table)
                if last.lower() in text and (found := named.search(text)) is not None:
                    whole = self._text(self.tree.blobs[path])
                    was = whole[found.start(1) : found.end(1)] if len(whole) == len(text) else found[1]
            if not was:
                return ""
            last = was
        return ""

    def _name_now(self, table: str) -> str:
        """What a table is called after all scripts."""
        for path, text in self._scripts.items():
            if "rename" in text and last_part(table).lower() in text:
                for act in self._of(path):
                    if isinstance(act, acts.RenameTable) and is_one(act.table, table):
                        table = act.name
        return table

    def beside(self, path: RepoPath) -> Iterator[tuple[RepoPath, str]]:
        """The scripts that are numbered as this one is and lie with it, the latest of them."""
        folder, _, name = path.rpartition("/")
        if not name[:1].isdigit():
            return
        found = (
            each for each in self.paths if folder_of(each) == folder and each[len(folder) :].lstrip("/")[:1].isdigit()
        )
        for each in [each for each in found if each != path and role_of(each) == "sql"][-_MOST_BESIDE:]:
            yield each, self.text(each)

    def text(self, path: RepoPath) -> str:
        """A file as it was; empty where it was not there or could not be read."""
        blob = self.tree.blobs.get(path)
        return self._text(blob) if blob is not None else ""

    def read_ahead(self, paths: Iterable[RepoPath]) -> None:
        """Reads the small ones of these files together, as they will be asked for."""
        wanted = [blob.oid for path in paths if (blob := self.tree.blobs.get(path)) and blob.oid not in self._texts]
        together = self._blobs.read_many(wanted, _SMALL)
        self._texts.update((oid, data.decode("utf-8", "replace")) for oid, data in together.items())

    def _of(self, path: RepoPath, *, names: Iterable[str] = ()) -> tuple[Act, ...]:
        """What a script does; with `names`, in lower case, at least what it does to tables of these names."""
        self._asked[path] = self._asked.get(path, 0) + 1
        key = (path, frozenset(names if self._asked[path] <= _MOST_ASKED else ()))
        if key not in self._acts:
            self._acts[key] = self._acts.get((path, frozenset())) or tuple(
                act
                for deed in (self._deeds(path, key[1]) if key[1] else self._index(path).deeds)
                for act in deed.acts
                if act.table or is_nowhere(act) or is_type_renamed(act) or isinstance(act, acts.Grant)
            )
        return self._acts[key]

    def _index(self, path: RepoPath) -> ScriptIndex:
        """All that a script does; read once."""
        if path not in self._indexes:
            self._indexes[path] = ScriptIndex(self._deeds(path))
        return self._indexes[path]

    def _deeds(self, path: RepoPath, names: frozenset[str] = frozenset()) -> Iterator[Deed]:
        text = self._text(self.tree.blobs[path])
        if role_of(path) == "sql":
            undoing = undoing_lines(text, path)
            asked = naming(text, names) if names else text
            found = read_deeds(asked, dialect=said_by(text) or said_by_path(path))
            yield from _committed(deed for deed in found.statements if not is_within(deed.line, undoing))
        elif (tool := tool_of(path, text) or dump_tool(path)) is not None:
            yield from render(tool, Script(path=path, text=text, around=self._around)).deeds

    @cached_property
    def _around(self) -> Around:
        return Around(lambda: self.tree, self._blobs.read)

    def _speaking(self, dialect: Dialect) -> list[tuple[RepoPath, str]]:
        """The texts of the scripts that a database may be meant by, as far as their paths say."""
        if dialect not in self._of_dialect:
            found = [(path, text) for path, text in self._scripts.items() if said_by_path(path) in (None, dialect)]
            self._of_dialect[dialect] = found
        return self._of_dialect[dialect]

    @cached_property
    def _scripts(self) -> dict[RepoPath, str]:
        """The texts of the latest scripts in lower case, by path."""
        latest = {path: self.tree.blobs[path] for path in self.paths[-MOST_FILES:]}
        self.read_ahead(latest)
        found: dict[RepoPath, str] = {}
        left = _MOST_TEXT
        for path, blob in reversed(latest.items()):
            text = self._text(blob)
            left -= len(text)
            if left < 0:
                break
            found[path] = text.lower()
        return dict(reversed(found.items()))

    def _text(self, blob: Blob) -> str:
        if blob.oid not in self._texts:
            data = self._blobs.read(blob.oid, MOST_BYTES)
            self._texts[blob.oid] = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
        return self._texts[blob.oid]


def _leaves(act: Act, table: str) -> bool | None:
    """Whether a table of the name is there after an act; None where that is as it was."""
    match act:
        case acts.RenameTable(table=old, name=new) if is_one(old, table) or is_one(new, table):
            return is_one(new, table)
        case acts.CreateTable(table=name) | acts.DropTable(table=name) if is_one(name, table):
            return isinstance(act, acts.CreateTable)
    return None


def _committed(deeds: Iterable[Deed]) -> list[Deed]:
    """What a script does and does not roll back itself."""
    found: list[Deed] = []
    begun: int | None = None
    for deed in deeds:
        kinds = {act.kind for act in deed.acts if isinstance(act, acts.Transaction)} if not deed.inside else ()
        if "begin" in kinds:
            begun = len(found)
        elif "rollback" in kinds and begun is not None:
            del found[begun:]
        if "rollback" in kinds or "commit" in kinds:
            begun = None
        found.append(deed)
    return found


_QUOTED: Final = r"(?:[\"`\[]?\w+[\"`\]]?\s*\.\s*)?[\"`\[]?"
"""What may stand before the last part of a name."""


def _defining(names: Iterable[str]) -> re.Pattern[str]:
    """Where a text in lower case begins to define one of these tables, or an index of it."""
    any_of = "|".join(re.escape(name.lower()) for name in sorted(names))
    return re.compile(
        rf"\b(?:table\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?|index\b[^;()]{{0,160}}\bon\s+(?:only\s+)?)"
        rf"{_QUOTED}(?:{any_of})\b"
    )


def _speaking(names: Iterable[str]) -> re.Pattern[str]:
    """Where a text in lower case speaks of one of these tables, or of what has its name in its own."""
    any_of = "|".join(re.escape(name.lower()) for name in sorted(names))
    return re.compile(rf"(?<![a-z0-9])(?:{any_of})(?![a-z0-9])")


_DIGITS: Final = re.compile(r"(\d+)")


def in_order(path: RepoPath) -> tuple[tuple[int, str], ...]:
    """Sorts paths as migration tools do: `V2` before `V10`."""
    return tuple((int(part) if part.isdecimal() else -1, part) for part in _DIGITS.split(path))


_IN_FOLDERS: Final = ("up.sql", "migration.sql")
"""Names of scripts that lie in a folder of their own each."""


def series_of(path: RepoPath) -> str:
    """The folder whose scripts a tool runs one after the other."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[0] if name.lower() in _IN_FOLDERS else folder


_OVER_ALL: Final = "all tables in schema"


def _is_over(act: acts.Grant, table: str) -> bool:
    """Whether rights are over several tables, this one among them."""
    if act.on.lower().startswith(_OVER_ALL):
        return not act.is_default
    over = act.on.replace('"', "").removeprefix("TABLE ").split(",") if not act.table else ()
    return any(each.strip().rpartition(".")[2].lower() == table.lower() for each in over)


def is_nowhere(act: Act) -> bool:
    """Whether an index is dropped and nothing says of which table: it may be of any."""
    return isinstance(act, acts.DropIndex) and not act.table


def is_type_renamed(act: Act) -> bool:
    """Whether a type goes by another name, and with it the columns of whatever table that have it."""
    return isinstance(act, acts.Rename) and act.kind == "type"

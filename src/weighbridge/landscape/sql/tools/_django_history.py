"""What earlier migrations of an app said of a model, read only as far back as it takes."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.facts.calls.forms import Arguments, Call, Form, Keyed, Listed, Name, Statement, Text, Unknown, within
from weighbridge.facts.calls.python import read_python
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import Around
from weighbridge.landscape.sql.tools._django_fields import Field, read_field
from weighbridge.landscape.sql.tools._repeated import repeated

_LABEL: Final = LatePattern(r"^[ \t]*label\s*(?::\s*str\s*)?=\s*[\"'](\w+)[\"']", re.MULTILINE)
_USER: Final = LatePattern(r"^[ \t]*AUTH_USER_MODEL\s*(?::[^=\n]+)?=\s*[\"'](\w+\.\w+)[\"']", re.MULTILINE)


class Operations(Struct, frozen=True, kw_only=True):
    """What a file says that its migration does: its `forms`, with what names stand for there."""

    forms: list[Form]
    names: Names
    migration: Statement
    replaces: tuple[tuple[str, str], ...] = ()
    """The migrations that it stands for, by app and name."""
    unsure: tuple[int, ...] = ()
    """Lines that do something else to the list of its operations."""


def operations_of(statements: tuple[Statement, ...]) -> Operations | None:
    """The operations of a file's migration; None where it holds none."""
    names = Names(statements)
    found = [
        e for e in statements if e.kind == "class" and (e.name == "Migration" or any(_is_base(t) for t in e.takes))
    ]
    if not found:
        return None
    migration = next((each for each in found if each.name == "Migration"), found[-1])
    inner = Names(migration.body, outer=names)
    forms: list[Form] = []
    unsure: list[int] = []
    around = [each for each in statements if each.kind not in ("def", "class")]
    for own, each in (*((True, e) for e in _done(migration.body)), *((False, e) for e in _done(around))):
        word = "operations" if own else f"{migration.name}.operations"
        value = each.value
        if each.kind == "bind" and each.name.rstrip("+") == word:
            forms += items_of(value, inner)
        elif isinstance(value, Call) and isinstance(value.of, Name) and value.of.id == word and value.name in _ADDS:
            forms += [form for given in value.arguments[-1:] for form in (_given(value, given.value, names=inner))]
        elif value is not None and any(isinstance(form, Name) and form.id.startswith(word) for form in within(value)):
            unsure.append(each.line)
    replaced = inner.of(Name("replaces"))
    return Operations(
        forms=forms,
        names=inner,
        migration=migration,
        replaces=tuple(_pairs(replaced, inner)),
        unsure=tuple(unsure),
    )


_ADDS: Final = ("append", "extend", "insert")


def _is_base(name: str) -> bool:
    return name.endswith("Migration")


def _done(body: Iterable[Statement]) -> Iterator[Statement]:
    """Statements with those in what they hold, functions and classes aside."""
    for each in body:
        if each.kind not in ("def", "class"):
            yield each
            yield from _done(each.body)


def _given(call: Call, form: Form, *, names: Names) -> list[Form]:
    return items_of(form, names) if call.name == "extend" else [form]


def _pairs(form: Form | None, names: Names) -> Iterator[tuple[str, str]]:
    for each in form.items if isinstance(form, Listed) else ():
        pair = names.of(each)
        words = [names.of(one) for one in pair.items] if isinstance(pair, Listed) else []
        first, second, *_ = [*(word.value if isinstance(word, Text) else "" for word in words), "", ""]
        yield first, second


def items_of(form: Form | None, names: Names, *, depth: int = 0) -> list[Form]:
    """What a list holds: lists that are added or spread in it too, and what a function hands out that only makes one."""
    value = names.of(form)
    if depth > _MOST_LISTS or value is None:
        return [value] if value is not None else []
    if isinstance(value, Listed):
        return [
            each
            for item in value.items
            for each in (items_of(item, names, depth=depth + 1) if _is_list(item, names) else [item])
        ]
    if isinstance(value, Unknown):
        if value.loops and (made := repeated(value, names)):
            return [each for one in made for each in items_of(one, names, depth=depth + 1)]
        found = [each for part in value.parts for each in items_of(part, names, depth=depth + 1)]
        return [each for each in found if isinstance(each, Call)] or [value]
    function = names.function(value.name) if isinstance(value, Call) and value.of is None else None
    if function is not None:
        block, around = function
        inner = Names(block.body, outer=around)
        handed = [each.value for each in block.body if each.kind == "return"]
        return items_of(handed[-1], inner, depth=depth + 1) if len(handed) == 1 else [value]
    return [value]


_MOST_LISTS: Final = 8


def _is_list(form: Form, names: Names) -> bool:
    return isinstance(form, Unknown) or isinstance(names.of(form), Listed)


def label_of(path: RepoPath, around: Around) -> str:
    """The label of the app that a migration is of."""
    app = folder_of(folder_of(path))
    name = app.rpartition("/")[2]
    text = around.text(RepoPath(f"{app}/apps.py"))
    found = _LABEL.search(text) if "label" in text else None
    return found[1] if found is not None else name


_LAST: Final = "~"
"""A name behind that of every migration."""


class History:
    """Answers for the migrations that come before one in its folder."""

    def __init__(self, path: RepoPath, around: Around) -> None:
        self._path = path
        self._around = around
        self._pieces: dict[RepoPath, tuple[_Piece, ...]] = {}
        self._plain: dict[RepoPath, str] = {}
        self._tables: dict[str, str] = {}
        self._others: dict[str, History] = {}

    @cached_property
    def label(self) -> str:
        """The app's label."""
        return label_of(self._path, self._around)

    @cached_property
    def user(self) -> str:
        """The model of those who log in, as the settings of the tree say: `app.model`; Django's own where none does."""
        found = {
            said[1].lower()
            for path in self._around.named("settings")
            if "AUTH_USER_MODEL" in self._around.text(path)
            and (said := _USER.search(self._around.text(path))) is not None
        }
        return found.pop() if len(found) == 1 else "auth.user"

    def table_in(self, app: str, model: str) -> str:
        """The table of a model of another app, where one folder here is that app's; else as Django names it by itself."""
        folders = self._around.folders(f"{app}/migrations")
        if len(folders) != 1:
            return f"{app}_{model}"
        if app not in self._others:
            self._others[app] = History(RepoPath(f"{folders[0]}/{_LAST}"), self._around)
        return self._others[app].table(model)

    def table(self, model: str, seen: frozenset[str] = frozenset()) -> str:
        """The table of a model of this app, by what was said of it last."""
        model = model.lower()
        if model not in self._tables:
            self._tables[model] = f"{self.label}_{model}" if model in seen else self._table(model, seen)
        return self._tables[model]

    def _table(self, model: str, seen: frozenset[str]) -> str:
        for operation, names in self._about(model, marks=("db_table", "altermodeltable", "renamemodel")):
            given = Arguments(operation)
            match operation.name:
                case "CreateModel" if _says(given.get("name", 0), model, names=names):
                    said = _option(given, "db_table", names=names)
                    return said.value if isinstance(said, Text) else f"{self.label}_{model}"
                case "AlterModelTable" if _says(given.get("name", 0), model, names=names):
                    table = names.of(given.get("table", 1))
                    return table.value if isinstance(table, Text) and table.value else f"{self.label}_{model}"
                case "RenameModel" if _says(given.get("new_name", 1), model, names=names):
                    old = names.of(given.get("old_name", 0))
                    before = self.table(old.value, seen | {model}) if isinstance(old, Text) else ""
                    usual = f"{self.label}_{old.value.lower()}" if isinstance(old, Text) else ""
                    return before if before and before != usual else f"{self.label}_{model}"
        return f"{self.label}_{model}"

    def field(self, model: str, name: str, *, seen: frozenset[tuple[str, str]] = frozenset()) -> Field | None:
        """A field as it was stated last; None where no migration here says."""
        model, name = model.lower(), name.lower()
        if (model, name) in seen:
            return None
        seen |= {(model, name)}
        for operation, names in self._about(name, model):
            if operation.name not in _SAY_FIELDS:
                continue
            given = Arguments(operation)
            match operation.name:
                case "AddField" | "AlterField" if _says(given.get("model_name", 0), model, names=names) and _says(
                    given.get("name", 1), name, names=names
                ):
                    return read_field(name, given.get("field", 2), names=names)
                case "CreateModel" if _says(given.get("name", 0), model, names=names):
                    return _field_in(given, name, names=names)
                case "RenameField" if _says(given.get("model_name", 0), model, names=names) and _says(
                    given.get("new_name", 2), name, names=names
                ):
                    old = names.of(given.get("old_name", 1))
                    before = self.field(model, old.value, seen=seen) if isinstance(old, Text) else None
                    return read_field(name, before.call, names=names) if before is not None else None
                case "RenameModel" if _says(given.get("new_name", 1), model, names=names):
                    old = names.of(given.get("old_name", 0))
                    if isinstance(old, Text) and old.value.lower() != model:
                        return self.field(old.value, name, seen=seen)
        return None

    def together(self, model: str, what: str) -> Form | None:
        """What was last said of `unique_together` or `index_together`; None where nothing was."""
        model = model.lower()
        for operation, names in self._about(model):
            given = Arguments(operation)
            if not _says(given.get("name", 0), model, names=names):
                continue
            if operation.name == "".join(part.capitalize() for part in ("alter", *what.split("_"))):
                return names.of(given.get(what, 1))
            if operation.name == "CreateModel":
                return _option(given, what, names=names)
        return None

    def constraint(self, model: str, name: str) -> Call | None:
        """A constraint as it was added."""
        model = model.lower()
        for operation, names in self._about(name, model):
            given = Arguments(operation)
            if operation.name.startswith("AddConstraint") and _says(given.get("model_name", 0), model, names=names):
                value = names.of(given.get("constraint", 1))
                said = names.of(Arguments(value).named.get("name")) if isinstance(value, Call) else None
                if isinstance(value, Call) and isinstance(said, Text) and said.value == name:
                    return value
        return None

    @cached_property
    def _before(self) -> tuple[RepoPath, ...]:
        """The migrations before this one, the latest first."""
        found = [
            each for each in self._around.beside(self._path) if each < self._path and not each.endswith("__init__.py")
        ]
        return tuple(reversed(found))

    def _about(self, *words: str, marks: tuple[str, ...] = ()) -> Iterator[tuple[Call, Names]]:
        """The operations of those migrations whose text has these words in quotes, and any of the marks, the latest first."""
        words = tuple(f"'{word}'" for word in words)
        for path in self._before:
            if path not in self._plain:
                self._plain[path] = _plain(self._around.text(path))
            if not _has(self._plain[path], words):
                continue
            if path not in self._pieces:
                self._pieces[path] = _pieces(self._around.text(path))
            for piece in self._pieces[path]:
                if _has(piece.plain, words) and (not marks or any(mark in piece.plain for mark in marks)):
                    yield from piece.operations


_SAY_FIELDS: Final = ("AddField", "AlterField", "CreateModel", "RenameField", "RenameModel")


class _Piece:
    """A part of a migration's text that holds whole operations, which are read when one is asked for; the last first."""

    def __init__(self, text: str, *, is_whole: bool) -> None:
        self._text = text
        self._is_whole = is_whole
        self.plain = _plain(text)

    @cached_property
    def operations(self) -> list[tuple[Call, Names]]:
        """The operations, those within others too."""
        if self._is_whole:
            return _operations(self._text)
        try:
            read = read_python(f"[\n{self._text}]\n")
        except TooDeepError:
            return []
        listed = read[0].value if read else None
        return list(_told(listed.items if isinstance(listed, Listed) else (), Names()))[::-1]


_LAID_OUT: Final = LatePattern(r"^    operations = \[\n((?: {8}[^\n]*\n|[ \t]*\n)*)    \]", re.MULTILINE)
"""The operations as Django itself writes them, one behind the other at one depth."""
_BEGINS: Final = LatePattern(r"^ {8}(?=[\w.]+\()", re.MULTILINE)
_NEEDS_MORE: Final = LatePattern(r"^[A-Za-z_]\w*\s*(?::[^=\n]+)?=(?!=)|operations\s*(?:\+=|\.\w+\()", re.MULTILINE)
"""What tells that operations may need something that stands elsewhere in the file."""
_OWN_LISTS: Final = LatePattern(
    r"^    (?!operations\b|dependencies\b|initial\b|replaces\b|atomic\b|run_before\b)\w+\s*(?::[^=\n]+)?=", re.MULTILINE
)
"""The same of the migration's class."""
_BY_HAND: Final = LatePattern(r"\"{3}|'{3}|^ {8}(?![\w.]+\(|[)\]#\s])", re.MULTILINE)


def _pieces(text: str) -> tuple[_Piece, ...]:
    """The operations of a file one by one where they can be told apart without being read, else all in one; the last first."""
    if "operations" not in text:
        return ()
    found = _LAID_OUT.search(text)
    is_by_hand = found is None or _BY_HAND.search(found[1]) is not None
    own = next(_OWN_LISTS.finditer(text, text.find("\nclass ")), None)
    if found is None or is_by_hand or own is not None or _NEEDS_MORE.search(text) is not None:
        return (_Piece(text, is_whole=True),)
    starts = [each.start() for each in _BEGINS.finditer(found[1])]
    ends = [*starts[1:], len(found[1])] if starts else []
    between = list(zip(starts, ends, strict=True))
    return tuple(_Piece(found[1][start:end], is_whole=False) for start, end in reversed(between))


def _plain(text: str) -> str:
    return text.lower().replace('"', "'")


def _has(text: str, words: tuple[str, ...]) -> bool:
    last = words[-1] in text
    return last and ((len(words) == 1 or words[0] in text) or "renamemodel" in text)


def _operations(text: str) -> list[tuple[Call, Names]]:
    """The operations of a migration, those within others too, the last first."""
    try:
        found = operations_of(read_python(text))
    except TooDeepError:
        found = None
    return list(_told(found.forms, found.names))[::-1] if found is not None else []


def _told(forms: Iterable[Form], names: Names) -> Iterator[tuple[Call, Names]]:
    for form in forms:
        call = names.of(form)
        if not isinstance(call, Call):
            continue
        if call.name != "SeparateDatabaseAndState":
            yield call, names
            continue
        given = Arguments(call)
        for each in (*given.named.values(), *given.listed):
            yield from ((one, names) for one in items_of(each, names) if isinstance(one, Call))


def _says(form: Form | None, word: str, *, names: Names) -> bool:
    value = names.of(form)
    return isinstance(value, Text) and value.value.lower() == word


def _option(given: Arguments, name: str, *, names: Names) -> Form | None:
    options = names.of(given.get("options", 2))
    if not isinstance(options, Keyed):
        return None
    return next((names.of(v) for k, v in options.pairs if isinstance(k, Text) and k.value == name), None)


def fields_of(given: Arguments, names: Names) -> list[Field] | None:
    """The fields that a model is created with; None where they are not written there."""
    value = names.of(given.get("fields", 1))
    if not isinstance(value, Listed):
        return None
    found: list[Field] = []
    for each in value.items:
        pair = names.of(each)
        if not isinstance(pair, Listed) or len(pair.items) != 2:
            return None
        name = names.of(pair.items[0])
        field = read_field(name.value.lower(), pair.items[1], names=names) if isinstance(name, Text) else None
        if field is None:
            return None
        found.append(field)
    return found


def _field_in(given: Arguments, name: str, *, names: Names) -> Field | None:
    return next((each for each in fields_of(given, names) or () if each.name == name), None)

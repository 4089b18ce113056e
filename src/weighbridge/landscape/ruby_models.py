"""What Ruby asks of a table through ActiveRecord: by the class that stands for it, told by its file's name or by what it says.

Ruby has no facts here: its lines are read as text when a table or a column is dropped or renamed, and at no other time.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.worded_texts import WordedTexts

_MOST_FILES: Final = 4_000
"""Beyond so many files only those are read whose path names the table or its class."""
_MOST_BYTES: Final = 400_000
_MOST_ANCESTORS: Final = 6
_MOST_REMEMBERED: Final = 1 << 14
_PLAIN: Final = frozenset(
    {"Struct", "Object", "BasicObject", "Data", "new", "SimpleDelegator", "Delegator", "Hash", "Array", "Module"}
)
"""Classes of Ruby's own, which stand for no table."""
_KINDS: Final = (".rb", ".rake", ".erb", ".haml", ".slim", ".jbuilder")
_APART: Final = LatePattern(r"(^|/)(db|config|vendor|node_modules|spec|test|tests|features|factories|fixtures)/")
_MODELS: Final = LatePattern(r"(^|/)app/models/(?P<name>.+)\.rb$")
_CLASS: Final = LatePattern(r"class\s+(?:\w+::)*(?P<name>[A-Z]\w*)(?:\s*<\s*(?:::)?(?P<of>[\w:]+))?")
_SAYS_TABLE: Final = LatePattern(r"^[ \t]*self\.table_name\s*=\s*[\"':](?:\w+\.)?(?P<table>\w+)", re.MULTILINE)
_INCLUDES: Final = LatePattern(r"^[ \t]*(?:include|prepend)\s+([A-Z][\w:]*(?:\s*,\s*[A-Z][\w:]*)*)", re.MULTILINE)
_IGNORED: Final = LatePattern(r"\bignored_columns\s*(?:\+=|=|<<|\.push)\s*", re.MULTILINE)
_COMMENT: Final = LatePattern(r"(?:^|\s)#(?!\{).*$")
_IRREGULAR: Final = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "geese": "goose", "data": "datum",
    "media": "medium", "criteria": "criterion", "indices": "index", "vertices": "vertex", "matrices": "matrix", "oxen": "ox",
}  # fmt: skip


class RubyReader(Struct, frozen=True):
    """A line that asks for a table or a column; `is_own` where it is of the class that stands for the table."""

    path: RepoPath
    line: int
    is_own: bool


class _Model(Struct, frozen=True):
    """The classes that stand for a table: their files, their names, what one or many of it are called, what methods they define."""

    files: frozenset[RepoPath]
    names: frozenset[str]
    singular: frozenset[str]
    methods: frozenset[str]


class RubyModels:
    """Answers for one landscape; `texts` holds what was read already, of this landscape or of another."""

    def __init__(self, landscape: Landscape, *, texts: dict[ObjectId, str | None]) -> None:
        self._landscape = landscape
        self._texts = WordedTexts(landscape, texts=texts, most_bytes=_MOST_BYTES)
        self._models: dict[str, _Model | None] = {}
        self._classes: dict[RepoPath, tuple[str, str]] = {}

    def readers(self, table: str, column: str = "") -> Iterator[RubyReader]:
        """The lines that surely ask for a column of a table; without a column, those that name the class that stands for it."""
        model = self._model(table)
        if model is None:
            return
        asking = _asking(model, table=table, column=column)
        words = rf"{re.escape(column)}(?:\b|_was\b|_changed\?)" if column else _any_of({table, *model.names})
        is_near = re.compile(words).search
        near = self._near(model, asking, table=table, column=column)
        self._texts.load(near)
        for path in near:
            text = self._text(path)
            if path not in model.files and not is_near(text):
                continue
            for line in _lines(text, asking, path=path, is_own=path in model.files):
                yield RubyReader(path, line, is_own=path in model.files)

    def ignoring(self, table: str, column: str) -> RubyReader | None:
        """Where the class says that it does without a column, so that nothing asks for it unless by its name."""
        model = self._model(table)
        for path in sorted(model.files) if model is not None else ():
            text = self._text(path)
            for found in _without(text):
                if re.search(rf"\b{re.escape(column)}\b", _value(text[found.end() :])):
                    return RubyReader(path, text.count("\n", 0, found.start()) + 1, is_own=True)
        return None

    def naming(self, table: str) -> Iterator[tuple[RepoPath, str]]:
        """The files of code that may say the name of a table, or of a class that stands for it, with their texts."""
        words = (table, *self.classes(table))
        near = self._paths if len(self._paths) <= _MOST_FILES else [p for p in self._paths if table in p]
        saying = sorted(self._texts.saying(near, words))
        self._texts.load(saying)
        yield from ((path, self._text(path)) for path in saying)

    def classes(self, table: str) -> frozenset[str]:
        """The names of the classes that stand for a table."""
        model = self._model(table)
        return model.names if model is not None else frozenset()

    def class_texts(self, table: str) -> Iterator[str]:
        """What the files say of the classes that stand for a table, and of the modules that they take methods from."""
        model = self._model(table)
        for path in (*model.files, *self._included(model.files)) if model is not None else ():
            yield self._text(path)

    @cached_property
    def _paths(self) -> tuple[RepoPath, ...]:
        found = (path for path in self._landscape.tree.blobs if path.endswith(_KINDS))
        return tuple(path for path in found if _is_looked_at(path))

    @cached_property
    def _model_paths(self) -> dict[RepoPath, str]:
        """What stands for tables, each with what its path calls it."""
        named = ((path, _MODELS.search(path)) for path in self._paths if "app/models/" in path)
        return {path: found["name"] for path, found in named if found is not None}

    def _model(self, table: str) -> _Model | None:
        if table not in self._models:
            self._models[table] = self._find_model(table)
        return self._models[table]

    def _find_model(self, table: str) -> _Model | None:
        singular = singulars(table)
        files: set[RepoPath] = set()
        paths = self._model_paths if len(self._model_paths) <= _MOST_FILES else ()
        saying = self._texts.saying(self._texts.saying(paths, ("table_name",)), (table,))
        self._texts.load(saying)
        for path, name in self._model_paths.items():
            is_named = name.rpartition("/")[2] in singular or name.replace("/", "_") in singular
            said = self._said_table(path) if is_named or path in saying else ""
            if said == table if said else is_named:
                files.add(path)
        files = {path for path in files if self._is_record(path)}
        names = {name for path in files if (name := self._class(path)[0])}
        if not names:
            return None
        self._add_sharing(files, names)
        own = (
            re.findall(r"^\s*(?:def|attr_accessor|delegate|attribute)\s+:?(\w+)", self._text(p), re.M)
            for p in (*files, *self._included(files))
        )
        called = {*singular, *(_underscored(name) for name in names)}
        return _Model(frozenset(files), frozenset(names), frozenset(called), frozenset(w for each in own for w in each))

    def _add_sharing(self, files: set[RepoPath], names: set[str]) -> None:
        """Those whose classes come of the ones there are, and so share the table."""
        saying = self._texts.saying(self._model_paths, names)
        self._texts.load(saying)
        for path in self._model_paths:
            name, of = self._class(path) if path in saying else ("", "")
            if of in names:
                files.add(path)
                if name not in names:
                    names.add(name)
                    saying |= self._texts.saying(self._model_paths, (name,))

    def _included(self, files: Iterable[RepoPath]) -> Iterator[RepoPath]:
        """The modules that classes take methods from, by their names."""
        said = (
            name for path in files for found in _INCLUDES.finditer(self._text(path)) for name in found[1].split(",")
        )
        wanted = {_underscored(name.strip().rpartition("::")[2]) for name in said}
        yield from (path for path, name in self._model_paths.items() if name.rpartition("/")[2] in wanted)

    def _is_record(self, path: RepoPath) -> bool:
        """Whether the class of a file is one of ActiveRecord's, by what it comes of; a class of a library that is not here may be."""
        for _ in range(_MOST_ANCESTORS):
            name, above = self._class(path)
            if not name or self._said_table(path) or "< ActiveRecord::Base" in self._text(path):
                return True
            if not above or above in _PLAIN or above.endswith("Error"):
                return False
            at = next(
                (each for each, name in self._model_paths.items() if name.rpartition("/")[2] == _underscored(above)),
                None,
            )
            if at is None or at == path:
                return True
            path = at
        return True

    def _class(self, path: RepoPath) -> tuple[str, str]:
        """The first class of a file, and the last name of the one it comes of; empty where there is none."""
        if path not in self._classes:
            text = self._text(path)
            every = _CLASS.finditer(text)
            found = next((e for e in every if not text[text.rfind("\n", 0, e.start()) + 1 : e.start()].strip()), None)
            self._classes[path] = (found["name"], (found["of"] or "").rpartition("::")[2]) if found else ("", "")
        return self._classes[path]

    def _said_table(self, path: RepoPath) -> str:
        """The table that a file says its class stands for; empty where it leaves that to its name."""
        text = self._text(path)
        found = _SAYS_TABLE.search(text) if "self.table_name" in text else None
        return found["table"] if found else ""

    def _candidates(self, table: str, model: _Model) -> Iterator[RepoPath]:
        is_all = len(self._paths) <= _MOST_FILES
        words = (table, *model.singular)
        for path in self._paths:
            if is_all or path in model.files or any(word in path for word in words):
                yield path

    def _near(self, model: _Model, asking: "_Asking", *, table: str, column: str) -> list[RepoPath]:
        """The candidates that say a word without which no line of theirs asks: the others need not be read."""
        candidates = tuple(self._candidates(table, model))
        if not column:
            saying = self._texts.saying(candidates, model.names)
        else:
            saying = self._texts.saying(candidates, (column, f"{column}_was", f"{column}_changed"))
            apart = {path for path in saying if not asking.files.search(path)}
            saying -= apart - self._texts.saying(apart, (table, *model.singular, *model.names))
        return [path for path in candidates if path in saying or path in model.files]

    def _text(self, path: RepoPath) -> str:
        return self._texts.text(path)


@lru_cache(_MOST_REMEMBERED)
def _is_looked_at(path: RepoPath) -> bool:
    """Whether a file holds code that runs; both sides of a change ask."""
    return not _APART.search(path) and not is_test(path)


def singulars(table: str) -> frozenset[str]:
    """What one row of a table may be called, as Rails makes names."""
    head, _, last = table.rpartition("_")
    found = {table}
    if last in _IRREGULAR:
        found.add(f"{head}_{_IRREGULAR[last]}" if head else _IRREGULAR[last])
    for ending, instead in (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", "")):
        if table.endswith(ending):
            found.add(table.removesuffix(ending) + instead)
    return frozenset(found)


def _underscored(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _value(text: str) -> str:
    """What is given there: a list up to its end, else the line."""
    opened = text[:3].lstrip("%wi")[:1]
    close = {"[": "]", "(": ")", "{": "}"}.get(opened, "\n")
    end = text.find(close)
    return text[: end if end >= 0 else len(text)]


class _Asking(Struct, frozen=True):
    """What a line says that asks for a column, or for the class where no column is meant."""

    of_model: re.Pattern[str]
    """A row, rows or the class, of which something is asked: what follows may name the column."""
    names: re.Pattern[str]
    own: re.Pattern[str] | None
    """What the class itself says of its column."""
    member: re.Pattern[str] | None
    files: re.Pattern[str]
    subjects: tuple[str, ...]
    """One of these stands in every line in which a row, rows or the class stand."""
    keys: tuple[str, ...]
    """One of these stands in every line that asks, alone or as a part of a word."""


_OPTIONS: Final = frozenset(
    [
        "order",
        "length",
        "format",
        "presence",
        "uniqueness",
        "scope",
        "source",
        "default",
        "prefix",
        "suffix",
        "class_name",
        "foreign_key",
        "primary_key",
        "inverse_of",
        "dependent",
        "through",
        "optional",
        "touch",
        "on",
        "if",
        "unless",
        "with",
        "message",
        "in",
        "within",
        "allow_nil",
        "allow_blank",
        "as",
        "to",
        "only",
        "except",
        "type",
        "name",
        "limit",
        "index",
        "null",
        "precision",
        "scale",
        "comment",
        "polymorphic",
        "counter_cache",
        "autosave",
        "validate",
    ]
)
"""What calls of Rails are given by name: a column that goes by one is not meant by it."""


def _asking(model: _Model, *, table: str, column: str) -> _Asking:
    one = "|".join(sorted(map(re.escape, model.singular), key=len, reverse=True))
    classes = "|".join(sorted(map(re.escape, model.names)))
    files = re.compile(rf"(?:^|/)(?:{one}|{re.escape(table)})(?:_\w+\.\w+|/[^/]+)$|(?:^|/)(?:{one})\.json\.jbuilder$")
    if not column:
        named = re.compile(rf"(?<![\w:]){_any(classes)}(?=\.|::|\s*<|\b\s*$)|\bclass\s+{_any(classes)}\b")
        return _Asking(named, named, None, None, files, _shortest(model.names), _shortest(model.names))
    word = re.escape(column)
    key = "" if column in _OPTIONS else rf"|(?<![\w:]){word}:(?!:)"
    names = rf"(?<!:):{word}\b(?!:){key}|(?<![\w.)\]}}?!])[\"'](?!{_PROSE})[^\"']*\b{word}\b(?![\"']\s*=>)|\b{re.escape(table)}\.{word}\b|\bfind_(?:or_\w+_)?by_(?:\w+_and_)?{word}\b"
    own = (
        names
        if column in model.methods
        else rf"{names}|\bself\.{word}\b|(?<![\w.@:$\"'/-]){word}\b(?!\s*(?:=[^=~]|:|\())"
    )
    keys = [column]
    if column.endswith("_id"):
        keys.append("belongs_to")
        own += rf"|^\s*belongs_to\s+:{re.escape(column.removesuffix('_id'))}\b"
    if column == "password_digest":
        keys.append("has_secure_password")
        own += r"|^\s*has_secure_password\b"
    member = None if column in model.methods else re.compile(rf"\b(?:\w+_)?(?:{one})&?\.{word}(?:\b|_was\b|_changed\?)")
    return _Asking(
        re.compile(
            rf"(?<![\w:])(?:{_any(classes)}(?=\.|::)|(?:\w+_)?{_any(one)}(?=&?\.|\[|,\s*:))|\b{re.escape(table)}\."
        ),
        re.compile(names),
        re.compile(own),
        member,
        files,
        _shortest({*model.names, *model.singular, table}),
        tuple(keys),
    )


_PROSE: Final = r"(?-i:[A-Z][a-z]+) [^\"'=<>?:;(]*[\"']"
"""A text for people: a sentence, and nothing in it that SQL has."""


def _any_of(words: Collection[str]) -> str:
    return "|".join(map(re.escape, sorted(words)))


def _any(words: str) -> str:
    return f"(?:{words})"


def _lines(text: str, asking: _Asking, *, path: RepoPath, is_own: bool) -> Iterator[int]:
    """The lines that ask, each once; a statement goes on where a parenthesis is open, or the next line begins with a dot."""
    if not _holds(text, asking.keys):
        return
    depth, is_going_on = 0, False
    is_of_it = asking.files.search(path) is not None
    ignored = {at for found in _without(text) for at in _lines_of(text, found)}
    for number, whole in enumerate(text.split("\n"), 1):
        may_ask = _holds(whole, asking.keys)
        if not (may_ask or is_going_on or _holds(whole, asking.subjects)):
            continue
        line = _COMMENT.sub("", whole) if "#" in whole else whole
        if not line.strip() or number in ignored:
            continue
        is_going_on = is_going_on and (depth > 0 or line.lstrip().startswith((".", "&.")))
        begins = None if is_going_on else asking.of_model.search(line)
        if begins is not None:
            depth, is_going_on = 0, True
            rest = line[begins.start() :]
        else:
            rest = line if is_going_on else ""
        depth = depth + sum(map(line.count, "([{")) - sum(map(line.count, ")]}")) if is_going_on else 0
        if not may_ask:
            continue
        is_said = asking.names.search(line) is not None if is_of_it or is_own else False
        if asking.own is not None and is_own:
            is_said = asking.own.search(line) is not None
        if is_said or (rest and asking.names.search(rest)) or (asking.member and asking.member.search(line)):
            yield number


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return any(map(text.__contains__, words))  # a generator would take half of the time that a search does


def _shortest(words: Collection[str]) -> tuple[str, ...]:
    """Those that hold no other of them: a text that holds none of these holds none at all."""
    return tuple(word for word in sorted(words) if not any(each in word for each in words if each != word))


def _without(text: str) -> Iterator[re.Match[str]]:
    """Where a class says which columns it does without."""
    return _IGNORED.finditer(text) if "ignored_columns" in text else iter(())


def _lines_of(text: str, found: re.Match[str]) -> range:
    first = text.count("\n", 0, found.start()) + 1
    return range(first, first + _value(text[found.end() :]).count("\n") + 1)

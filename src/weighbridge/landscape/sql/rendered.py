"""What a tool's migration does to a database, rendered to the acts of statements by reading its source, never by running it."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Call, Text
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.facts.sql.acts import Act, AddColumn, ChangeType, CreateTable, Delete, Type, Update
from weighbridge.facts.sql.executed import may_hand_over
from weighbridge.facts.sql.lexemes import Unread
from weighbridge.facts.sql.reading import Deed, placed, read_deeds
from weighbridge.landscape.tree import Tree

MOST_BYTES: Final = 1_000_000
_LONGEST: Final = 500
_HOLE: Final = "wb_hole"
_MOST_NAMED: Final = 16
UNNAMED: Final = "a table whose name is not written here"
"""How a table is called that may be any."""


class Rendered(Struct, frozen=True, kw_only=True):
    """What a migration does: `undoing` only when it is taken back. `is_together` is None where that is not known."""

    deeds: tuple[Deed, ...] = ()
    undoing: tuple[Deed, ...] = ()
    unread: tuple[Unread, ...] = ()
    is_together: bool | None = None
    dialect: Dialect | None = None
    unsupported: str = ""
    """The tool whose migration it is, where nobody here reads them."""


class Around:
    """The other files of the tree that a migration lies in, read when one is asked for."""

    def __init__(
        self,
        tree: Callable[[], Tree] = Tree,
        read: Callable[[ObjectId, int], bytes | CouldNotLook] | None = None,
        *,
        before: Callable[[], Tree] | None = None,
    ) -> None:
        self._tree = tree
        self._read = read
        self._before = before or tree
        self._texts: dict[RepoPath, str] = {}
        self._named: dict[str, list[RepoPath]] = {}

    def beside(self, path: RepoPath) -> tuple[RepoPath, ...]:
        """The code files in the folder of one, sorted."""
        return tuple(sorted(self._tree().code_folders.get(folder_of(path), ())))

    def has(self, path: RepoPath) -> bool:
        """Whether a file is there, or was before the change, in any folder of that path."""
        trees = (self._tree(), self._before())
        if any(path in tree.blobs for tree in trees):
            return True
        ending = f"/{folder_of(path)}"
        folders = ((each, paths) for tree in trees for each, paths in tree.code_folders.items())
        return any(
            RepoPath(f"{each}/{path.rpartition('/')[2]}") in paths
            for each, paths in folders
            if f"/{each}".endswith(ending)
        )

    def has_file(self, path: str) -> bool:
        """Whether a file is there."""
        return path in self._tree().blobs

    def lies(self, path: str) -> bool:
        """Whether a file or a folder is there whose path is this, or ends so."""
        within = f"/{path}/"
        return any(within in f"/{each}/" for each in self._tree().blobs)

    def ending(self, path: str) -> list[RepoPath]:
        """The files whose path is this, or ends so, a few of them: those that lie the least deep first."""
        found = [each for each in self._tree().blobs if each.endswith(path) and f"/{each}".endswith(f"/{path}")]
        return sorted(found, key=lambda each: (each.count("/"), each))[:_MOST_NAMED]

    def folders(self, name: str) -> list[RepoPath]:
        """The folders of code whose path ends so."""
        return [each for each in self._tree().code_folders if f"/{each}".endswith(f"/{name}")]

    def named(self, word: str) -> list[RepoPath]:
        """The code files that are called so, begin so or lie in a folder of that name, a few of them."""
        if word in self._named:
            return self._named[word]
        folders = self._tree().code_folders.items()
        within = (each for folder, paths in folders if folder.rpartition("/")[2] == word for each in sorted(paths))
        called = (each for _, paths in folders for each in paths if each.rpartition("/")[2].startswith(word))
        self._named[word] = list(dict.fromkeys((*within, *called)))[:_MOST_NAMED]
        return self._named[word]

    def text(self, path: RepoPath) -> str:
        """A file's text; empty where there is none."""
        if path not in self._texts:
            blob = self._blob(path)
            data = self._read(blob.oid, MOST_BYTES) if blob is not None and self._read is not None else b""
            self._texts[path] = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
        return self._texts[path]

    def _blob(self, path: RepoPath) -> Blob | None:
        blobs = self._tree().blobs
        return blobs.get(path)


class Script(Struct, frozen=True, kw_only=True):
    """A migration's file and what lies around it."""

    path: RepoPath
    text: str
    around: Around


class Tool(Struct, frozen=True, kw_only=True):
    """A tool that runs migrations: which files are its, and what they do."""

    claims: Callable[[RepoPath, str], bool]
    render: Callable[[Script], Rendered]


def render(tool: Tool, script: Script) -> Rendered:
    """What a migration does; one that nobody writes so deep is not read."""
    try:
        return tool.render(script)
    except TooDeepError:
        return Rendered(unread=(Unread(1, script.text.count("\n") + 1, "it is nested too deep to be read"),))


class NotWrittenError(Exception):
    """What an operation does cannot be told from where it stands; the message says why."""


class Sheet:
    """Takes down what a migration does, in order."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._done: dict[tuple[bool, Deed], None] = {}  # what is done again on the same lines is one deed
        self._unread: dict[Unread, None] = {}
        self.elsewhere: Call | None = None
        """The call by which code of another file is reached, whose own lines say nothing here."""
        self._seen: Callable[[tuple[Act, ...]], tuple[Act, ...]] = tuple
        self.makes_unnamed = False
        """Whether a table is made whose name is not written: what is done to such a one may be done to it."""
        self.is_undoing = False
        """Whether what comes is done only to take the migration back."""
        self.part = 0
        """The part of the migration that is committed together with what comes; negative where each is for itself."""
        self.dialects: frozenset[Dialect] | None = None
        """The databases in which what comes may be done, where conditions say so."""

    @property
    def source(self) -> str:
        """What is read; empty while code of another file is."""
        return self._source if self.elsewhere is None else ""

    def rendered(self, *, is_together: bool | None, dialect: Dialect | None = None) -> Rendered:
        """All that was taken down."""
        if self.makes_unnamed:
            kept = (each for each in self._done if not any(act.table == UNNAMED for act in each[1].acts))
            self._done = dict.fromkeys(kept)
        return Rendered(
            deeds=_with_types(deed for is_back, deed in self._done if not is_back),
            undoing=tuple(deed for is_back, deed in self._done if is_back),
            unread=tuple(self._unread),
            is_together=is_together,
            dialect=dialect,
        )

    @property
    def has_deeds(self) -> bool:
        """Whether anything is done."""
        return bool(self._done)

    def does(self, at: Call, *acts: Act) -> None:
        """What a call does."""
        said = self.elsewhere or at
        self.does_on(at.line, at.end_line, acts=acts, text=self._source[said.start : said.end])

    def does_on(self, line: int, end_line: int, *, acts: Iterable[Act], text: str) -> None:
        """What is done on some lines."""
        line, end_line = self._lines(line, end_line)
        placed = tuple(replace(act, line=line, end_line=end_line) for act in acts)
        if placed:
            said = " ".join(text[: 2 * _LONGEST].split())[:_LONGEST]
            self._add(Deed(acts=placed, text=said, line=line, end_line=end_line, part=self.part))

    def runs(self, text: Text | None, at: Call, *, why: str = "its SQL is put together when it runs") -> None:
        """The statements of a text; None where it is not written there."""
        if text is None:
            self.misses(at.line, at.end_line, why=why)
            return
        if text.has_holes and not _takes_values(text.value):
            self.misses(text.line, text.end_line, why=why)
        self.runs_script(text)

    def runs_in_turn(self, text: Text | None, at: Call, *, seen: Callable[[tuple[Act, ...]], tuple[Act, ...]]) -> None:
        """The statements of a text, each with what they come to where a loop runs them again and again."""
        had, self._seen = self._seen, seen
        self.runs(text, at)
        self._seen = had

    def runs_script(self, text: Text) -> None:
        """The statements of a text, those aside whose table is filled in."""
        if self.elsewhere is not None:
            line, end_line = self._lines(0, 0)
            text = replace(text, line=line, end_line=end_line, is_as_laid_out=False)
        only = next(iter(self.dialects)) if self.dialects is not None and len(self.dialects) == 1 else None
        found = read_deeds(text.value.replace("{}", _HOLE), text.line, dialect=only)
        for deed in found.statements:
            kept = self._seen(tuple(_shown(act) for act in deed.acts if _HOLE not in act.table))
            shown = replace(deed, acts=kept, text=deed.text.replace(_HOLE, "{}"), part=self.part)
            if kept:
                self._add(shown if text.is_as_laid_out else placed(shown, text.line, end_line=text.end_line))
        if not text.has_holes:
            for each in found.unread:
                self.misses(each.line, each.end_line, why=each.why)

    def misses(self, line: int, end_line: int, *, why: str) -> None:
        """Lines that are not understood; what is not about going forward is nobody's matter."""
        if self.elsewhere is not None:
            why = "not all that it calls in other files is known here"
        if not self.is_undoing:
            self._unread[Unread(*self._lines(line, end_line), why)] = None

    def _lines(self, line: int, end_line: int) -> tuple[int, int]:
        return (line, end_line) if self.elsewhere is None else (self.elsewhere.line, self.elsewhere.end_line)

    def _add(self, deed: Deed) -> None:
        self._done[self.is_undoing, replace(deed, dialects=self.dialects)] = None


def _takes_values(text: str) -> bool:
    """Whether all that is filled in stands in quotes, in statements that write rows: whatever it is, it is a value there."""
    is_plain = _WRITES.match(text) is not None and _RUNS_TEXT.search(text) is None and not may_hand_over(text)
    return (
        is_plain
        and "{}" not in _QUOTED.sub("''", text)
        and all(_WRITES.match(each) is not None for each in text.split(";") if each.strip())
    )


_WRITES: Final = LatePattern(r"\s*(?:insert|update|delete)\b", re.IGNORECASE)
_RUNS_TEXT: Final = LatePattern(r"\$\$|\b(?:execute|exec|prepare|do\s+(?!nothing|update))\b", re.IGNORECASE)
_QUOTED: Final = LatePattern(r"'(?:[^']|'')*'")


def _shown(act: Act) -> Act:
    """An act whose condition shows what is filled in as the source does."""
    where = act.where if isinstance(act, Update | Delete) else None
    if where is None or _HOLE not in where.text:
        return act
    return replace(act, where=replace(where, text=where.text.replace(_HOLE, "{}")))


def _with_types(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """Statements whose changes of a type say what it was, where the same migration gave it before."""
    types: dict[tuple[str, str], Type] = {}
    found: list[Deed] = []
    for deed in deeds:
        kept: list[Act] = []
        for act in deed.acts:
            match act:
                case CreateTable(columns=columns):
                    types |= {(act.table, each.name): each.type for each in columns}
                case AddColumn(column=column):
                    types[act.table, column.name] = column.type
                case ChangeType(column=name, to=to, was=was):
                    before = was or types.get((act.table, name))
                    types[act.table, name] = to
                    kept.append(replace(act, was=before if before is not None and before.name else None))
                    continue
            kept.append(act)
        found.append(replace(deed, acts=tuple(kept)))
    return tuple(found)

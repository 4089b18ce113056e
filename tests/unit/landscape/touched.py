"""A change held in memory: path to the texts before and after, None where the file does not exist."""

import difflib
import hashlib
from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from tests.unit.landscape.held import Held

from weighbridge.domain.change import Blob, Change, ChangeKind, FileChange, FileStatus, LineRange, Mode
from weighbridge.domain.ids import ObjectId, RepoPath, SymbolId, symbol_path
from weighbridge.domain.outcomes import CouldNotLook, Coverage
from weighbridge.domain.places import Side
from weighbridge.domain.system import Surface
from weighbridge.facts.extract import extract
from weighbridge.facts.extractor import ExtractionError
from weighbridge.facts.model import FileFacts
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode, changed_symbols
from weighbridge.landscape.components.find import find_components
from weighbridge.landscape.coverage import measure_coverage
from weighbridge.landscape.description import DeclaredSurface
from weighbridge.landscape.shared_use import SharedUse, Users
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.surfaces.find import Surroundings, find_surfaces
from weighbridge.landscape.tree import Tree

Texts = Mapping[str, tuple[str | None, str | None]]


class Touched:
    """Files with their texts on both sides, all of which land on the same places."""

    def __init__(self, texts: Texts, *, lands_on: Sequence[str] | None = None) -> None:
        self.texts = texts
        self.lands_on = None if lands_on is None else tuple(map(RepoPath, lands_on))

    def of(self, path: RepoPath, side: Side = Side.HEAD) -> bytes | CouldNotLook | None:
        text = self.texts[path][0 if side is Side.BASE else 1]
        return None if text is None else text.encode()

    @property
    def change(self) -> Change:
        none = ObjectId("0" * 40)
        files = tuple(replace(self._file(path), lands_on=self.lands_on) for path in self.texts)
        return Change(
            repository="shop",
            kind=ChangeKind.RANGE,
            range_text="a..b",
            base_tree=none,
            head_tree=none,
            base_commit=None,
            head_commit=None,
            files=files,
        )

    @property
    def code(self) -> CodeChange:
        files = [file for file in self.change.files if role_of(file.path) in CODE]
        return CodeChange(files={file.path: self._code(file) for file in files})

    def surfaces(
        self, *, users: Mapping[str, Users] | None = None, declared: Sequence[DeclaredSurface] = ()
    ) -> list[Surface]:
        paths = [RepoPath(path) for path in self.texts]
        surroundings = Surroundings(
            components=find_components(paths, lambda path: self.of(path) or b""),
            use=SharedUse(
                importing={symbol_path(SymbolId(symbol)): each.files for symbol, each in (users or {}).items()},
                users={SymbolId(symbol): each for symbol, each in (users or {}).items()},
            ),
            declared=declared,
        )
        return list(find_surfaces(self.change, self.code, contents=self, surroundings=surroundings))

    def coverage(self, told: Mapping[RepoPath, CouldNotLook | None] | None = None) -> Coverage:
        texts = {_oid(text): text.encode() for sides in self.texts.values() for text in sides if text is not None}

        def read(oid: ObjectId, limit: int) -> bytes:
            return texts[oid][:limit]

        contents = ChangedBytes(self.change, read)
        sql = SqlChange(self.change, contents, before=Before(tree=lambda: Tree({})), blobs=Held(texts))
        return measure_coverage(self.change, self.code, contents=contents, sql=sql, for_rules=told or {})

    def _file(self, path: str) -> FileChange:
        before, after = self.texts[path]
        blobs = [Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=_oid(text or "")) for text in (before, after)]
        status = FileStatus.ADDED if before is None else FileStatus.DELETED if after is None else FileStatus.MODIFIED
        added, removed = _ranges(before or "", after or "")
        return FileChange(
            status=status,
            base=None if before is None else blobs[0],
            head=None if after is None else blobs[1],
            added=added,
            removed=removed,
        )

    def _code(self, file: FileChange) -> FileCode:
        role = role_of(file.path)
        base, head = (_facts(self.texts[file.path][side], role) for side in (0, 1))
        symbols = changed_symbols(file, base, head=head)
        return FileCode(change=file, role=role, base=base, head=head, symbols=symbols)


def _oid(text: str) -> ObjectId:
    return ObjectId(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def _ranges(before: str, after: str) -> tuple[tuple[LineRange, ...], tuple[LineRange, ...]]:
    """The lines only head has, and the lines only the base had."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    changes = [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    added = tuple(LineRange(start=c + 1, end=d) for _, _, c, d in changes)
    return added, tuple(LineRange(start=a + 1, end=b) for a, b, _, _ in changes)


def _facts(text: str | None, role: str) -> FileFacts | None:
    """The facts of one side; None also where nothing reads the language yet."""
    try:
        return None if text is None else extract(text.encode(), role)
    except ExtractionError:
        return None

"""What a change does to code: the definitions that differ between base and head, and how deep they changed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct, field

from weighbridge.domain.change import Blob, Change, FileChange
from weighbridge.domain.ids import RepoPath, symbol_id
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.facts.model import Attribute, Call, Definition, FileFacts, Name, Step
from weighbridge.facts.roles import CODE, code_role, role_of
from weighbridge.landscape.source import FactSource

_LINES: Final = re.compile(rb",\d+\]")
"""The line at the end of each encoded call."""

_LINE: Final = LatePattern(r"@\d+(:\d+)?")
"""The line that an unnamed definition is told apart by."""

_ALL: Final = "__all__"


class FileCode(Struct, frozen=True, kw_only=True):
    """One changed code file with its facts on both sides; None where it does not exist or could not be read."""

    change: FileChange
    role: str
    base: FileFacts | None
    head: FileFacts | None
    missing: CouldNotLook | None = None
    """Why a side that exists has no facts."""
    symbols: tuple[ChangedSymbol, ...] = ()

    def on(self, side: Side) -> FileFacts | None:
        """The facts on one side."""
        return self.head if side is Side.HEAD else self.base


class CodeChange(Struct, frozen=True, kw_only=True):
    """The changed code files of a change, by the path a reader knows them by."""

    files: Mapping[RepoPath, FileCode] = field(default_factory=dict)

    @property
    def symbols(self) -> tuple[ChangedSymbol, ...]:
        """Every changed symbol, file by file."""
        return tuple(symbol for file in self.files.values() for symbol in file.symbols)

    def of_role(self, *roles: str) -> Iterator[FileCode]:
        """The changed files of these roles."""
        return (file for file in self.files.values() if file.role in roles)


def code_change(change: Change, source: FactSource) -> CodeChange:
    """The changed code files of `change` with their facts on both sides."""
    files = [file for file in change.files if role_of(file.path) in CODE]
    blobs = [blob for file in files for blob in (file.base, file.head) if blob is not None and code_role(blob)]
    facts = source.load(blobs)
    return CodeChange(files={file.path: _file_code(file, facts) for file in files})


def _file_code(change: FileChange, facts: Mapping[Blob, FileFacts | CouldNotLook]) -> FileCode:
    base, head = ((facts.get(blob) if blob else None) for blob in (change.base, change.head))
    missing = next((side for side in (head, base) if isinstance(side, CouldNotLook)), None)
    before = None if isinstance(base, CouldNotLook) else base
    after = None if isinstance(head, CouldNotLook) else head
    symbols = changed_symbols(change, before, head=after) if missing is None else ()
    role = role_of(change.path)
    return FileCode(change=change, role=role, base=before, head=after, missing=missing, symbols=symbols)


def changed_symbols(change: FileChange, base: FileFacts | None, *, head: FileFacts | None) -> tuple[ChangedSymbol, ...]:
    """The definitions that differ, matched by qualified name, in head's order and then the removed ones."""
    before, after = _by_name(base), _by_name(head)
    found: list[ChangedSymbol] = []
    for key, (name, definition) in after.items():
        old = before[key][1] if key in before else None
        depth = _depth(old, definition)
        if depth is ChangeDepth.BODY and definition.kind == "module" and _top_level(base) == _top_level(head):
            depth = ChangeDepth.TEXT  # what was added to the file is a definition of its own
        if depth is not None:
            found.append(_changed(change, name, depth=depth, before=old, after=definition))
    found += _changed_exports(change, base, head=head, known=found)
    for key, (name, definition) in before.items():
        if key not in after:
            found.append(_changed(change, name, depth=ChangeDepth.REMOVED, before=definition, after=None))
    return tuple(found)


def _changed_exports(
    change: FileChange, base: FileFacts | None, *, head: FileFacts | None, known: Sequence[ChangedSymbol]
) -> Iterator[ChangedSymbol]:
    """Python's `__all__`, when calls change it (`__all__.extend(…)`) and not its assignment."""
    if base is None or head is None or head.language != "python" or _listed(base) == _listed(head):
        return
    for definition in head.definitions:
        if definition.name == _ALL and definition.parent == 0 and not any(s.symbol.endswith(f"#{_ALL}") for s in known):
            yield _changed(change, _ALL, depth=ChangeDepth.BODY, before=definition, after=definition)
            return


def _listed(facts: FileFacts) -> set[str]:
    return {export.name for export in facts.exports}


def _top_level(facts: FileFacts | None) -> list[tuple[str, bytes]]:
    """What runs when the file is loaded, without the bindings of names, which are definitions of their own."""
    steps = (s for s in facts.steps if s.scope == 0) if facts else ()
    bare = (s for s in steps if (s.kind != "bind" or not isinstance(s.target, Name)) and not _is_about_exports(s))
    return [(step.kind, _LINES.sub(b"", msgspec.json.encode(step.value))) for step in bare]


def _is_about_exports(step: Step) -> bool:
    match step.value:
        case Call(function=Attribute(of=Name(id="__all__"))):
            return step.kind == "use"
        case _:
            return False


def _by_name(facts: FileFacts | None) -> dict[tuple[str, int], tuple[str, Definition]]:
    """Definitions with their qualified names; the key leaves out line numbers and counts equal names.

    So a definition inside an unnamed function is the same one after the function has moved, and the second of two overloads is
    compared with the second.
    """
    found: dict[tuple[str, int], tuple[str, Definition]] = {}
    counts: Counter[str] = Counter()
    for index, definition in enumerate(facts.definitions if facts else ()):
        if definition.kind == "lambda":
            continue  # what it does counts for the definition that holds it
        name = facts.qualified_name(index) if facts else ""
        plain = _LINE.sub("@", name)
        found[plain, counts[plain]] = (name, definition)
        counts[plain] += 1
    return found


def _depth(before: Definition | None, after: Definition) -> ChangeDepth | None:
    if before is None:
        return ChangeDepth.ADDED
    if before.signature != after.signature or before.kind != after.kind:
        return ChangeDepth.SIGNATURE
    if before.body != after.body:
        return ChangeDepth.BODY
    return ChangeDepth.TEXT if before.text != after.text else None


def _changed(
    change: FileChange, name: str, *, depth: ChangeDepth, before: Definition | None, after: Definition | None
) -> ChangedSymbol:
    blob = change.base if after is None else change.head
    shown = after or before
    assert blob is not None, "a definition stands in a file"
    assert shown is not None, "a changed definition exists on one side"
    return ChangedSymbol(
        symbol=symbol_id(blob.path, name),
        kind=shown.kind,
        depth=depth,
        line=shown.line,
        before=before.signature if before else "",
        after=after.signature if after else "",
    )

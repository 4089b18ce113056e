"""What a change does to code: the definitions that differ between base and head, and how deep they changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.change import Blob, Change, FileChange
from weighbridge.domain.ids import RepoPath, symbol_id
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Attribute, Call, FileFacts, Name, Step
from weighbridge.facts.roles import CODE, code_role, role_of
from weighbridge.landscape.file_names import FileNames
from weighbridge.landscape.flow import Flow
from weighbridge.landscape.old_calls import is_overridden_here, takes_old_calls
from weighbridge.landscape.pairing import Named, Pair, pairs
from weighbridge.landscape.source import FactSource
from weighbridge.landscape.use import is_used_alike, renames_parameters

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

    def at(self, line: int, *, symbol: str) -> Place:
        """A line of head, within a definition."""
        return Place(path=self.change.path, line=line, end_line=line, symbol=symbol)


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
    facts = source.load(blobs, in_detail=True)
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
    found: list[ChangedSymbol] = []
    gone: list[ChangedSymbol] = []
    left, paired = _names(head), pairs(base, head)
    silenced = _silenced(paired, base, head=head)
    for pair in paired:
        depth = ChangeDepth.REMOVED if pair in silenced else _depth(pair, head)
        if depth is ChangeDepth.REMOVED and pair.head is None and pair.base is not None and pair.base.name in left:
            depth = ChangeDepth.SIGNATURE  # one of several overloads: others of its name are still there
        if depth is ChangeDepth.BODY and _is_module(pair) and _top_level(base) == _top_level(head):
            depth = ChangeDepth.TEXT  # what was added to the file is a definition of its own
        if depth is not None:
            (gone if depth is ChangeDepth.REMOVED else found).append(_changed(change, pair, depth=depth))
    return (*found, *_changed_exports(change, base, head=head, paired=paired, known=found), *gone)


def _silenced(paired: Sequence[Pair], base: FileFacts | None, *, head: FileFacts | None) -> list[Pair]:
    """The definitions that stand in head as before, and whose names it takes away again or never comes to give."""
    after = Flow(FileNames(head)) if head else None
    if base is None or after is None or not after.may_lack:
        return []
    before = Flow(FileNames(base))
    return [
        pair
        for pair in paired
        if pair.base is not None
        and pair.head is not None
        and _gives(before, pair.base)
        and not _gives(after, pair.head)
    ]


def _gives(flow: Flow, named: Named) -> bool:
    return named.index == 0 or flow.gives(named.definition.parent, named.definition.name)


def _changed_exports(
    change: FileChange,
    base: FileFacts | None,
    *,
    head: FileFacts | None,
    paired: Sequence[Pair],
    known: Sequence[ChangedSymbol],
) -> Iterator[ChangedSymbol]:
    """Python's `__all__`, when calls change it (`__all__.extend(…)`) and not its assignment."""
    if base is None or head is None or head.language != "python" or _listed(base) == _listed(head):
        return
    for pair in paired:
        if pair.head is not None and pair.head.name == _ALL and not any(s.symbol.endswith(f"#{_ALL}") for s in known):
            yield _changed(change, pair, depth=ChangeDepth.BODY)
            return


def _listed(facts: FileFacts) -> set[str]:
    return {export.name for export in facts.exports}


def _top_level(facts: FileFacts | None) -> tuple[list[tuple[str, bytes]], list[str]]:
    """What runs when the file is loaded, without the bindings of names, which are definitions of their own.

    Functions without a name that are written there have nobody else to count for: what they do is told by their digests.
    """
    steps = (s for s in facts.steps if s.scope == 0) if facts else ()
    bare = (s for s in steps if (s.kind != "bind" or not isinstance(s.target, Name)) and not _is_about_exports(s))
    unnamed = {0}
    bodies: list[str] = []
    definitions = facts.definitions if facts else ()
    variables = (d for d in definitions if d.kind == "variable" and d.parent == 0)
    held = {line for d in variables for line in range(d.line, d.end_line + 1)}  # whose values are theirs
    for index, definition in enumerate(definitions):
        if definition.kind == "lambda" and definition.parent in unnamed and definition.line not in held:
            unnamed.add(index)
            bodies.append(definition.body)
    return [(step.kind, without_lines(step.value)) for step in bare], bodies


def _is_about_exports(step: Step) -> bool:
    match step.value:
        case Call(function=Attribute(of=Name(id="__all__"))):
            return step.kind == "use"
        case _:
            return False


def _names(facts: FileFacts | None) -> frozenset[str]:
    """The whole names of a file's definitions; inside what has no name every test has its own."""
    names = (facts.qualified_name(at) for at in range(len(facts.definitions))) if facts else ()
    return frozenset(name for name in names if "@" not in name)


def _is_module(pair: Pair) -> bool:
    return pair.head is not None and pair.head.definition.kind == "module"


def _depth(pair: Pair, head: FileFacts | None) -> ChangeDepth | None:
    if pair.base is None:
        return ChangeDepth.ADDED
    if pair.head is None or head is None:
        return ChangeDepth.REMOVED
    before, after = pair.base.definition, pair.head.definition
    language = head.language
    is_renamed = renames_parameters(before, after, language=language)
    if not is_renamed and not is_used_alike(before, after, language=language):
        is_kept = takes_old_calls(before, after, language=language) and not is_overridden_here(head, pair.head.index)
        return ChangeDepth.BODY if is_kept else ChangeDepth.SIGNATURE
    is_typed_otherwise = language == "python" and before.signature != after.signature  # which frameworks read
    is_named_otherwise = is_renamed and language == "java"  # what some frameworks fill parameters by
    if before.body != after.body or is_typed_otherwise or is_named_otherwise or pair.is_moved:
        return ChangeDepth.BODY
    return ChangeDepth.TEXT if before.text != after.text else None


def _changed(change: FileChange, pair: Pair, *, depth: ChangeDepth) -> ChangedSymbol:
    is_gone = depth is ChangeDepth.REMOVED or pair.head is None
    blob = change.base if is_gone else change.head
    shown = pair.base if is_gone else pair.head
    assert blob is not None, "a definition stands in a file"
    assert shown is not None, "a changed definition exists on one side"
    return ChangedSymbol(
        symbol=symbol_id(blob.path, shown.name),
        kind=shown.definition.kind,
        depth=depth,
        line=shown.definition.line,
        before=pair.base.definition.signature if pair.base else "",
        after=pair.head.definition.signature if pair.head else "",
    )

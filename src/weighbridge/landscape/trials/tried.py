"""Which tests name a definition, or anything that leads to it: what no test names at all, none can reach by a name."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test, stands_aside

_MOST_FILES: Final = 60
"""Files that are read to find who leads to one file's definitions; beyond, it counts as led to."""
_MOST_FUNCTIONS: Final = 40
"""Changed functions of one file that are looked at."""
_MOST_NAMES: Final = 200
_DEEPEST: Final = 4
_SHORTEST: Final = 3
"""Lines of a definition that is worth a test of its own: shorter ones hand something through."""
_OUTSIDE: Final = frozenset({"http", "cli", "job", "consumer", "main"})
_CHANGED: Final = (ChangeDepth.BODY, ChangeDepth.SIGNATURE, ChangeDepth.ADDED)


class Untried(Struct, frozen=True, kw_only=True):
    """The changed definitions of a file that no test reaches by any name, and the tests that lie nearest."""

    names: tuple[str, ...]
    lines: tuple[int, ...]
    nearest: tuple[RepoPath, ...]


def changed_functions(file: FileCode) -> Iterator[tuple[ChangedSymbol, Definition]]:
    """The functions of a file that do something else now, or are new; what is declared, generated or tiny left out."""
    facts = file.head
    if facts is None or facts.is_generated or file.change.path.endswith((".pyi", ".d.ts")):
        return
    for symbol in file.symbols:
        if symbol.depth not in _CHANGED or symbol.kind not in ("function", "method"):
            continue
        index = facts.only(symbol_name(symbol.symbol))
        definition = facts.definitions[index] if index is not None else None
        if definition is not None and not definition.is_abstract and _is_worth_it(definition):
            yield symbol, definition


def _is_worth_it(definition: Definition) -> bool:
    is_special = definition.name.startswith("__") or definition.name in (
        "<init>",
        "constructor",
        "init",
        "main",
        "toString",
    )
    return definition.end_line - definition.line >= _SHORTEST and not is_special


def untried(file: FileCode, view: View) -> Untried | None:
    """What of a file no test reaches; None where all of it may be."""
    path = file.change.path
    if is_test(path) or stands_aside(path):
        return None
    changed = list(changed_functions(file))[:_MOST_FUNCTIONS]
    found = [(s, d) for s, d in changed if not _may_be_reached(d, file.head, view=view)]
    if not found:
        return None
    names = tuple(symbol_name(symbol.symbol) for symbol, _ in found)
    lines = tuple(symbol.line for symbol, _ in found)
    return Untried(names=names, lines=lines, nearest=tuple(_nearest(path, file.head, view=view)))


def _may_be_reached(definition: Definition, facts: FileFacts | None, *, view: View) -> bool:
    """Whether a test names a definition, or one that names it, and so on: by its last name, whatever else has that."""
    if _is_served(definition, facts):
        return True  # what a framework calls is reached without its name
    pending, seen, files = [(definition.name, 0)], {definition.name}, 0
    while pending:
        name, depth = pending.pop(0)
        mentioning = view.landscape.files_with(f"m:{name}")
        if any(is_test(path) for path in mentioning):
            return True
        files += len(mentioning)
        if files > _MOST_FILES or len(seen) > _MOST_NAMES or depth >= _DEEPEST:
            return True
        view.landscape.load(mentioning)
        for path in mentioning:
            for holder in _holders(view, path, name=name):
                if holder is None:
                    return True  # it runs when the file is loaded, or is handed on there
                if holder not in seen:
                    seen.add(holder)
                    pending.append((holder, depth + 1))
    return False


def _is_served(definition: Definition, facts: FileFacts | None) -> bool:
    if definition.decorators or facts is None:
        return True
    index = next((at for at, each in enumerate(facts.definitions) if each is definition), -1)
    owner = facts.definitions[definition.parent] if definition.parent > 0 else None
    is_of_heir = owner is not None and bool(owner.bases)
    return is_of_heir or any(entry.scope == index for entry in facts.entry_points if entry.kind in _OUTSIDE)


def _holders(view: View, path: RepoPath, *, name: str) -> Iterator[str | None]:
    """The names of the functions of a file that mention a name; None where one stands outside of all, or in one that is served."""
    facts = view.landscape.facts(path)
    for mention in view.references.mentions_of(path, name) if facts is not None else ():
        scope = mention.source
        while facts is not None and scope > 0 and facts.definitions[scope].kind not in ("function", "method"):
            scope = facts.definitions[scope].parent
        if facts is None or scope <= 0 or _is_served(facts.definitions[scope], facts):
            yield None
        else:
            yield facts.definitions[scope].name


def _nearest(path: RepoPath, facts: FileFacts | None, *, view: View) -> Iterable[RepoPath]:
    """The tests that name most of what else the file defines; where none does, those that are called after it."""
    counted: dict[RepoPath, int] = {}
    for definition in facts.definitions[1:200] if facts is not None else ():
        if definition.kind in ("function", "class", "method") and len(definition.name) > _SHORTEST:
            for other in view.landscape.files_with(f"m:{definition.name}"):
                if is_test(other):
                    counted[other] = counted.get(other, 0) + 1
    stem = path.rpartition("/")[2].partition(".")[0]
    called: Sequence[RepoPath] = [p for p in counted if stem in p]
    return (called or sorted(counted, key=lambda p: (-counted[p], p)))[:3]

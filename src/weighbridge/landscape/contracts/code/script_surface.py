"""What a package of npm hands out: each name by the definition it is, found from the files that others import."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Export, FileFacts, Name
from weighbridge.landscape.contracts.code.packages import Published
from weighbridge.landscape.contracts.code.script_entries import entries_of
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

_FURTHEST: Final = 8
"""Files through which a name is handed on."""

_ALL: Final = "*"


class _Wanted(NamedTuple):
    """A name of a file that is handed out, `*` for all: `entry` is what is imported, `shown` what it is called there."""

    path: RepoPath
    name: str
    entry: str
    shown: str = ""


class Hop(NamedTuple):
    """A line of a file that hands on what stands elsewhere."""

    path: RepoPath
    line: int


class Surface:
    """Answers for one side of a change."""

    def __init__(self, view: View, package: Published) -> None:
        self._view = view
        self._names: dict[tuple[RepoPath, str], str] = {}
        self._given: dict[str, set[str]] = {}
        self._seen: set[_Wanted] = set()
        self._hops: list[Hop] = []
        self._through: dict[Hop, dict[str, None]] = {}
        for entry, path in entries_of(package, lambda p: p in view.landscape.tree, listing=view.landscape.tree.blobs):
            self._given.setdefault(entry, set())
            self._walk(_Wanted(path, _ALL, entry))

    def address(self, path: RepoPath, name: str) -> str:
        """What others call a top-level name of a file: the entry, a space, the name; empty where they cannot have it."""
        return self._names.get((path, name), "")

    def reaches(self, path: RepoPath) -> bool:
        """Whether any of what others import leads through a file."""
        return any(each.path == path for each in self._seen)

    def gives(self, address: str) -> bool:
        """Whether a name is handed out, as far as is known."""
        entry, _, name = address.partition(" ")
        return name in self._given.get(entry, ())

    def handed_by(self, path: RepoPath) -> Iterator[tuple[int, str]]:
        """The names that a file hands on of others, each with the line that does."""
        for hop, addresses in self._through.items():
            if hop.path == path:
                yield from ((hop.line, address) for address in addresses)

    def definition(self, address: str) -> tuple[RepoPath, str] | None:
        """The file and name that is handed out so; None where it is none of the package's own."""
        return next((where for where, each in self._names.items() if each == address), None)

    def _walk(self, wanted: _Wanted, deep: int = 0) -> None:
        facts = self._view.landscape.facts(wanted.path)
        if facts is None or deep > _FURTHEST or wanted in self._seen:
            return
        self._seen.add(wanted)
        name, is_all = wanted.name, wanted.name == _ALL
        for definition in facts.definitions:
            head = definition.signature
            is_out = head.startswith("export ") and not head.startswith("export default ")
            if definition.parent == 0 and (is_out if is_all else definition.name == name):
                self._give(wanted, definition.name)
        for export in facts.exports:
            if export.name == _ALL:
                self._follow(export, wanted._replace(name=name), facts=facts, deep=deep)
            elif export.name == name or (is_all and (export.name != "default" or not deep)):
                self._follow(
                    export,
                    wanted._replace(name=_inner(export), shown=wanted.shown or export.name),
                    facts=facts,
                    deep=deep,
                )
        for each in facts.imports if not is_all else ():
            if each.alias == name and each.scope == 0 and each.name:
                hop = Export(name, Name(each.name), each.line, each.module)
                self._follow(hop, wanted._replace(name=each.name), facts=facts, deep=deep)

    def _follow(self, export: Export, wanted: _Wanted, *, facts: FileFacts, deep: int) -> None:
        """What a file hands on; a name from outside the package is given by it all the same."""
        self._hops.append(Hop(wanted.path, export.line))
        if wanted.shown:
            self._add(wanted, wanted.shown)
        self._behind(export, wanted, facts=facts, deep=deep)
        self._hops.pop()

    def _behind(self, export: Export, wanted: _Wanted, *, facts: FileFacts, deep: int) -> None:
        if not export.module:
            if wanted.name:
                self._walk(wanted, deep + 1)
            return
        target, _ = self._view.evaluator.modules.passed_on(export, wanted.path, facts=facts)
        if wanted.name and isinstance(target, Symbol) and target.index == 0:
            self._walk(wanted._replace(path=target.path), deep + 1)

    def _give(self, wanted: _Wanted, name: str) -> None:
        shown = wanted.shown or name
        self._add(wanted, shown)
        self._names.setdefault((wanted.path, name), f"{wanted.entry} {shown}")

    def _add(self, wanted: _Wanted, shown: str) -> None:
        self._given[wanted.entry].add(shown)
        for hop in self._hops:
            self._through.setdefault(hop, {})[f"{wanted.entry} {shown}"] = None


def _inner(export: Export) -> str:
    return export.value.id if isinstance(export.value, Name) else ""

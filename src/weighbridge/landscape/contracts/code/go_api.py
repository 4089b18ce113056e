"""What a change takes from those who import a module of Go."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.facts.go_structs import fields_of
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, REMOVED, TYPE, ApiBreak, is_deprecated, place_of
from weighbridge.landscape.contracts.code.go_aliases import GoAliases
from weighbridge.landscape.contracts.code.go_constants import of_another_type
from weighbridge.landscape.contracts.code.go_constraints import OF_UNKNOWN, GoConstraints, Verdict
from weighbridge.landscape.contracts.code.go_forms import is_same_type, says_deprecated
from weighbridge.landscape.contracts.code.go_implementers import GoImplementers
from weighbridge.landscape.contracts.code.go_pointers import GoPointers
from weighbridge.landscape.contracts.code.go_programs import ASIDE, GoPrograms
from weighbridge.landscape.contracts.code.go_widened import Side as Seen
from weighbridge.landscape.contracts.code.go_widened import is_nobody_elses, widened
from weighbridge.landscape.contracts.code.go_words import OF_POINTER, OF_TYPES, RECEIVER, short, told_of
from weighbridge.landscape.contracts.code.packages import Published, Sides
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.manifests.golang import required_modules, used_folders
from weighbridge.landscape.terms import import_keys
from weighbridge.landscape.values import Package, Symbol

_INNER: Final = "internal"


class GoApi:
    """Answers for one module."""

    def __init__(self, landscapes: Landscapes, package: Published, *, read: Sides) -> None:
        self._landscapes = landscapes
        self._package = package
        self._read = read
        self._constraints = GoConstraints(landscapes)
        self._pointers = GoPointers(landscapes)
        self._implementers = GoImplementers(landscapes, is_theirs=self._is_theirs, address=self._address)

    def breaks(self, file: FileCode) -> Iterator[ApiBreak]:
        """What one changed file takes away."""
        for each in self._all(file):
            main = self._program(file)
            why = f"it is of a program (`{main}`), and nothing here tells others to import it" if main else ""
            yield replace(each, because=why or each.because)

    def _all(self, file: FileCode) -> Iterator[ApiBreak]:
        facts, base = file.base, file.change.base
        if facts is None or base is None:
            return
        if not self._is_theirs(base.path, facts):
            for symbol in file.symbols if _INNER in base.path.split("/") else ():
                yield from self._implementers.through(file, symbol, severity=self._severity(file))
            return
        address = self._address(base.path)
        by_name = {facts.qualified_name(index): index for index in range(len(facts.definitions))}
        gone = {symbol_name(s.symbol) for s in file.symbols if s.depth is ChangeDepth.REMOVED} - {""}
        if told := list(self._package_gone(file, facts, address=address)):
            yield from told
            return
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol)
            index = by_name.get(name)
            yield from self._constraints.breaks(file, symbol, address=address, severity=self._severity(file))
            if not _is_public(name):
                yield from self._implementers.through(file, symbol, severity=self._severity(file))
                continue
            if symbol.depth is ChangeDepth.REMOVED and index is not None and name.rpartition(".")[0] not in gone:
                yield from self._gone(file, facts, index=index, address=address)
                yield from self._elsewhere(file, facts, symbol=symbol, address=address)
            elif _may_be_otherwise(symbol) and index is not None and file.head is not None:
                yield from self._otherwise(file, facts, symbol=symbol, address=address)
            elif symbol.depth is ChangeDepth.ADDED and file.head is not None:
                severity = self._severity(file)
                yield from self._implementers.asked(file, symbol, address=address, severity=severity)
        yield from self._fields(file, address=address)

    def _package_gone(self, file: FileCode, facts: FileFacts, *, address: str) -> Iterator[ApiBreak]:
        """A package that others import and that is at another address now, or gone as a whole: told once."""
        base, head = file.change.base, file.change.head
        folder = RepoPath(folder_of(base.path)) if base else RepoPath("")
        files = self._landscapes.head.landscape.tree.code_folders.get(folder, ())
        is_left = base is not None and (head is None or folder_of(head.path) != folder)
        if not is_left or any(each.endswith(".go") and not each.endswith("_test.go") for each in files):
            return
        for index, definition in enumerate(facts.definitions):
            if index and definition.parent == 0 and _is_public(definition.name):
                for each in self._gone(file, facts, index=index, address=address):
                    words = f"the package `{address}` is gone: what imports it does not compile"
                    yield replace(each, words=words, address=address, stood="", owner="", is_deprecated=False)
                return

    def _fields(self, file: FileCode, *, address: str) -> Iterator[ApiBreak]:
        """Fields of structs that are gone, or hold something else."""
        texts = [
            self._read[at](blob.path) if blob else None for at, blob in enumerate((file.change.base, file.change.head))
        ]
        old, new = (fields_of(text) if isinstance(text, bytes) else [] for text in texts)
        lines = texts[0].decode("utf-8", "replace").splitlines() if isinstance(texts[0], bytes) else []
        now, owners = {(each.owner, each.name): each for each in new}, {each.owner for each in new}
        for each in old:
            after = now.get((each.owner, each.name))
            if each.owner not in owners or not _is_public(each.owner) or not each.is_exported:
                continue  # what is gone as a whole is told as that
            if after is not None and self._is_one(file, each.type, now=after.type):
                continue
            name, shown = f"{each.owner}.{each.name}", each.type.replace(" ", "")
            words = (
                "is gone: what uses it does not compile"
                if after is None
                else (
                    f"is `{after.type.replace(' ', '')}` now and was `{shown}`: what reads or sets it does not compile"
                )
            )
            blob = file.change.head if after else file.change.base
            assert blob is not None, "it was read from there"
            line = after.line if after else each.line
            yield ApiBreak(
                kind=TYPE if after else REMOVED,
                severity=self._severity(file),
                confidence=Confidence.MEDIUM,
                words=f"`{address}.{name}` {words}",
                place=Place(
                    path=blob.path, line=line, end_line=line, symbol=name, side=Side.HEAD if after else Side.BASE
                ),
                address=f"{address}.{name}",
                owner=f"{address}.{each.owner}",
                stood=name,
                is_deprecated=says_deprecated(lines, each.line),
            )

    def _is_one(self, file: FileCode, was: str, *, now: str) -> bool:
        """Whether two types are one, by whatever names."""
        base, head = file.change.base, file.change.head
        if was == now or base is None or head is None:
            return was == now
        folders = [RepoPath(folder_of(each.path)) for each in (base, head)]
        sides = zip(self._aliases, (was, now), folders, strict=True)
        first, second = (aliases.written_out(text, folder) for aliases, text, folder in sides)
        return first.replace(" ", "") == second.replace(" ", "")

    def _is_theirs(self, path: RepoPath, facts: FileFacts) -> bool:
        """Whether others can import the package that a file is of."""
        parts = self._below(path).split("/")
        return not (
            path.endswith("_test.go")
            or facts.is_generated
            or facts.package == "main"
            or facts.package.endswith("_test")
            or any(part in ASIDE or part.startswith(("_", ".")) for part in parts[:-1])
        )

    def _below(self, path: RepoPath) -> str:
        root = self._package.root
        return path[len(root) + 1 :] if root else path

    def _address(self, path: RepoPath) -> str:
        below = folder_of(RepoPath(self._below(path)))
        return f"{self._package.name}/{below}" if below else self._package.name

    @cached_property
    def _programs(self) -> GoPrograms:
        return GoPrograms(self._landscapes.base, self._package, read=self._read[0])

    def _program(self, file: FileCode) -> str:
        """The file that begins the program which a file's package is of; empty where others are to import the package."""
        base = file.change.base
        return self._programs.of(RepoPath(folder_of(base.path))) if base else ""

    def _severity(self, file: FileCode) -> Severity:
        """Of a module that is a program, packages can be imported and seldom are."""
        return Severity.MEDIUM if self._program(file) or self._is_inner else Severity.HIGH

    @cached_property
    def _is_inner(self) -> bool:
        """Whether a module is found by a workspace alone: code beside it imports it, and no `go.mod` there asks for a version of it."""
        root, read = self._package.root, self._read[0]
        above = root
        while above:
            above = folder_of(above)
            data = read(RepoPath(f"{above}/go.work" if above else "go.work"))
            if isinstance(data, bytes):
                used = used_folders(data, above)
                others = [read(RepoPath(f"{each}/go.mod" if each else "go.mod")) for each in used - {root}]
                asked = (isinstance(each, bytes) and self._package.name in required_modules(each) for each in others)
                return root in used and not any(asked) and self._is_imported_beside()
        return False

    def _is_imported_beside(self) -> bool:
        landscape, name = self._landscapes.base.landscape, self._package.name
        for path in landscape.files_with("i:" + next(import_keys(name), name)):
            facts = None if path.startswith(f"{self._package.root}/") else landscape.facts(path)
            if facts and any(each.module == name or each.module.startswith(f"{name}/") for each in facts.imports):
                return True
        return False

    def _gone(self, file: FileCode, facts: FileFacts, *, index: int, address: str) -> Iterator[ApiBreak]:
        base = file.change.base
        assert base is not None, "what is gone stood on the base"
        name = facts.qualified_name(index)
        if _stands(self._landscapes.head, RepoPath(folder_of(base.path)), facts=facts, index=index):
            return
        yield ApiBreak(
            kind=REMOVED,
            severity=self._severity(file),
            words=f"`{address}.{name}` is gone: what uses it does not compile",
            place=place_of(file, facts, index=index, side=Side.BASE),
            address=f"{address}.{name}",
            owner=f"{address}.{name.rpartition('.')[0]}" if "." in name else "",
            stood=name,
            is_deprecated=is_deprecated(facts, index),
        )

    def _elsewhere(
        self, file: FileCode, facts: FileFacts, *, symbol: ChangedSymbol, address: str
    ) -> Iterator[ApiBreak]:
        """What is otherwise in a definition that stands in another file of its package now."""
        base, name, landscape = file.change.base, symbol_name(symbol.symbol), self._landscapes.head.landscape
        before = facts.only(name)
        if base is None or before is None:
            return
        for path in landscape.tree.code_folders.get(RepoPath(folder_of(base.path)), ()):
            there = landscape.facts(path) if path != base.path and path.endswith(".go") else None
            after = there.only(name) if there is not None and there.package == facts.package else None
            if there is None or after is None:
                continue
            now = there.definitions[after].signature
            if now != symbol.before:
                moved = replace(file, head=there, change=replace(file.change, head=landscape.tree.blobs[path]))
                yield from self._otherwise(moved, facts, symbol=replace(symbol, after=now), address=address)
            return

    def _otherwise(
        self, file: FileCode, facts: FileFacts, *, symbol: ChangedSymbol, address: str
    ) -> Iterator[ApiBreak]:
        name = symbol_name(symbol.symbol)
        assert file.head is not None, "what is otherwise stands in head"
        before, after = facts.only(name), file.head.only(name)
        if before is None or after is None:
            return  # of several systems each has its own
        symbol = self._written_out(file, symbol)
        told = told_of(symbol) if symbol.before != symbol.after else None
        if told is None and symbol.kind == "variable" and (other := of_another_type(name, facts, head=file.head)):
            told = (TYPE, *other)
        is_type = told is not None and told[0] == TYPE and symbol.kind not in OF_TYPES
        if told is None or (is_type and is_same_type(symbol.before, symbol.after, name=name, sides=(facts, file.head))):
            return
        kind, severity, words = told
        owner, method = self._owner(file, name) if words == OF_POINTER else None, name.rpartition(".")[2]
        if owner is not None and (unmet := self._pointers.unmet(owner, method)):
            severity, words = Severity.HIGH, f"{words}, and is no {', '.join(f'`{each}`' for each in unmet)} any more"
        verdict = self._constraints.verdict(file, symbol)
        if verdict is Verdict.HELD:
            return  # it is made for all types that it was made for
        if verdict is Verdict.UNKNOWN:
            severity, words = Severity.MEDIUM, words.rpartition(": ")[0] + OF_UNKNOWN
        more = self._more(file, facts, symbol=symbol, at=(before, after)) if kind == NARROWED else ""
        if more:
            severity, words = (
                Severity.MEDIUM,
                f"{more}: {words.rpartition(': ')[0]}, and what hands it on as a value, or asks for a method like it, does not compile",
            )
        was = f"`{address}.{name}`: it was `{short(symbol.before)}`" if kind == NARROWED else ""
        yield ApiBreak(
            kind=kind,
            severity=max(severity, self._severity(file), key=lambda each: each.rank),
            confidence=Confidence.LOW if verdict is Verdict.UNKNOWN else Confidence.HIGH,
            words=f"`{address}.{name}`: {words}",
            place=place_of(file, file.head, index=after, side=Side.HEAD),
            address=f"{address}.{name}",
            stood=name,
            symbol=Symbol(file.change.path, after) if symbol.kind in ("function", "method") else None,
            is_deprecated=is_deprecated(facts, before),
            broken_here=tuple(self._pointers.places(owner, method)) if owner is not None else (),
            known_as=was and f"{was}: calls of it, and what is used in its place, do not compile",
        )

    def _owner(self, file: FileCode, name: str) -> Symbol | None:
        """The type that a method of the base is of."""
        base, evaluator = file.change.base, self._landscapes.base.evaluator
        folder = Package(RepoPath(folder_of(base.path)), "go") if base else None
        owners = evaluator.modules.package_member(folder, name.rpartition(".")[0]) if folder else ()
        symbols = [each for each in owners if isinstance(each, Symbol)]
        return symbols[0] if len(symbols) == 1 else None

    def _written_out(self, file: FileCode, symbol: ChangedSymbol) -> ChangedSymbol:
        """A function or a variable without other names of types that are one."""
        if symbol.kind not in OF_TYPES:
            return symbol
        before, after = self._aliases
        was, now = (
            RepoPath(folder_of(blob.path)) if blob else RepoPath("") for blob in (file.change.base, file.change.head)
        )
        return replace(
            symbol, before=before.written_out(symbol.before, was), after=after.written_out(symbol.after, now)
        )

    @cached_property
    def _aliases(self) -> tuple[GoAliases, GoAliases]:
        return GoAliases(self._landscapes.base), GoAliases(self._landscapes.head)

    def _more(self, file: FileCode, facts: FileFacts, *, symbol: ChangedSymbol, at: tuple[int, int]) -> str:
        """In what every call of a function compiles as before, in words; empty of what others must have a method like."""
        base, head = file.change.base, file.head
        if base is None or head is None or symbol.kind not in ("function", "method"):
            return ""
        sides = (
            Seen(self._landscapes.base, base.path, facts=facts),
            Seen(self._landscapes.head, file.change.path, facts=head),
        )
        before, after = facts.definitions[at[0]], head.definitions[at[1]]
        called = (RECEIVER.sub("", symbol.before), RECEIVER.sub("", symbol.after))
        is_asked = facts.definitions[before.parent].kind == "interface"
        more = widened(before, after, called=called, sides=sides)
        return "" if is_asked and not (more and is_nobody_elses(before, sides[0])) else more


def _may_be_otherwise(symbol: ChangedSymbol) -> bool:
    """Whether something is declared in another way; of a constant or a variable its value tells the type."""
    return symbol.depth is ChangeDepth.SIGNATURE or (symbol.depth is ChangeDepth.BODY and symbol.kind == "variable")


def _is_public(name: str) -> bool:
    return bool(name) and "@" not in name and all(part[:1].isupper() for part in name.split("."))


def _stands(view: View, folder: RepoPath, *, facts: FileFacts, index: int) -> bool:
    """Whether a package has a definition of this name still, in whatever file."""
    definition = facts.definitions[index]
    modules = view.evaluator.modules
    if definition.receiver:
        owners = modules.package_member(Package(folder, "go"), definition.receiver)
        symbols = [each for each in owners if isinstance(each, Symbol)]
        return not symbols or any(view.evaluator.member(each, definition.name) for each in symbols)
    if definition.parent == 0:
        return bool(modules.package_member(Package(folder, "go"), definition.name))
    owners = modules.package_member(Package(folder, "go"), facts.definitions[definition.parent].name)
    return any(isinstance(each, Symbol) and view.evaluator.member(each, definition.name) for each in owners)

"""Uses that a removal leaves behind: imports and names that led to a definition on the base and lead nowhere in head."""

import builtins
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import Attribute, Expr, FileFacts, Import, Name, Text
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import CLASS_KINDS, SCRIPTS
from weighbridge.landscape.java_library import HOLDING_LITTLE
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.mentions import Mention
from weighbridge.landscape.openness import Openness
from weighbridge.landscape.script_aliases import may_hold
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import External, Instance, Package, Symbol, Value, Values

MOST_FILES: Final = 200
"""Where more files mention a name, only those that can get at the definition are looked through."""
MOST_NEAR: Final = 2_000
"""Where there are more of these, whether it is still used is not known."""

_KINDS: Final = ("function", "method", "class", "interface", "type", "variable", "module")
_BY_PACKAGE: Final = frozenset({"go", "java"})
"""Languages in which code is found by its package, whatever file it stands in."""

_OF_SCRIPTS: Final = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")
_OF_OBJECT: Final = ("equals", "hashCode", "toString", "getClass", "clone", "notify", "notifyAll", "wait", "finalize")

_NOT_OURS: Final = frozenset(
    {*dir(builtins), "arguments", "this", "super", "undefined", "console", "window", "document"}
)


class Removal(Struct, frozen=True, kw_only=True):
    """A definition that is gone, where it stood, and what in head still leads to it."""

    name: str
    kind: str
    stood: Place
    uses: tuple[Place, ...]


def dangling_uses(code: CodeChange, landscapes: Landscapes) -> Iterator[Removal]:
    """Every removed definition that head still uses; members of what is removed as a whole are not told again."""
    look = _Look(landscapes)
    told: set[tuple[Place, ...]] = set()  # of a Go package that is gone, each file says the same
    for file in code.files.values():
        if file.base is None:
            continue
        gone = [s for s in file.symbols if s.depth is ChangeDepth.REMOVED and s.kind in _KINDS]
        whole = {symbol_name(s.symbol) for s in gone}
        for symbol in (*_moved(file, file.base), *gone):
            name = symbol_name(symbol.symbol)
            is_of_file = name and "" in whole and file.base.language not in _BY_PACKAGE
            is_part = any(outer in whole for outer in _outer(name)) or is_of_file
            if "@" in name or is_part or landscapes.is_test(symbol_path(symbol.symbol)):
                continue
            uses = tuple(look.uses(symbol, file))
            if uses and uses not in told:
                told.add(uses)
                yield Removal(name=name, kind=symbol.kind, stood=_stood(symbol), uses=uses)


def _moved(file: FileCode, facts: FileFacts) -> Iterator[ChangedSymbol]:
    """What is gone by its name alone from where a file was moved away: the module, of Java the classes of the package."""
    base, head = file.change.base, file.change.head
    if base is None or head is None or base.path == head.path:
        return
    if facts.language != "java":
        yield ChangedSymbol(symbol=symbol_id(base.path, ""), kind="module", depth=ChangeDepth.REMOVED, line=1)
    elif file.head is None or file.head.package != facts.package:
        for each in facts.definitions:
            if each.parent == 0 and each.kind in CLASS_KINDS:
                symbol = symbol_id(base.path, each.name)
                yield ChangedSymbol(symbol=symbol, kind=each.kind, depth=ChangeDepth.REMOVED, line=each.line)


def _outer(name: str) -> Iterator[str]:
    """The names of the definitions around one."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _handed_out(name: str) -> str:
    """What importers call a definition: `exports.load` of a CommonJS module is `load`."""
    return name.removeprefix("module.").removeprefix("exports.")


def _stood(symbol: ChangedSymbol) -> Place:
    path, line = symbol_path(symbol.symbol), symbol.line
    return Place(path=path, line=line, end_line=line, symbol=symbol_name(symbol.symbol), side=Side.BASE)


class _Look:
    """Compares what a use leads to on both sides."""

    def __init__(self, landscapes: Landscapes) -> None:
        self._landscapes = landscapes
        self._base, self._head = landscapes.base, landscapes.head
        self._openness = Openness(self._head.evaluator)

    def uses(self, symbol: ChangedSymbol, file: FileCode) -> Iterator[Place]:
        """The places in head that lead to what is gone, code before tests, one for each line."""
        path, name = symbol_path(symbol.symbol), _handed_out(symbol_name(symbol.symbol))
        last = name.rpartition(".")[2]
        if last == "<init>":
            from weighbridge.landscape.lost_constructors import calls_of_lost_constructors  # noqa: PLC0415 - of Java alone

            yield from calls_of_lost_constructors(self._head, file.change.path, owner=name.rpartition(".")[0])
            return
        landscape = self._head.landscape
        candidates = set(landscape.files_with("m:" + last)) if last else set()
        if "." not in name:
            candidates |= self._head.importers.of(path)
        if len(candidates) > MOST_FILES:
            candidates &= self._near(path, name)
        if len(candidates) > MOST_NEAR:
            why = f"`{name or path}` is gone, and more files may use it than are looked through"
            self._head.evaluator.work.cut(path, why)
            return
        landscape.load(candidates)
        found: dict[tuple[RepoPath, int], Place] = {}
        for candidate in sorted(candidates, key=lambda p: (is_test(p), p)):
            facts = landscape.facts(candidate)
            for line, scope in self._in_file(candidate, facts, name=name, file=file) if facts else ():
                inside = facts.qualified_name(scope) if facts else ""
                found.setdefault((candidate, line), Place(path=candidate, line=line, end_line=line, symbol=inside))
        yield from found.values()

    def _near(self, path: RepoPath, name: str) -> frozenset[RepoPath]:
        """The files that can get at what stood in a file: a member through its class, all else through an import."""
        is_top_level = bool(name) and "." not in name
        near = self._head.importers.through(path, name) if is_top_level else self._head.importers.of(path)
        owner = name.rpartition(".")[0].rpartition(".")[2]
        return near | {path} | set(self._head.landscape.files_with("m:" + owner) if owner else ())

    def _in_file(self, path: RepoPath, facts: FileFacts, *, name: str, file: FileCode) -> Iterator[tuple[int, int]]:
        assert file.change.base is not None, "what is removed stood on the base"
        home, last = file.change.base.path, name.rpartition(".")[2]
        if "." not in name:
            for imported in facts.imports:
                if (not name or imported.name == name) and self._is_lost(imported, path, home=home, name=name):
                    yield imported.line, imported.scope
        for mention in self._head.references.mentions_of(path, last) if name else ():
            if self._leads_nowhere(mention, path, name=name, file=file):
                yield mention.line, mention.source

    # Imports

    def _is_lost(self, imported: Import, path: RepoPath, *, home: RepoPath, name: str) -> bool:
        """Whether an import led to the definition on the base, and leads to nothing in head."""
        names = self._head.evaluator.names(path)
        if imported.is_type_only or names is None or len(names.bound_in(imported.scope).get(imported.alias, ())) > 1:
            return False
        if not self._led_home(imported, path, home=home, name=name):
            return False
        module = self._head.evaluator.modules.loaded(imported, path, facts=names.facts)
        if isinstance(module, Symbol) and imported.name and self._openness.of_module(module.path, imported.name):
            return False
        found = self._led_to(self._head, imported, path=path)
        return not any(self._is_given(value, module, name=imported.name) for value in found)

    def _is_given(self, value: Value, module: Value, *, name: str) -> bool:
        """Whether what a name leads to is held by the module that is asked for it, and by the one that defines it."""
        if isinstance(module, Symbol) and not self._gives(module.path, 0, name=name):
            return False
        names = self._head.evaluator.names(value.path) if isinstance(value, Symbol) and value.index else None
        if names is None or not isinstance(value, Symbol):
            return True
        definition = names.facts.definitions[value.index]
        return self._gives(value.path, definition.parent, name=definition.name)

    def _gives(self, path: RepoPath, scope: int, *, name: str) -> bool:
        """Whether a scope of head holds a name in the end, as far as it binds it at all."""
        flow = self._head.evaluator.flow(path)
        return flow is None or not name or name == "*" or flow.gives(scope, name)

    def _led_home(self, imported: Import, path: RepoPath, *, home: RepoPath, name: str) -> bool:
        """Whether an import led to the definition on the base, directly or through what handed it on."""
        facts = self._head.landscape.facts(path)
        found = self._led_to(self._base, imported, path=path)
        module = self._base.evaluator.modules.loaded(imported, path, facts=facts)
        if module == Symbol(home, 0) or (not name and module == Package(folder_of(home), "go")):
            return bool(found)
        return any(isinstance(v, Symbol) and v.path == home and bool(v.index) == bool(name) for v in found)

    def _led_to(self, view: View, imported: Import, *, path: RepoPath) -> frozenset[Value]:
        """What of the repository an import means."""
        facts = self._head.landscape.facts(path)
        module = view.evaluator.modules.loaded(imported, path, facts=facts)
        if isinstance(module, External):
            return frozenset()
        if not imported.name or imported.name == "*":
            return frozenset({module})
        return frozenset(v for v in view.evaluator.member(module, imported.name) if not isinstance(v, External))

    # Mentions

    def _leads_nowhere(self, mention: Mention, path: RepoPath, *, name: str, file: FileCode) -> bool:
        match mention.expr:
            case Name(id=bare) as used:
                is_bare = "." not in name
                return (
                    self._is_unbound(bare, mention, path=path, file=file)
                    if is_bare
                    else self._is_inherited_no_more(used, mention, path=path, of=(name, file))
                )
            case Attribute() as used if (
                "." in name
                and path.endswith(_OF_SCRIPTS)
                and self._is_lost_of(used, mention.scope, path=path, name=name, file=file)
            ):
                return True
            case Attribute(of=of, name=last):
                owner = self._left_of_the_dot(path, mention.scope, expr=of)
                if isinstance(owner, Symbol) and owner.index == 0:
                    return "." not in name and owner.path == file.change.path and self._lacks(owner, last)
                if isinstance(owner, Package):
                    return "." not in name and self._package_lacks(owner, last, file=file)
                if isinstance(owner, Instance | Symbol):
                    return "." in name and self._class_lacks(Symbol(owner.path, owner.index), name, file=file)
                return False

    def _is_inherited_no_more(self, used: Name, mention: Mention, *, path: RepoPath, of: tuple[str, FileCode]) -> bool:
        from weighbridge.landscape.java_inherited import is_inherited_no_more  # noqa: PLC0415 - of Java alone

        facts = self._head.landscape.facts(path)
        return (
            facts is not None
            and facts.language == "java"
            and is_inherited_no_more(
                used,
                (path, mention.scope),
                head=self._head,
                lost_by=lambda owner: self._class_lacks(owner, of[0], file=of[1]),
                may_be_given=lambda owner: self._may_be_elsewhere(owner, used.id, facts=facts),
            )
        )

    def _left_of_the_dot(self, path: RepoPath, scope: int, *, expr: Expr) -> Value | None:
        """The one value that stands there, if it is one; a text that spells a member stands for what has it."""
        if isinstance(expr, Text):
            values = self._head.references.sites.spelled(path, expr.value)
        else:
            values = self._head.evaluator.evaluate(path, scope, expr=expr)
        return next(iter(values)) if len(values) == 1 else None

    def _lacks(self, module: Symbol, name: str) -> bool:
        if self._openness.of_module(module.path, name):
            return False
        bound = self._head.evaluator.names(module.path)
        if not self._gives(module.path, 0, name=name):
            return True
        known = bound is not None and name in bound.bound_in(0)
        return not known and all(isinstance(v, External) for v in self._head.evaluator.member(module, name))

    def _package_lacks(self, package: Package, name: str, *, file: FileCode) -> bool:
        """Whether the Go package that lost a definition, and no other, stands left of the dot."""
        is_its = file.change.base is not None and package == Package(folder_of(file.change.base.path), "go")
        return is_its and not self._head.evaluator.modules.package_member(package, name)

    def _class_lacks(self, owner: Symbol, name: str, *, file: FileCode) -> bool:
        """Whether the class that lost a member, and no other, stands left of the dot."""
        facts = self._head.landscape.facts(owner.path)
        if facts is None or owner.path != file.change.path or facts.definitions[owner.index].kind not in CLASS_KINDS:
            return False
        class_name, _, member = name.rpartition(".")
        evaluator = self._head.evaluator
        if facts.qualified_name(owner.index) != class_name or self._may_be_elsewhere(owner, member, facts=facts):
            return False
        if facts.definitions[owner.index].kind == "type" and facts.language in SCRIPTS:
            return not may_hold(facts.definitions[owner.index], member)  # an interface that is written as a type now
        if not self._gives(owner.path, owner.index, name=member):
            return True
        # a class may have a member of which nobody can say what it stands for
        has_it = self._head.references.sites.holder(evaluator.order(owner), member) is not None
        left = evaluator.member(Instance(owner.path, owner.index), member)
        is_java = facts.language == "java"
        return not has_it and all(
            isinstance(v, External) and (not is_java or v.name.rpartition(".")[0] in HOLDING_LITTLE) for v in left
        )

    def _is_lost_of(self, used: Attribute, scope: int, *, path: RepoPath, name: str, file: FileCode) -> bool:
        """Whether the JavaScript object that lost a member stands left of the dot, and has it not."""
        from weighbridge.landscape.lost_members import LostMember  # noqa: PLC0415 - of JavaScript alone

        return LostMember(self._landscapes, file, name=name).is_used_by(used, path, scope=scope)

    def _may_be_elsewhere(self, owner: Symbol, member: str, *, facts: FileFacts) -> bool:
        """Whether a class may have a member that its text and that of its bases do not show."""
        outside = self._head.evaluator.hierarchy.outside(owner)
        if facts.language == "java":  # what processes annotations adds no member, Lombok alone does
            is_generated = any(imported.module.partition(".")[0] == "lombok" for imported in facts.imports)
            is_inherited = member in _OF_OBJECT or any(
                member in HOLDING_LITTLE.get(base, (member,)) for base in outside
            )
            return is_generated or is_inherited
        return (bool(outside) and self._was_so(owner, facts)) or self._openness.of_class(owner, member)

    def _was_so(self, owner: Symbol, facts: FileFacts) -> bool:
        """Whether a class had something outside the repository above it before the change too."""
        before = self._base.evaluator.names(owner.path)
        found = before.indexes.get(facts.qualified_name(owner.index), ()) if before else ()
        return any(self._base.evaluator.hierarchy.outside(Symbol(owner.path, index)) for index in found)

    def _is_unbound(self, name: str, mention: Mention, *, path: RepoPath, file: FileCode) -> bool:
        """Whether a bare name in the file that lost it, or in its Go package, stands for nothing any more."""
        scope = mention.scope
        names = self._head.evaluator.names(path)
        if names is None or name in _NOT_OURS:
            return False
        if names.facts.language == "java":
            is_near = file.base is not None and names.facts.package == file.base.package
            stands_for = self._head.evaluator.lookup(path, scope, name=name)
            return is_near and stands_for == Values({External(f"builtins.{name}")})
        is_go = names.facts.language == "go"
        is_near = folder_of(path) == folder_of(file.change.path) if is_go else path == file.change.path
        if not is_near:
            return False
        for home in names.enclosing(scope):
            if name in names.bound_in(home):
                return self._is_lost_in(home, scope, path=path, mention=mention)
        return not (self._package_gives(path, name) if is_go else self._is_taken_over(path, name))

    def _is_lost_in(self, home: int, scope: int, *, path: RepoPath, mention: Mention) -> bool:
        """Whether a scope does not hold a name any more where it is used: what runs later sees what is left in the end."""
        flow = self._head.evaluator.flow(path)
        name = mention.expr.id if isinstance(mention.expr, Name) else ""
        if flow is None or flow.gives(home, name):
            return False
        return home != scope or mention.line > flow.lost_at(home, name)

    def _package_gives(self, path: RepoPath, name: str) -> bool:
        return bool(self._head.evaluator.modules.package_member(Package(folder_of(path), "go"), name))

    def _is_taken_over(self, path: RepoPath, name: str) -> bool:
        """Whether a file has a name from a module that it takes over whole: one that is there, and has it or may have it."""
        names, evaluator = self._head.evaluator.names(path), self._head.evaluator
        for star in names.stars if names else ():
            module = evaluator.modules.target(star, path, facts=names.facts if names else None)
            if isinstance(module, External):
                continue
            if not isinstance(module, Symbol) or self._openness.of_module(module.path, name):
                return True
            if any(not isinstance(v, External) for v in evaluator.member(module, name)):
                return True
        return False


def code_first(places: Iterable[Place]) -> list[Place]:
    """Places in code before those in tests."""
    return sorted(places, key=lambda place: is_test(place.path))

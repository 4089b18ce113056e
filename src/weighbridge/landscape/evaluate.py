"""What an expression stands for: a demand-driven evaluation over facts.

A name stands for everything it is bound to in its scope that can hold there (see `landscape.flow`); an attribute for that
member of whatever its left side stands for, along the method resolution order; a call for what the callee returns. A parameter stands for its declared type,
its default, and what the call sites that name its function pass. The idea is that of points-to analysis as in PyCG
(Salis et al., ICSE 2021), turned round: only what a question needs is ever computed, so that a question about one
symbol loads a neighbourhood and not the tree.

Questions may lead back to themselves; `landscape.answers` says what comes of that.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import (
    OPAQUE,
    Attribute,
    Call,
    Collection,
    Either,
    Export,
    Expr,
    FileFacts,
    Function,
    Import,
    Item,
    Name,
    Number,
    Step,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.landscape.answers import Answers
from weighbridge.landscape.containers import Containers
from weighbridge.landscape.conventions import PASSES_THROUGH, PROPERTIES, is_accessor, is_super
from weighbridge.landscape.dependencies import annotated, called_for
from weighbridge.landscape.expected_types import named_types, parameter_types
from weighbridge.landscape.file_names import (
    CLASS_KINDS,
    FUNCTION_KINDS,
    Binding,
    BoundParameter,
    FileNames,
)
from weighbridge.landscape.fillings import Fillings
from weighbridge.landscape.fixtures import fixture_of
from weighbridge.landscape.flow import AT_END, Flow
from weighbridge.landscape.hierarchy import Hierarchy
from weighbridge.landscape.java_library import LANG
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.modules.find import Modules
from weighbridge.landscape.modules.java import below
from weighbridge.landscape.scripts import given_by_language, instead_of, is_script, member_of, object_of
from weighbridge.landscape.stated_types import made_of, named_by, values_of
from weighbridge.landscape.values import (
    ANYWHERE,
    NOTHING,
    Constant,
    External,
    Instance,
    Literal,
    Package,
    Spot,
    Symbol,
    Value,
    Values,
)
from weighbridge.landscape.work import Work, WorkLimits

MOST_HELD: Final = 200
"""Bindings that are followed for one use of a name, the last ones: nobody writes as many that can all hold."""

LONGEST_KEY: Final = 60
"""Characters of a string that can still be a key."""


class CallSites(Protocol):
    """Where functions are called from; given to an evaluator that is to follow arguments into parameters."""

    def arguments(self, function: Symbol, bound: BoundParameter) -> Values:
        """What the call sites pass for a parameter."""


class Evaluator:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, landscape: Landscape, limits: WorkLimits | None = None) -> None:
        self.landscape = landscape
        self._names: dict[RepoPath, FileNames | None] = {}
        self._flows: dict[RepoPath, Flow | None] = {}
        self._fillings: dict[RepoPath, Fillings | None] = {}
        self.work = Work(limits)
        self.modules = Modules(landscape, cut=self.work.cut)
        self._answers = Answers(self.work)
        self.hierarchy = Hierarchy(self)
        self._containers = Containers(self, self._answers)
        self.call_sites: CallSites | None = None
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 5_000))

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file, None when nothing could read it."""
        if path not in self._names:
            facts = self.landscape.facts(path)
            self._names[path] = FileNames(facts) if facts else None
        return self._names[path]

    def flow(self, path: RepoPath) -> Flow | None:
        """Which bindings hold where, in one file."""
        if path not in self._flows:
            names = self.names(path)
            self._flows[path] = Flow(names) if names else None
        return self._flows[path]

    def fillings(self, path: RepoPath) -> Fillings | None:
        """What is put into the collections of one file."""
        if path not in self._fillings:
            names = self.names(path)
            self._fillings[path] = Fillings(names) if names else None
        return self._fillings[path]

    def evaluate(self, path: RepoPath, scope: int, *, expr: Expr, at: int = ANYWHERE) -> Values:
        """Everything `expr` can stand for, written in `scope` of `path` and evaluated there at the turn `at`."""
        said = expr.id if type(expr) is Name else id(expr)  # a name means the same wherever it stands at one turn
        question = (path, scope, said, at)
        return self._answers.to(question, lambda: self._evaluate(path, scope, expr=expr, at=at), about=path)

    def of_step(self, path: RepoPath, step: Step) -> Values:
        """Everything that the value of a step can stand for."""
        flow = self.flow(path)
        return self.evaluate(path, step.scope, expr=step.value, at=flow.turn_of(step) if flow else ANYWHERE)

    def _evaluate(self, path: RepoPath, scope: int, *, expr: Expr, at: int) -> Values:
        found: Iterable[Value] = ()
        match expr:
            case Name(id=name):
                found = self.lookup(path, scope, name=name, at=at)
            case Attribute(of=of, name=name):
                found = self._attribute(Spot(path, scope, at), of=of, name=name)
            case Call():
                found = self._call(Spot(path, scope, at), call=expr)
            case Item() if stated := annotated(expr):
                found = self.evaluate(path, scope, expr=stated[0], at=at)
            case Item(of=of, key=key):
                found = self._containers.item(Spot(path, scope, at), of=of, key=key)
            case Either(options=options) if expr.operator not in ("is", "is not"):  # which are true or false
                found = (v for option in options for v in self.evaluate(path, scope, expr=option, at=at))
            case Function(definition=index):
                found = (Symbol(path, index),)
            case Collection():
                found = (Literal(Spot(path, scope, at), expr),)
            case Text(value=text):
                found = (Constant("str", text[:LONGEST_KEY]),)
            case Number(value=text):
                found = (Constant("int", text),)
        return Values(found)

    # Names

    def lookup(self, path: RepoPath, scope: int, *, name: str, at: int = ANYWHERE) -> Values:
        """What a bare name stands for in a scope, looking outwards: a function sees its surroundings as they are later."""
        names, flow = self.names(path), self.flow(path)
        if names is None or flow is None:
            return NOTHING
        bare_members = names.facts.language == "java"
        hides_members = names.facts.language == "go"  # a field is named only with what it is a field of
        is_later = False
        for home in names.enclosing(scope):
            definition = names.facts.definitions[home]
            if definition.kind in CLASS_KINDS and bare_members:
                if found := self._first_member(Symbol(path, home), name):
                    return found
            elif (definition.kind not in CLASS_KINDS or (home == scope and not hides_members)) and (
                bindings := flow.holding(home, name, at=at, is_later=is_later)
            ):
                found = self.bindings(path, bindings)
                if hides_members and home and names.begins_with_itself(home, name):
                    found = Values(found | self.lookup(path, definition.parent, name=name, at=at))
                return found
            if definition.kind in FUNCTION_KINDS:
                at, is_later = definition.turn, True
        if found := given_by_language(path, names, scope=scope, name=name) or self._beyond(path, names, name=name):
            return found
        owner = names.enclosing_class(scope) if bare_members and name not in LANG else None
        inherited = self._beyond_class(Symbol(path, owner), name) if owner is not None else NOTHING
        return inherited or Values({External(f"builtins.{name}")})

    def _beyond(self, path: RepoPath, names: FileNames, *, name: str) -> Values:
        """A name that the file does not bind: brought by a star import, or by a sibling file of the package."""
        for star in names.stars:
            if found := self.member(self.modules.target(star, path, facts=names.facts), name):
                return found
        package = self.modules.package_of(path, names.facts)
        return self.member(package, name) if package is not None else NOTHING

    def bindings(self, path: RepoPath, bindings: Sequence[Binding]) -> Values:
        """Everything that these bindings give a name."""
        found: set[Value] = set()
        if len(bindings) > MOST_HELD:
            self.work.cut(path, f"a name of it can stand for what any of {len(bindings):,} statements bind it to")
            bindings = bindings[-MOST_HELD:]
        for binding in bindings:
            match binding:
                case int():
                    found |= self.decorated(Symbol(path, binding))
                case Import():
                    found |= self._imported(path, binding)
                case BoundParameter():
                    found |= self._parameter(path, binding)
                case Step():
                    found |= self._stepped(path, binding)
        return Values(found)

    def decorated(self, symbol: Symbol, *, skip: int = 0) -> Values:
        """What the definition's name stands for once its decorators, but for the first `skip`, have been applied."""
        names = self.names(symbol.path)
        definition = names.facts.definitions[symbol.index] if names else None
        found: Values = Values({symbol})
        for decorator in reversed(definition.decorators[skip:] if definition else ()):
            given = self._in_head(symbol, decorator)
            made = {v for d in given if isinstance(d, Symbol) for v in self.results(d)}
            found = Values(made) or found
        return found

    def _in_head(self, symbol: Symbol, expr: Expr) -> Values:
        """What an expression in a definition's head stands for: it is evaluated around it, when it is defined."""
        names = self.names(symbol.path)
        if names is None:
            return NOTHING
        definition = names.facts.definitions[symbol.index]
        return self.evaluate(symbol.path, max(definition.parent, 0), expr=expr, at=definition.turn)

    def _imported(self, path: RepoPath, imported: Import) -> Values:
        names = self.names(path)
        module = self.modules.target(imported, path, facts=names.facts if names else None)
        if not imported.name or imported.name == "*":
            return Values({module, *(instead_of(self, module) if not imported.name else ())})
        inside = self.modules.submodule(path, imported.name) if module == Symbol(path, 0) else None
        if inside is not None:
            return Values({inside})  # `from . import x` in a package, whose own `x` this import is
        found = self.member(module, imported.name)
        if found or not isinstance(module, External):
            return found
        return Values({External(f"{module.name}.{imported.name}")})

    def brought(self, imported: Import, path: RepoPath, *, facts: FileFacts | None) -> Values:
        """The module that an import loads, and the member that it names there."""
        module = self.modules.loaded(imported, path, facts=facts)
        named = imported.name and isinstance(module, Symbol | Package)
        return Values({module, *(self.member(module, imported.name) if named else ())})

    def _parameter(self, path: RepoPath, bound: BoundParameter) -> Values:
        names = self.names(path)
        if names is None:
            return NOTHING
        definition = names.facts.definitions[bound.definition]
        owner = names.enclosing_class(bound.definition)
        if bound.position == 0 and owner is not None and bound.parameter.name == names.receiver_of(bound.definition):
            is_class_method = any(isinstance(d, Name) and d.id == "classmethod" for d in definition.decorators)
            return Values({Symbol(path, owner) if is_class_method else Instance(path, owner)})
        found: set[Value] = set()
        if bound.parameter.annotation is not None:
            found |= self.declared(path, bound.definition, annotation=bound.parameter.annotation)
        else:
            found |= self._expected(path, bound)
        if (default := bound.parameter.default) is not None:
            asked = called_for(default)
            given = self._in_head(Symbol(path, bound.definition), asked or default)
            found |= self._containers.served(given) if asked else given
        if not found and (fixture := fixture_of(self, path, bound=bound)) is not None:
            return self._containers.served(Values({fixture}))
        if self.call_sites is not None and not any(isinstance(v, Instance) for v in found):
            found |= self.call_sites.arguments(Symbol(path, bound.definition), bound)
        return Values(found)

    def _expected(self, path: RepoPath, bound: BoundParameter) -> Values:
        """What the types stated around a function written as a value say of a parameter without a type of its own."""
        found: set[Value] = set()
        here = self.names(path)
        for scope, stated in here.expected.of(bound.definition) if here else ():
            for name in named_types(stated):
                types = (v for v in self.evaluate(path, scope, expr=name) if isinstance(v, Symbol))
                for of in types:
                    names = self.names(of.path)
                    for each in parameter_types(names.facts, of.index, position=bound.position) if names else ():
                        found |= self.declared(of.path, of.index, annotation=each)
        return Values(found)

    def _stepped(self, path: RepoPath, step: Step) -> Values:
        found: set[Value] = set()
        if step.annotation is not None:
            found |= self.declared(path, step.scope, annotation=step.annotation)
        flow = self.flow(path)
        spot = Spot(path, step.scope, flow.turn_of(step) if flow else ANYWHERE)
        if step.kind == "iterate":
            return Values(found | self._containers.item(spot, of=step.value, key=OPAQUE))
        is_stated = any(isinstance(value, Instance) for value in found)
        found |= object_of(self, path, step=step)
        for value in self._at(spot, step.value):
            found |= self.entered(value) if step.kind == "enter" else {value}
        # a stated type of ours says more than what something outside hands out
        return Values(value for value in found if not (is_stated and isinstance(value, External)))

    def entered(self, context: Value) -> Values:
        """What `with context as x` gives `x`: the result of `__enter__`, what a generator yields, else the context."""
        if isinstance(context, Instance):
            made = {v for m in self.member(context, "__enter__") if isinstance(m, Symbol) for v in self.results(m)}
            return Values(made) or Values({context})
        if isinstance(context, Literal):
            return self._containers.elements(context)
        return Values({context})

    def declared(self, path: RepoPath, scope: int, *, annotation: Expr) -> Values:
        """What a value of a declared type stands for: an instance, or a container of instances."""
        return values_of(self, annotation, path=path, scope=scope)

    def stands_for(self, made: Instance) -> Values:
        """What a value of a type that is another one's name is."""
        return named_by(self, made)

    # Members

    def _attribute(self, spot: Spot, *, of: Expr, name: str) -> Values:
        if name == "exports" and of == Name("module") and is_script(self, spot.path):
            return Values({Symbol(spot.path, 0)})
        owner = self._owner(spot) if is_super(of) else None
        if owner is not None and (above := self._first_member(owner, name, skip=1)):
            return above
        found: set[Value] = set()
        is_java = spot.path.endswith(".java")
        for value in self._at(spot, of):
            for member in self.member(value, name) or (below(value, name) if is_java else ()):
                is_property = isinstance(value, Instance) and isinstance(member, Symbol) and self.is_property(member)
                given = self.results(member) if is_property and isinstance(member, Symbol) else NOTHING
                found |= given or {member}
        return self.modules.or_package(Values(found), of, name=name) if is_java else Values(found)

    def _owner(self, spot: Spot) -> Symbol | None:
        names = self.names(spot.path)
        owner = names.enclosing_class(spot.scope) if names else None
        return None if owner is None else Symbol(spot.path, owner)

    def _at(self, spot: Spot, expr: Expr) -> Values:
        return self.evaluate(spot.path, spot.scope, expr=expr, at=spot.at)

    def member(self, value: Value, name: str) -> Values:
        """The member `name` of a value."""
        match value:
            case External(name=dotted):
                return Values({External(f"{dotted}.{name}")})
            case Package():
                found = self.modules.package_member(value, name)
                return Values(v for member in found for v in self._of_variable(member, name) or (member,))
            case Symbol(path=path, index=0):
                return self._module_member(path, name)
            case Instance(path=path, index=index) | Symbol(path=path, index=index):
                owner = Symbol(path, index)
                return self._first_member(owner, name) or self._beyond_class(owner, name)
            case Constant(kind=kind):
                return Values({External(f"builtins.{kind}.{name}")})
            case Literal():
                return member_of(self, self._containers, value=value, name=name)

    def _of_variable(self, member: Value, name: str) -> Values:
        """What a variable of a package stands for; nothing for whatever else a package has."""
        names = self.names(member.path) if isinstance(member, Symbol) and member.index else None
        if not isinstance(member, Symbol) or names is None or names.facts.definitions[member.index].kind != "variable":
            return NOTHING
        return self._module_member(member.path, name)

    def _module_member(self, path: RepoPath, name: str) -> Values:
        """A module's member, each asked for once: modules may import from each other in a circle."""
        return self._answers.to((path, name), lambda: self._find_in_module(path, name), about=path)

    def _find_in_module(self, path: RepoPath, name: str) -> Values:
        names = self.names(path)
        if names is None:
            return NOTHING
        for export in names.facts.exports:
            if export.name == name:
                return self._exported(path, names, export=export)
        if (flow := self.flow(path)) and (bindings := flow.holding(0, name, at=AT_END)):
            return self.bindings(path, bindings)
        if (module := self.modules.submodule(path, name)) is not None:
            return Values({module})
        for star in names.stars:
            target = self.modules.target(star, path, facts=names.facts)
            if not isinstance(target, External) and (found := self.member(target, name)):
                return found
        return NOTHING

    def _exported(self, path: RepoPath, names: FileNames, *, export: Export) -> Values:
        """What an export hands out: its value here, or the member of the module it passes on."""
        if not export.module:
            return self.evaluate(path, 0, expr=export.value, at=AT_END)
        target, inner = self.modules.passed_on(export, path, facts=names.facts)
        return self.member(target, inner) if inner else Values({target})

    def _first_member(self, owner: Symbol, name: str, *, skip: int = 0) -> Values:
        """The member `name` of the first class that has it in the order of `owner`, the first `skip` left out."""
        question = (owner, name, skip)
        return self._answers.to(
            question, lambda: self._find_in_classes(self.order(owner)[skip:], name), about=owner.path
        )

    def _find_in_classes(self, order: Sequence[Symbol], name: str) -> Values:
        for owner in order:
            names = self.names(owner.path)
            if names is None:
                continue
            held = names.held(owner.index).get(name, ())
            steps = names.members.get(owner.index, {}).get(name, ())
            found = set(self.modules.attached_methods(owner, name)) if not held else set()
            flow = self.flow(owner.path) if held and owner.index not in names.attached else None
            found |= self.bindings(owner.path, flow.holding(owner.index, name, at=AT_END) if flow else held)
            for step in steps:
                found |= self._stepped(owner.path, step)
            if found or held or steps:
                return Values(found)
        return NOTHING

    def _beyond_class(self, owner: Symbol, name: str) -> Values:
        """A member that no class of the order has: a base outside the repository has it, or a subclass."""
        outside = self.hierarchy.outside(owner)
        if outside:
            return Values(External(f"{base}.{name}") for base in outside)
        return Values(v for heir in self.hierarchy.descendants(owner) for v in self._find_in_classes((heir,), name))

    def order(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes in which a member of `owner` is looked for, nearest first."""
        return self.hierarchy.order(owner)

    def is_property(self, symbol: Symbol) -> bool:
        """Whether a definition is called by being looked at."""
        names = self.names(symbol.path)
        definition = names.facts.definitions[symbol.index] if names else None
        return definition is not None and (
            any(last_name(decorator) in PROPERTIES for decorator in definition.decorators)
            or is_accessor(definition, "get")
        )

    def is_class(self, symbol: Symbol) -> bool:
        """Whether a definition is a class, an interface or a type."""
        names = self.names(symbol.path)
        return names is not None and names.facts.definitions[symbol.index].kind in CLASS_KINDS

    # Calls and items

    def _call(self, spot: Spot, *, call: Call) -> Values:
        if is_super(call):
            owner = self._owner(spot)
            return self.hierarchy.beyond(owner) if owner is not None else NOTHING
        if spot.path.endswith(".go") and (made := made_of(self, call.function, spot=spot)):
            return made
        found = set(self._containers.taken_out(spot, call))
        for callee in self._at(spot, call.function):
            if isinstance(callee, External):
                if callee.name in PASSES_THROUGH and call.arguments:
                    found |= self._at(spot, call.arguments[-1 if "cast" in callee.name else 0].value)
                spelled = self._containers.spelled_out(call, callee.name)
                beyond = self.modules.given_by(callee, call, path=spot.path)
                found |= beyond if spelled is None else self._at(spot, spelled)
            elif isinstance(callee, Symbol | Instance):
                found |= self.results(callee)
        return Values(found)

    def results(self, callee: Symbol | Instance) -> Values:
        """What calling a value gives: an instance of a class, or whatever the function returns or yields."""
        names = self.names(callee.path)
        if names is None:
            return NOTHING
        definition = names.facts.definitions[callee.index]
        if isinstance(callee, Instance):
            called = self.member(callee, "__call__")
            return Values(v for c in called if isinstance(c, Symbol) for v in self.results(c))
        if definition.kind in CLASS_KINDS:
            return Values({Instance(callee.path, callee.index)})
        returns, is_go = definition.returns, callee.path.endswith(".go")
        steps = names.results.get(callee.index, ())
        if is_go and returns is not None and (said := self._containers.said(callee, returns, steps=steps)):
            return said
        is_made = callee.index in names.attached  # called with `new`
        found: set[Value] = {Instance(callee.path, callee.index)} if is_made else set()
        for step in steps:
            if step.kind != "yield":
                found |= self.of_step(callee.path, step)
        found |= self._containers.yielded(callee, steps)
        if returns is not None and (not found or (is_go and not self._containers.hold_ours(found))):
            found |= self.declared(callee.path, callee.index, annotation=returns)
        return Values(found)

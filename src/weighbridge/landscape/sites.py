"""Which definition an expression's last name leads to.

A definition is known by its *site*: the file, the scope it is bound in, and its name. A name leads to a site when it is
bound there, through any number of imports and re-exports, or when it is a member found there along the resolution order
of what stands left of the dot.
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Attribute, Export, Expr, Function, Import, Item, Name, Step, Text
from weighbridge.landscape import go_library, java_library
from weighbridge.landscape.conventions import is_super
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS, SCRIPTS, FileNames
from weighbridge.landscape.values import Constant, External, Instance, Literal, Package, Symbol, Value, Values

Site = tuple[RepoPath, int, str]

FROM_OUTSIDE = -1
"""In the place of a scope: the name is looked for as an importer of the module sees it."""


class Lead(Enum):
    """How an expression leads to a site."""

    THERE = auto()
    TO_ANY_HEIR = auto()
    """To a member that the class left of the dot has not, though classes that inherit from it have: the site's is one."""
    FROM_UNKNOWN = auto()
    """It may: what stands left of the dot is not known."""
    ELSEWHERE = auto()


class Sites:
    """Answers for one landscape."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._following: set[Site] = set()
        self._ends: dict[Site, frozenset[Site]] = {}
        self._named: dict[Site, frozenset[Site]] = {}
        """What a name that is written in a scope leads to."""
        self._imported: dict[Site, frozenset[str]] = {}

    def of(self, path: RepoPath, scope: int, *, expr: Expr) -> frozenset[Site]:
        """The sites an expression's last name leads to."""
        match expr:
            case Name(id=name):
                return self._of_name(path, scope, name=name)
            case Attribute(of=Text(value=text), name=name):
                return frozenset(site for value in self.spelled(path, text) for site in self.of_member(value, name))
            case Attribute(of=of, name=name) if is_super(of):
                holder = self._above(path, scope, name=name)
                return frozenset({(holder.path, holder.index, name)} if holder else ())
            case Attribute(of=of, name=name):
                values = self._evaluator.evaluate(path, scope, expr=of)
                return frozenset(site for value in values for site in self.of_member(value, name))
            case Function(definition=index):
                return frozenset({self.of_definition(Symbol(path, index))})
            case _:
                return frozenset()

    def leads(self, path: RepoPath, scope: int, *, expr: Name | Attribute, site: Site) -> Lead:
        """How an expression leads to `site`, if it does.

        It asks of each class left of the dot whether it is of the site's family, not for all that the name can lead to:
        a base class may have a thousand heirs.
        """
        if isinstance(expr, Name) or is_super(expr.of) or isinstance(expr.of, Text):
            return Lead.THERE if site in self.of(path, scope, expr=expr) else Lead.ELSEWHERE
        leads: set[Lead] = set()
        is_known = False
        for value in self._evaluator.evaluate(path, scope, expr=expr.of):
            if isinstance(value, Symbol | Instance) and value.index:
                owner = Symbol(value.path, value.index)
                holder = self.holder(self._evaluator.order(owner), expr.name)
                leads.add(self._class_leads(owner, holder, name=expr.name, site=site))
                is_known = is_known or holder is not None or not self._is_open(owner, site)
            else:
                sites = frozenset(self.of_member(value, expr.name))
                leads.add(Lead.THERE if site in sites else Lead.ELSEWHERE)
                is_known = is_known or bool(sites) or self._is_outside(value, path, site=site)
        if Lead.THERE in leads:
            return Lead.THERE
        if Lead.TO_ANY_HEIR in leads:
            return Lead.TO_ANY_HEIR
        is_unknown = not is_known or self._is_element(path, scope, expr=expr.of)
        return Lead.FROM_UNKNOWN if is_unknown else Lead.ELSEWHERE

    def _is_open(self, owner: Symbol, site: Site) -> bool:
        """Whether a class inherits from something outside that may have the member, or an object may be given it."""
        outside = self._evaluator.hierarchy.outside(owner)
        names = self._evaluator.names(owner.path)
        if names is not None and names.facts.language in SCRIPTS and not self._evaluator.is_class(owner):
            return True  # a function or object may be given any member while it runs
        if owner.path.endswith(".java"):
            return bool(outside) and owner in self._evaluator.order(Symbol(site[0], site[1]))
        if not owner.path.endswith(".go"):
            return bool(outside)
        return any(go_library.may_be_ours(f"{name}()", self._imported_for(site)) for name in outside)

    def _is_outside(self, value: Value, path: RepoPath, *, site: Site) -> bool:
        """Whether a value is certainly not this repository's; what an outside call gave, or a generic type holds, may be."""
        if not isinstance(value, External):
            return isinstance(value, Constant | Literal)
        is_plain = not any(mark in value.name for mark in ("(", "["))
        if path.endswith(".java") and not is_plain:
            return not self._may_be_of(value, site)
        if is_plain or not path.endswith(".go") or value.name.startswith("builtins."):
            return is_plain and not value.name.startswith("typing")
        return not go_library.may_be_ours(value.name, self._imported_for(site))

    def _may_be_of(self, value: External, site: Site) -> bool:
        """Whether an outside value of Java may have the method of ours at a site."""
        path, owner, name = site
        bases = self._evaluator.hierarchy.outside(Symbol(path, owner)) if owner else ()
        return java_library.may_be_ours(value.name, name, bases=bases)

    def _imported_for(self, site: Site) -> frozenset[str]:
        """The modules that the files of a member and of its type import."""
        if site not in self._imported:
            path, owner, name = site
            methods = self._evaluator.modules.attached_methods(Symbol(path, owner), name) if owner else ()
            files = {path, *(method.path for method in methods if isinstance(method, Symbol))}
            facts = (self._evaluator.landscape.facts(file) for file in files)
            self._imported[site] = frozenset(each.module for one in facts if one for each in one.imports)
        return self._imported[site]

    def spelled(self, path: RepoPath, name: str) -> Values:
        """What a text in a file spells: a module, as an import of it there would find it, or a class of one."""
        module = self._module_of_text(path, name)
        outer, _, owner = name.rpartition(".")
        if not isinstance(module, External) or not outer:
            return Values({module})
        around = self._module_of_text(path, outer)
        found = () if isinstance(around, External) else self._evaluator.member(around, owner)
        return Values(v for v in found if isinstance(v, Symbol) and self._evaluator.is_class(v))

    def _module_of_text(self, path: RepoPath, name: str) -> Value:
        names = self._evaluator.names(path)
        hop = Import(0, name, "", "", 0)
        return self._evaluator.modules.target(hop, path, facts=names.facts if names else None)

    def _is_element(self, path: RepoPath, scope: int, *, expr: Expr) -> bool:
        """Whether an expression is taken out of a collection: others may have put in more than is seen here."""
        if path.endswith((".go", ".java")):  # where the type of what is put in is stated
            return False
        names = self._evaluator.names(path)
        if not isinstance(expr, Name) or names is None:
            return isinstance(expr, Item)
        bindings = (b for home in names.enclosing(scope) for b in names.bound_in(home).get(expr.id, ()))
        return any(isinstance(binding, Step) and binding.kind == "iterate" for binding in bindings)

    def _class_leads(self, owner: Symbol, holder: Symbol | None, *, name: str, site: Site) -> Lead:
        if holder is not None:
            return Lead.THERE if (holder.path, holder.index, name) == site else Lead.ELSEWHERE
        wanted = Symbol(site[0], site[1])
        is_below = site[2] == name and owner != wanted and owner in self._evaluator.order(wanted)
        is_heirs = is_below and not self._evaluator.hierarchy.outside(owner)
        return Lead.TO_ANY_HEIR if is_heirs else Lead.ELSEWHERE

    def _above(self, path: RepoPath, scope: int, *, name: str) -> Symbol | None:
        """The class that `super().name` leads to: the first above the enclosing one that has the member."""
        names = self._evaluator.names(path)
        owner = names.enclosing_class(scope) if names else None
        return None if owner is None else self.holder(self._evaluator.order(Symbol(path, owner))[1:], name)

    def holder(self, order: Iterable[Symbol], name: str) -> Symbol | None:
        """The first of these classes that has the member itself."""
        for each in order:
            names = self._evaluator.names(each.path)
            if names is None:
                continue
            in_class = name in names.held(each.index) or name in names.members.get(each.index, {})
            if in_class or self._evaluator.modules.attached_methods(each, name):
                return each
        return None

    def _of_name(self, path: RepoPath, scope: int, *, name: str) -> frozenset[Site]:
        """Remembered, for many questions meet the same name in the same scope; not inside a walk that leaves hops out."""
        written = (path, scope, name)
        if (known := self._named.get(written)) is not None:
            return known
        found = self._searched(path, scope, name=name)
        if not self._following:
            self._named[written] = found
        return found

    def _searched(self, path: RepoPath, scope: int, *, name: str) -> frozenset[Site]:
        names = self._evaluator.names(path)
        if names is None:
            return frozenset()
        bare_members = names.facts.language == "java"
        hides_members = names.facts.language == "go"  # a field is named only with what it is a field of
        for home in names.enclosing(scope):
            is_class = names.facts.definitions[home].kind in CLASS_KINDS
            if is_class and bare_members:
                if found := frozenset(self._class_sites(Symbol(path, home), name)):
                    return found
            elif (not is_class or (home == scope and not hides_members)) and name in names.bound_in(home):
                return self._followed((path, home, name))
        for star in names.stars:
            target = self._evaluator.modules.target(star, path, facts=names.facts)
            if found := frozenset(self.of_member(target, name)):
                return found
        package = self._evaluator.modules.package_of(path, names.facts)
        return frozenset(self.of_member(package, name)) if package else frozenset()

    def of_member(self, value: Value, name: str) -> Iterable[Site]:
        """The sites of the member `name` of a value."""
        match value:
            case Symbol(path=path, index=0):
                return self._followed((path, FROM_OUTSIDE, name))
            case Symbol() | Instance():
                return self._class_sites(Symbol(value.path, value.index), name)
            case Package():
                members = self._evaluator.modules.package_member(value, name)
                return [self.of_definition(member) for member in members if isinstance(member, Symbol)]
            case Literal():
                held = self._evaluator.member(value, name)
                return [self.of_definition(member) for member in held if isinstance(member, Symbol)]
            case _:
                return ()

    def _followed(self, start: Site) -> frozenset[Site]:
        """The sites that a name leads to through imports and re-exports, each gone through once however they entwine."""
        if start in self._ends:
            return self._ends[start]
        is_outermost = not self._following  # inside another walk, what that one goes through is left to it
        found: set[Site] = set()
        mine: list[Site] = []
        pending = [start]
        while pending:
            hop = pending.pop()
            if hop in self._following:
                continue
            self._following.add(hop)
            mine.append(hop)
            for value, name in self._onward(hop, found):
                if isinstance(value, Symbol) and value.index == 0:
                    pending.append((value.path, FROM_OUTSIDE, name))
                else:
                    found.update(self.of_member(value, name))
        self._following.difference_update(mine)
        ends = frozenset(found)
        if is_outermost:
            self._ends[start] = ends
        return ends

    def _onward(self, hop: Site, found: set[Site]) -> Iterator[tuple[Value, str]]:
        """What a name is looked for in next, and as what; the sites met on the way are added to `found`."""
        path, scope, name = hop
        names = self._evaluator.names(path)
        if names is None:
            return
        if scope != FROM_OUTSIDE:
            yield from self._through_imports(hop, names, found=found)
            return
        for export in names.facts.exports:
            if export.name == name:
                found.add((path, 0, name))
                yield from self._through_export(path, export, found=found)
        if name in names.bound_in(0):
            yield from self._through_imports((path, 0, name), names, found=found)
        elif isinstance(module := self._evaluator.modules.submodule(path, name), Symbol):
            found.add((module.path, 0, ""))
        else:
            targets = (self._evaluator.modules.target(star, path, facts=names.facts) for star in names.stars)
            yield from ((target, name) for target in targets)

    def _through_imports(self, site: Site, names: FileNames, *, found: set[Site]) -> Iterator[tuple[Value, str]]:
        path, scope, name = site
        for binding in names.bound_in(scope).get(name, ()):
            found.add(site)
            if not isinstance(binding, Import):
                continue
            module = self._evaluator.modules.target(binding, path, facts=names.facts)
            if binding.name and binding.name != "*":
                inside = self._evaluator.modules.submodule(path, binding.name) if module == Symbol(path, 0) else None
                if isinstance(inside, Symbol):  # `from . import x` in a package, whose own `x` this import is
                    found.add((inside.path, 0, ""))
                else:
                    yield module, binding.name
            elif isinstance(module, Symbol):
                found.add((module.path, module.index, ""))

    def _through_export(self, path: RepoPath, export: Export, *, found: set[Site]) -> Iterator[tuple[Value, str]]:
        if not export.module:
            found |= self.of(path, 0, expr=export.value)
            return
        names = self._evaluator.names(path)
        target, inner = self._evaluator.modules.passed_on(export, path, facts=names.facts if names else None)
        if inner:
            yield target, inner
        elif isinstance(target, Symbol):
            found.add((target.path, target.index, ""))

    def _class_sites(self, owner: Symbol, name: str) -> Iterator[Site]:
        if (holder := self.holder(self._evaluator.order(owner), name)) is not None:
            yield (holder.path, holder.index, name)
        elif not self._evaluator.hierarchy.outside(owner):
            for heir in self._evaluator.hierarchy.descendants(owner):
                names = self._evaluator.names(heir.path)
                if names is not None and name in names.held(heir.index):
                    yield (heir.path, heir.index, name)

    def of_definition(self, symbol: Symbol) -> Site:
        """The site of a definition."""
        names = self._evaluator.names(symbol.path)
        if names is None or symbol.index == 0:
            return (symbol.path, 0, "")
        definition = names.facts.definitions[symbol.index]
        if definition.receiver:
            package = self._evaluator.modules.package_of(symbol.path, names.facts)
            owners = self._evaluator.modules.package_member(package, definition.receiver) if package else ()
            for owner in owners:
                if isinstance(owner, Symbol):
                    return (owner.path, owner.index, definition.name)
        return (symbol.path, definition.parent, definition.name)

"""Who refers to a definition: the mentions of its name in the tree, kept where they lead to it.

A definition is known by its *site*: the file, the scope it is bound in, and its name. A mention leads to a site when its
name is bound there, through any number of imports and re-exports, or when it is a member found there along the
resolution order of what stands left of the dot. Where that left side stands for nothing known, a mention of a method's
name is an inferred reference if the file plausibly handles the method's class.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import Attribute, Call, Export, Expr, FileFacts, Function, Import, Name
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS, FileNames, last_name
from weighbridge.landscape.importers import Importers, module_stem
from weighbridge.landscape.values import External, Instance, Package, Symbol, Value

Site = tuple[RepoPath, int, str]

FEW_FILES: Final = 24
"""So few files that mention a name are all read; of more, only those that can mean the one asked for."""

MOST_READ: Final = 400
"""Files read for one question, the nearest ones first; how many were left is told."""

FROM_OUTSIDE: Final = -1
"""In the place of a scope: the name is looked for as an importer of the module sees it."""

FEW_DEFINERS: Final = 3
"""A method name that this few files define is taken to mean that method even when the receiver is unknown."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands: `expr` is a `Name` or an `Attribute`, `kind` how it is used.

    `source` is the definition that uses it, `scope` where it is looked up: the head of a definition is looked up outside it.
    """

    source: int
    scope: int
    line: int
    expr: Name | Attribute
    kind: EdgeKind
    binds: str = ""
    """The name that the statement binds at the top level of a module or class, if it does."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention that leads to the asked-for definition; `source` is the definition it stands in."""

    source: Symbol
    kind: EdgeKind
    certainty: Certainty
    line: int
    binds: str = ""


class References:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluator, importers: Importers) -> None:
        self._evaluator = evaluator
        self._importers = importers
        self._landscape = evaluator.landscape
        self._mentions: dict[tuple[RepoPath, str], list[Mention]] = {}
        self._units: dict[RepoPath, Mapping[str, tuple[int, ...]]] = {}
        self._found: dict[Site, list[Reference]] = {}
        self._following: set[Site] = set()
        self._read: set[RepoPath] = set()
        self.unread: dict[str, int] = {}
        """Names so common that not every file mentioning them was read, with how many were not."""

    @property
    def files_read(self) -> int:
        """How many different files were searched for references."""
        return len(self._read)

    def to(self, site: Site) -> list[Reference]:
        """Every reference to the definition at `site`."""
        if site not in self._found:
            files = self._candidates(site)
            self._landscape.load(files)
            self._read.update(files)
            in_file = self._in_file if site[2] else self._imports_in
            self._found[site] = [reference for path in files for reference in in_file(path, site)]
        return self._found[site]

    def mentions(self, path: RepoPath) -> Mapping[str, Sequence[Mention]]:
        """All mentions of one file, by the last name."""
        return {name: self.mentions_of(path, name) for name in self._units_of(path)}

    def mentions_of(self, path: RepoPath, name: str) -> Sequence[Mention]:
        """Where one file mentions `name`, last in a dotted expression or alone."""
        key = (path, name)
        if key not in self._mentions:
            units = self._units_of(path).get(name, ())
            facts = self._landscape.facts(path) if units else None
            self._mentions[key] = [m for unit in units for m in _mentions(facts, unit, name=name)] if facts else []
        return self._mentions[key]

    def _units_of(self, path: RepoPath) -> Mapping[str, tuple[int, ...]]:
        if path not in self._units:
            facts = self._landscape.facts(path)
            self._units[path] = mentions_in(facts) if facts else {}
        return self._units[path]

    def sites(self, path: RepoPath, scope: int, *, expr: Expr) -> tuple[frozenset[Site], bool]:
        """The sites an expression's last name leads to, and whether something unknown stood left of the dot."""
        match expr:
            case Name(id=name):
                return self._name_sites(path, scope, name=name), False
            case Attribute(of=of, name=name):
                values = self._evaluator.evaluate(path, scope, expr=of)
                found = {site for value in values for site in self._member_sites(value, name)}
                known = bool(found) or any(isinstance(v, External) for v in values)
                return frozenset(found), not known
            case Function(definition=index):
                return frozenset({self.site_of(Symbol(path, index))}), False
            case _:
                return frozenset(), False

    def _leads(self, path: RepoPath, mention: Mention, *, site: Site) -> tuple[bool, bool]:
        """Whether a mention leads to the site, and whether something unknown stood left of its dot.

        It asks of each class left of the dot whether it is of the site's family, not for everything the name can lead to:
        a base class may have a thousand heirs.
        """
        if isinstance(mention.expr, Name):
            return site in self._name_sites(path, mention.scope, name=mention.expr.id), False
        values = self._evaluator.evaluate(path, mention.scope, expr=mention.expr.of)
        name = mention.expr.name
        found = False
        for value in values:
            if isinstance(value, Symbol | Instance) and value.index:
                found = found or self._class_leads(Symbol(value.path, value.index), name, site=site)
            else:
                found = found or site in self._member_sites(value, name)
        known = found or any(isinstance(v, External) or self._has_member(v, name) for v in values)
        return found, not known

    def _class_leads(self, owner: Symbol, name: str, *, site: Site) -> bool:
        holder = self._holder(owner, name)
        if holder is not None:
            return (holder.path, holder.index, name) == site
        wanted = Symbol(site[0], site[1])
        is_below = site[2] == name and owner != wanted and owner in self._evaluator.order(wanted)
        return is_below and not self._evaluator.hierarchy.outside(owner)

    def _holder(self, owner: Symbol, name: str) -> Symbol | None:
        """The first class along the resolution order that has a member of its own."""
        for each in self._evaluator.order(owner):
            names = self._evaluator.names(each.path)
            if names is None:
                continue
            in_class = name in names.bound.get(each.index, {}) or name in names.members.get(each.index, {})
            if in_class or self._evaluator.modules.attached_methods(each, name):
                return each
        return None

    def _has_member(self, value: Value, name: str) -> bool:
        """Whether a value is known to have a member; one that only its heirs may have is not."""
        if isinstance(value, Symbol | Instance) and value.index:
            return self._holder(Symbol(value.path, value.index), name) is not None
        return bool(self._member_sites(value, name))

    # Which files

    def _candidates(self, site: Site) -> tuple[RepoPath, ...]:
        """The files that may refer to a site: those that mention its name, where that is not too common a name."""
        path, owner, name = site
        if not name and owner == 0:
            files = self._importers.of(path)
        elif name == "default":
            files = self._importers.through(path, name)
        else:
            files = frozenset(self._landscape.files_with("m:" + name))
            if len(files) > FEW_FILES and (near := self._near(site)) is not None:
                files &= near
        if len(files) > MOST_READ:
            self.unread[name or module_stem(path)] = len(files) - MOST_READ
        nearest = sorted(files - {path}, key=lambda f: (-_shared(f, path), f))
        return (path, *nearest[:MOST_READ])

    def _near(self, site: Site) -> frozenset[RepoPath] | None:
        """The files in which a common name can mean this definition; None when any can.

        What stands at a module's top level is reached by an import. A member is reached through its class: by a file that
        names the class, imports its module, or imports one that names the class and may hand out its instances.
        """
        path, owner, name = site
        names = self._evaluator.names(path)
        definition = names.facts.definitions[owner] if names and owner else None
        if owner == 0:
            return self._importers.through(path, name)
        if definition is None or definition.kind not in CLASS_KINDS:
            return frozenset()
        if len(self._landscape.files_with("d:" + name)) <= FEW_DEFINERS:
            return None
        naming = self._landscape.files_with("m:" + definition.name)
        near = {*naming, *self._importers.of(path)}
        if len(naming) <= FEW_FILES:
            near.update(*(self._importers.of(each) for each in naming))
        return frozenset(near)

    def _imports_in(self, path: RepoPath, site: Site) -> Iterator[Reference]:
        """The imports of a file that run another's top level."""
        facts = self._landscape.facts(path)
        for imported in facts.imports if facts else ():
            if path != site[0] and Symbol(site[0], 0) in self._evaluator.brought(imported, path, facts=facts):
                yield Reference(Symbol(path, 0), EdgeKind.IMPORTS, Certainty.SEEN, imported.line)
                return

    def _in_file(self, path: RepoPath, site: Site) -> Iterator[Reference]:
        names = self._evaluator.names(path)
        if names is None:
            return
        yield from self._handed_out(path, names, site=site)
        wanted = {site[2]} | {i.alias for i in names.facts.imports if i.name == site[2] and i.alias}
        for name in sorted(wanted):
            for mention in self.mentions_of(path, name):
                is_found, unknown = self._leads(path, mention, site=site)
                source = Symbol(path, mention.source)
                if is_found:
                    yield Reference(source, mention.kind, Certainty.SEEN, mention.line, mention.binds)
                elif unknown and self._is_plausible(path, site):
                    yield Reference(source, mention.kind, Certainty.INFERRED, mention.line, mention.binds)

    def _handed_out(self, path: RepoPath, names: FileNames, *, site: Site) -> Iterator[Reference]:
        """Exports that hand the definition out under another name: whoever uses that name refers to it."""
        for export in names.facts.exports:
            if export.name == site[2] and path == site[0]:
                continue
            if export.module:
                target, inner = self._evaluator.modules.passed_on(export, path, facts=names.facts)
                found = frozenset(self._member_sites(target, inner)) if inner == site[2] else frozenset()
            else:
                found = self.sites(path, 0, expr=export.value)[0]
            if site in found:
                source = Symbol(path, 0)
                yield Reference(source, EdgeKind.IMPORTS, Certainty.SEEN, export.line, binds=export.name)

    def _is_plausible(self, path: RepoPath, site: Site) -> bool:
        where, owner, name = site
        names = self._evaluator.names(where)
        if names is None or names.facts.definitions[owner].kind not in CLASS_KINDS:
            return False
        if path == where or len(self._landscape.files_with("d:" + name)) <= FEW_DEFINERS:
            return True
        owner_name = names.facts.definitions[owner].name
        return path in self._landscape.files_with("m:" + owner_name)

    # Which sites

    def _name_sites(self, path: RepoPath, scope: int, *, name: str) -> frozenset[Site]:
        names = self._evaluator.names(path)
        if names is None:
            return frozenset()
        bare_members = names.facts.language == "java"
        for home in names.enclosing(scope):
            is_class = names.facts.definitions[home].kind in CLASS_KINDS
            if is_class and bare_members:
                if found := frozenset(self._class_sites(Symbol(path, home), name)):
                    return found
            elif (not is_class or home == scope) and name in names.bound.get(home, {}):
                return self._followed((path, home, name))
        for star in names.stars:
            target = self._evaluator.modules.target(star, path, facts=names.facts)
            if found := frozenset(self._member_sites(target, name)):
                return found
        package = self._evaluator.modules.package_of(path, names.facts)
        return frozenset(self._member_sites(package, name)) if package else frozenset()

    def _member_sites(self, value: Value, name: str) -> Iterable[Site]:
        match value:
            case Symbol(path=path, index=0):
                return self._followed((path, FROM_OUTSIDE, name))
            case Symbol() | Instance():
                return self._class_sites(Symbol(value.path, value.index), name)
            case Package():
                members = self._evaluator.modules.package_member(value, name)
                return [self.site_of(member) for member in members if isinstance(member, Symbol)]
            case _:
                return ()

    def _followed(self, start: Site) -> frozenset[Site]:
        """The sites that a name leads to through imports and re-exports, each gone through once however they entwine."""
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
                    found.update(self._member_sites(value, name))
        self._following.difference_update(mine)
        return frozenset(found)

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
        if name in names.bound.get(0, {}):
            yield from self._through_imports((path, 0, name), names, found=found)
        elif isinstance(module := self._evaluator.modules.submodule(path, name), Symbol):
            found.add((module.path, 0, ""))
        else:
            targets = (self._evaluator.modules.target(star, path, facts=names.facts) for star in names.stars)
            yield from ((target, name) for target in targets)

    def _through_imports(self, site: Site, names: FileNames, *, found: set[Site]) -> Iterator[tuple[Value, str]]:
        path, scope, name = site
        for binding in names.bound.get(scope, {}).get(name, ()):
            found.add(site)
            if not isinstance(binding, Import):
                continue
            module = self._evaluator.modules.target(binding, path, facts=names.facts)
            if binding.name and binding.name != "*":
                yield module, binding.name
            elif isinstance(module, Symbol):
                found.add((module.path, module.index, ""))

    def _through_export(self, path: RepoPath, export: Export, *, found: set[Site]) -> Iterator[tuple[Value, str]]:
        if not export.module:
            found |= self.sites(path, 0, expr=export.value)[0]
            return
        names = self._evaluator.names(path)
        target, inner = self._evaluator.modules.passed_on(export, path, facts=names.facts if names else None)
        if inner:
            yield target, inner
        elif isinstance(target, Symbol):
            found.add((target.path, target.index, ""))

    def _class_sites(self, owner: Symbol, name: str) -> Iterator[Site]:
        if (holder := self._holder(owner, name)) is not None:
            yield (holder.path, holder.index, name)
        elif not self._evaluator.hierarchy.outside(owner):
            for heir in self._evaluator.hierarchy.descendants(owner):
                names = self._evaluator.names(heir.path)
                if names is not None and name in names.bound.get(heir.index, {}):
                    yield (heir.path, heir.index, name)

    def site_of(self, symbol: Symbol) -> Site:
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


def _mentions(facts: FileFacts, unit: int, *, name: str) -> Iterator[Mention]:
    """The mentions of `name` in one unit (see `facts.mentions`), annotations left out: they are not run."""
    if unit < 0:
        index = -1 - unit
        definition = facts.definitions[index]
        at = _Spot(source=index, scope=max(definition.parent, 0), line=definition.line)
        for base in definition.bases:
            yield from _in_expression(at, base, kind=EdgeKind.INHERITS, name=name)
        for decorator in definition.decorators:
            yield from _in_expression(at, decorator, kind=EdgeKind.CALLS, name=name)
        for parameter in definition.parameters:
            if parameter.default is not None:
                yield from _in_expression(at, parameter.default, kind=EdgeKind.REFERS, name=name)
        return
    step = facts.steps[unit]
    is_outer = facts.definitions[step.scope].kind in ("module", *CLASS_KINDS)
    binds = step.target.id if is_outer and isinstance(step.target, Name) else ""
    at = _Spot(source=step.scope, scope=step.scope, line=step.line, binds=binds)
    yield from _in_expression(at, step.value, kind=EdgeKind.REFERS, name=name)
    if step.target is not None and not isinstance(step.target, Name):
        yield from _in_expression(at, step.target, kind=EdgeKind.REFERS, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where an expression stands."""

    source: int
    scope: int
    line: int
    binds: str = ""


def _in_expression(at: _Spot, outer: Expr, *, kind: EdgeKind, name: str) -> Iterator[Mention]:
    found = [e for e in walk(outer) if isinstance(e, Name | Attribute) and last_name(e) == name]
    uses = dict(_uses(outer)) if found and kind is EdgeKind.REFERS else {}
    for expr in found:
        yield Mention(at.source, at.scope, at.line, expr, uses.get(id(expr), kind), at.binds)


def _uses(outer: Expr) -> Iterator[tuple[int, EdgeKind]]:
    """How names inside an expression are used where that is more than being referred to."""
    for call in walk(outer):
        if isinstance(call, Call):
            yield id(call.function), EdgeKind.CALLS
            if isinstance(call.function, Name) and call.function.id in ("isinstance", "issubclass"):
                for tested in (e for a in call.arguments[1:] for e in walk(a.value)):
                    yield id(tested), EdgeKind.TESTS


def _shared(one: RepoPath, other: RepoPath) -> int:
    """How many folders from the root two paths share."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(one.count("/"), other.count("/")))

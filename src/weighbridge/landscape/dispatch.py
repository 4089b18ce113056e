"""References that no mention shows: dynamic dispatch, constructors, operators, fixtures, nested functions."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import Attribute, Call, Import, Name
from weighbridge.facts.names import last_name
from weighbridge.facts.special_methods import SPOKEN
from weighbridge.landscape.called_parameters import CALLED, calling
from weighbridge.landscape.file_names import FUNCTION_KINDS, calls_in
from weighbridge.landscape.fixtures import fixture_for, is_automatic, is_fixture
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import MOST_READ, Reference
from weighbridge.landscape.router_dependencies import of_dependency
from weighbridge.landscape.sites import Site
from weighbridge.landscape.test_classes import around_tests, of_class_fixture
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Instance, Symbol

_CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "<init>", "constructor")
_OF_HEIRS = "__init_subclass__"
"""What a class statement calls of the classes it names as bases, and nothing else does: to make an object makes no class."""

_MAKING_CLASSES = ("type", "new_class")

_NEVER_CALLING_BACK = ("builtins.", "typing.", "typing_extensions.", "abc.", "enum.")
"""Where classes come from that call nothing but special methods of their heirs."""

_MOST_STARS = 200
"""Files that take all that one module lists, through each other too."""


def implied_references(view: View, site: Site) -> Iterator[Reference]:
    """What can notice a change at `site` although it does not name it."""
    path, owner, name = site
    names = view.evaluator.names(path)
    if names is None or not name:
        return
    definitions = names.facts.definitions
    if (owner, name) == (0, "__all__"):
        yield from _of_stars(view, path)
    elif names.is_member(owner, name):
        yield from _of_member(view, Symbol(path, owner), name=name)
        for alias in names.aliases.get((owner, name), ()):
            yield from _of_alias(view, (path, owner, alias), object_name=definitions[owner].name)
    elif definitions[owner].kind in FUNCTION_KINDS:
        yield Reference(Symbol(path, owner), EdgeKind.CONTAINS, Certainty.SEEN, definitions[owner].line)
    for index in names.defined.get((owner, name), ()):
        if is_fixture(definitions[index]) and owner:
            automatic = is_automatic(definitions[index])
            yield from of_class_fixture(view, Symbol(path, owner), name=name, is_automatic=automatic)
        elif is_fixture(definitions[index]):
            yield from _of_fixture(view, Symbol(path, index))
        elif names.facts.language == "python" and definitions[index].kind in FUNCTION_KINDS:
            yield from of_dependency(view, Symbol(path, index), name=name)


def _of_alias(view: View, site: Site, *, object_name: str) -> Iterator[Reference]:
    """Who uses a member by another of its names: where the receiver is not known, only if it is called as the object is."""
    for reference in view.references.to(site):
        mentions = view.references.mentions_of(reference.source.path, site[2])
        here = (m.expr for m in mentions if m.line == reference.line and isinstance(m.expr, Attribute))
        if reference.certainty is Certainty.SEEN or any(last_name(expr.of) == object_name for expr in here):
            yield reference


def _of_member(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    yield from _through_class(view, owner, name=name)
    if name not in (*_CONSTRUCTORS, _OF_HEIRS):
        yield from _through_bases(view, owner, name=name)
    yield from around_tests(view, owner, name=name)
    yield from _computed(view, owner, name=name)


def _through_class(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    """Who calls a member by using its class: what is made is constructed, and what its bases call is called.

    A special method of which every use can be seen (`facts.special_methods`) is noticed by those uses alone.
    """
    if name in _CONSTRUCTORS:
        for reference in _of_class(view, owner):
            if reference.kind in (EdgeKind.CALLS, EdgeKind.INHERITS):
                yield reference
            elif reference.kind is EdgeKind.REFERS:  # kept under another name, it can be called from there
                yield replace(reference, certainty=Certainty.INFERRED)
    elif name == _OF_HEIRS:
        yield from _of_class_makers(view, owner)
    elif name.startswith("__") and name.endswith("__"):
        yield from calling(view, owner) if name == CALLED else ()
        for reference in _of_class(view, owner) if name not in SPOKEN else ():
            if (
                reference.kind is not EdgeKind.TESTS
            ):  # whoever asks whether something is of the class has it from elsewhere
                yield replace(reference, certainty=Certainty.INFERRED, share=1)
    elif _calls_back(view.evaluator.hierarchy.outside(owner)) and not _is_called(view, owner, name=name):
        for reference in _of_class(view, owner):  # what the outside class calls, whoever uses this one gets
            if reference.kind in (EdgeKind.CALLS, EdgeKind.INHERITS):
                yield replace(reference, kind=EdgeKind.CALLS, certainty=Certainty.INFERRED, share=1)


def _of_class_makers(view: View, owner: Symbol) -> Iterator[Reference]:
    """Who makes a class below one."""
    for reference in _of_class(view, owner):
        if reference.kind is EdgeKind.INHERITS:
            yield reference
        elif reference.binds or _makes_class(view, reference):
            yield replace(reference, certainty=Certainty.INFERRED)


def _makes_class(view: View, reference: Reference) -> bool:
    """Whether a class is named where `type` makes another: `type("Shop", (Flask,), {})`."""
    facts = view.landscape.facts(reference.source.path)
    steps = (step for step in facts.steps if step.line == reference.line) if facts else ()
    calls = (call for step in steps for call in calls_in(step.value) if last_name(call.function) in _MAKING_CLASSES)
    return any(len(call.arguments) > 1 for call in calls)


def _of_class(view: View, owner: Symbol) -> Sequence[Reference]:
    """Who refers to a class; asked for only where it matters: what everybody names takes long to find."""
    return view.references.to(view.references.sites.of_definition(owner))


def _through_bases(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    """The members by which this one is called: those that it overrides, and those of interfaces that its type fits."""
    above = view.evaluator.order(owner)[1:]
    fitted = (each for each in view.evaluator.hierarchy.fit.interfaces(owner, name) if each not in above)
    yield from _through(view, owner, above=above, name=name)
    yield from _through(view, owner, above=fitted, name=name)


def _through(view: View, owner: Symbol, *, above: Iterable[Symbol], name: str) -> Iterator[Reference]:
    """The members of this name that types above have: their callers may mean it. A test file's class is met by its own users only."""
    for ancestor in above:
        if is_test(owner.path) and ancestor.path != owner.path:
            yield from _of_holders(view, owner)
            return
        names = view.evaluator.names(ancestor.path)
        for index in names.defined.get((ancestor.index, name), ()) if names else ():
            line = names.facts.definitions[index].line if names else 0
            yield Reference(Symbol(ancestor.path, index), EdgeKind.OVERRIDES, Certainty.INFERRED, line)


def _of_holders(view: View, owner: Symbol) -> Iterator[Reference]:
    """Who makes or names a class, or inherits from it."""
    for reference in _of_class(view, owner):
        if reference.kind in (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.REFERS):
            yield replace(reference, certainty=Certainty.INFERRED)


def _calls_back(outside: Iterable[str]) -> bool:
    """Whether a class outside the repository may call what its heirs define; Python's own call special methods alone."""
    return any(not name.startswith(_NEVER_CALLING_BACK) for name in outside)


def _is_called(view: View, owner: Symbol, *, name: str) -> bool:
    """Whether this tree is seen to call the method itself: then it is no hook that only the outside class calls."""
    return any(
        r.kind is EdgeKind.CALLS and r.certainty is Certainty.SEEN
        for r in view.references.to((owner.path, owner.index, name))
    )


def _computed(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    """Code that puts the member's name together: `getattr(self, f"visit_{kind}")` may mean `visit_Name`.

    It means it of one class among all that the object may be of.
    """
    site = (owner.path, owner.index, name)
    starts = {name[: i + 1] for i, letter in enumerate(name) if letter == "_" and i > 1}
    for path in sorted({path for start in starts for path in view.landscape.files_with("g:" + start)}):
        for scope, call, prefix in view.references.computed(path):
            if prefix in starts and (share := _share(view, site, path=path, scope=scope, call=call)):
                yield Reference(Symbol(path, scope), EdgeKind.CALLS, Certainty.INFERRED, call.line, share=share)


def _share(view: View, site: Site, *, path: RepoPath, scope: int, call: Call) -> float:
    """The asked-for class's share of those the object may be of whose member is looked up; 0 where it is of another family."""
    where, index, name = site
    owner = Symbol(where, index)
    values = view.evaluator.evaluate(path, scope, expr=call.arguments[0].value)
    classes = {Symbol(v.path, v.index) for v in values if isinstance(v, Instance)}
    family = len(view.evaluator.hierarchy.files_below(view.evaluator.order(owner)))
    if not values:
        return 1 / max(1, family, view.references.definers(where, name))
    is_of_family = any(c in view.evaluator.order(owner) or owner in view.evaluator.order(c) for c in classes)
    return 1 / max(1, family) if is_of_family else 0


def _below(view: View, fixture: Symbol) -> Iterator[Reference]:
    """The test files that an automatic fixture serves: those below its `conftest.py`, or its own."""
    folder, is_shared = folder_of(fixture.path), fixture.path.endswith("conftest.py")
    below = (p for p in view.landscape.tree.code_paths if p.startswith(f"{folder}/" if folder else "") and is_test(p))
    for path in islice(below, MOST_READ) if is_shared else (fixture.path,):
        yield Reference(Symbol(path, 0), EdgeKind.REFERS, Certainty.SEEN, 1)


def _of_stars(view: View, path: RepoPath) -> Iterator[Reference]:
    """Who notices what a module lists in `__all__`: those that import all it lists, and what uses it there.

    Whoever names what they import never looks at the list.
    """
    pending = [path]
    for module in pending:
        for importer in sorted(view.importers.of(module)):
            if importer not in pending and (star := _star_of(view, importer, module=module)):
                yield Reference(Symbol(importer, 0), EdgeKind.IMPORTS, Certainty.SEEN, star.line)
                yield from _through_star(view, importer, module=path)
                pending.append(importer)
        if len(pending) > _MOST_STARS:
            view.evaluator.work.cut(path, f"more than {_MOST_STARS} files import all that it lists")
            return


def _star_of(view: View, importer: RepoPath, *, module: RepoPath) -> Import | None:
    """The star import by which one file takes all that another lists, if it does."""
    names = view.evaluator.names(importer)
    for star in names.stars if names else ():
        facts = names.facts if names else None
        if view.evaluator.modules.target(star, importer, facts=facts) == Symbol(module, 0):
            return star
    return None


def _through_star(view: View, path: RepoPath, *, module: RepoPath) -> Iterator[Reference]:
    """The mentions in `path` of names that it can have only from `module` and does not bind."""
    names, there = view.evaluator.names(path), view.evaluator.names(module)
    if names is None or there is None:
        return
    offered = {*there.bound_in(0), *(export.name for export in there.facts.exports)} - set(names.bound_in(0))
    mentions = view.references.mentions(path)
    for name in sorted(offered & set(mentions)):
        for mention in mentions[name]:
            if isinstance(mention.expr, Name):
                yield Reference(
                    Symbol(path, mention.source), mention.kind, Certainty.INFERRED, mention.line, mention.binds
                )


def _of_fixture(view: View, fixture: Symbol) -> Iterator[Reference]:
    """The tests and fixtures that ask for a pytest fixture by a parameter of its name."""
    names = view.evaluator.names(fixture.path)
    name = names.facts.definitions[fixture.index].name if names else ""
    if names and is_automatic(names.facts.definitions[fixture.index]):
        yield from _below(view, fixture)
    for path in view.landscape.files_with("p:" + name):
        facts = view.landscape.facts(path)
        if facts is None or not is_test(path):
            continue
        if fixture_for(view.landscape, path, name=name) != fixture:
            continue
        for index, definition in enumerate(facts.definitions):
            if any(p.name == name for p in definition.parameters) and definition.kind != "lambda":
                yield Reference(Symbol(path, index), EdgeKind.REFERS, Certainty.SEEN, definition.line)

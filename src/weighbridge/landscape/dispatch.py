"""References that no mention shows: dynamic dispatch, constructors, operators, fixtures, nested functions."""

from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import Call, Import, Name
from weighbridge.landscape.file_names import CLASS_KINDS, FUNCTION_KINDS, calls_in
from weighbridge.landscape.fixtures import fixture_for, is_automatic, is_fixture
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import MOST_READ, Reference
from weighbridge.landscape.sites import Site
from weighbridge.landscape.terms import computed_prefix
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Instance, Symbol

_CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "<init>", "constructor", "__init_subclass__")

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
    elif definitions[owner].kind in CLASS_KINDS:
        yield from _of_member(view, Symbol(path, owner), name=name)
    elif definitions[owner].kind in FUNCTION_KINDS:
        yield Reference(Symbol(path, owner), EdgeKind.CONTAINS, Certainty.SEEN, definitions[owner].line)
    for index in names.defined.get((owner, name), ()):
        if is_fixture(definitions[index]):
            yield from _of_fixture(view, Symbol(path, index))


def _of_member(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    owner_site = view.references.sites.of_definition(owner)
    if name in _CONSTRUCTORS:
        for reference in view.references.to(owner_site):
            if reference.kind in (EdgeKind.CALLS, EdgeKind.INHERITS):
                yield reference
            elif reference.kind is EdgeKind.REFERS:  # kept under another name, it can be called from there
                yield replace(reference, certainty=Certainty.INFERRED)
    elif name.startswith("__") and name.endswith("__"):
        for reference in view.references.to(owner_site):
            yield Reference(reference.source, reference.kind, Certainty.INFERRED, reference.line, reference.binds)
    elif view.evaluator.hierarchy.outside(owner) and not _is_called(view, owner, name=name):
        for reference in view.references.to(owner_site):  # what the outside class calls, whoever uses this one gets
            if reference.kind in (EdgeKind.CALLS, EdgeKind.INHERITS):
                yield Reference(
                    reference.source, EdgeKind.CALLS, Certainty.INFERRED, reference.line, binds=reference.binds
                )
    for ancestor in view.evaluator.order(owner)[1:] if name not in _CONSTRUCTORS else ():
        names = view.evaluator.names(ancestor.path)
        for index in names.defined.get((ancestor.index, name), ()) if names else ():
            line = names.facts.definitions[index].line if names else 0
            yield Reference(Symbol(ancestor.path, index), EdgeKind.OVERRIDES, Certainty.INFERRED, line)
    yield from _properties(view, owner, name=name)
    yield from _computed(view, owner, name=name)


def _is_called(view: View, owner: Symbol, *, name: str) -> bool:
    """Whether this tree calls the method itself: then it is no hook that only the outside class calls."""
    return any(r.kind is EdgeKind.CALLS for r in view.references.to((owner.path, owner.index, name)))


def _computed(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    """Code that puts the member's name together: `getattr(self, f"visit_{kind}")` may mean `visit_Name`."""
    starts = [name[: i + 1] for i, letter in enumerate(name) if letter == "_" and i > 1]
    for start in starts:
        for path in view.landscape.files_with("g:" + start):
            names = view.evaluator.names(path)
            for step in names.facts.steps if names else ():
                for call in calls_in(step.value):
                    if computed_prefix(call) == start and _may_be(view, owner, path=path, scope=step.scope, call=call):
                        yield Reference(Symbol(path, step.scope), EdgeKind.CALLS, Certainty.INFERRED, call.line)


def _may_be(view: View, owner: Symbol, *, path: RepoPath, scope: int, call: Call) -> bool:
    """Whether the object whose member is looked up can be of the owner's family: related, or of no known kind."""
    values = view.evaluator.evaluate(path, scope, expr=call.arguments[0].value)
    classes = {Symbol(v.path, v.index) for v in values if isinstance(v, Instance)}
    return not values or any(c in view.evaluator.order(owner) or owner in view.evaluator.order(c) for c in classes)


def _properties(view: View, owner: Symbol, *, name: str) -> Iterator[Reference]:
    """Methods that a test runner calls around every test of the class."""
    names = view.evaluator.names(owner.path)
    if names is None or name not in ("setUp", "tearDown", "setUpClass", "asyncSetUp", "setup_method", "setUpTestData"):
        return
    for index, definition in enumerate(names.facts.definitions):
        if definition.parent == owner.index and definition.name.startswith("test"):
            yield Reference(Symbol(owner.path, index), EdgeKind.CALLS, Certainty.SEEN, definition.line)


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

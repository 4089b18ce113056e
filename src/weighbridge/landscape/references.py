"""Who refers to a definition: the mentions of its name in the tree, kept where they lead to it (see `landscape.sites`).

Where what stands left of the dot is nothing known, a mention of a method's name is an inferred reference if the file
plausibly handles the method's class, or if few enough classes have such a method.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO, StringIO, TextIOWrapper
from itertools import islice
from math import sqrt
from re import Match, Pattern
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import Mentions, in_unit, mentions_in
from weighbridge.facts.model import WHOLE, Attribute, Call, Expr, Name, Step
from weighbridge.facts.roles import of_one_language
from weighbridge.facts.special_methods import HELD, SPOKEN
from weighbridge.landscape.dependencies import is_dependency, types_in
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS, FileNames, calls_in
from weighbridge.landscape.importers import Importers, module_stem
from weighbridge.landscape.mentions import Mention, Uses, asked_in_unit, is_spelled, mentions_in_unit
from weighbridge.landscape.sites import Lead, Site, Sites
from weighbridge.landscape.terms import computed_prefix
from weighbridge.landscape.test_files import is_built_for_tests, is_test
from weighbridge.landscape.values import Symbol
from weighbridge.landscape.work import Looking

FEW_FILES: Final = 24
"""So few files that mention a name are all read; of more, only those that can mean the one asked for."""

MOST_READ: Final = 400
"""Files read for one question, the nearest ones first; how many were left is told."""

MOST_OPERATED: Final = 500
"""Uses of a special method that are looked into for one class, the nearest first: hardly any operator is of one class.

Django tests 11,708 times in the 112 files near its `QuerySet` whether something is true; two of these are one.
"""

OPERATED_IN_VAIN: Final = 150
"""Such uses in a row, outside the class's own file, that are of something else: the rest is hardly of it either.

Of 473 uses seen among the 500 nearest in seven changes of Django, 7 come after so many.
"""

IN_VAIN: Final = 300
"""The same of other members: of 16,335 uses seen in 28 changes of Django, Hugo, Spring Boot and TypeORM, none comes after so many.

After 200, five do, and impact by mutation falls to .948.
"""

FEW_DEFINERS: Final = 3
"""A method name that this few files define is taken to mean that method even when the receiver is unknown."""

SOME_DEFINERS: Final = 25
"""A method name that this few files define may mean each of them where the receiver is unknown, if it is nothing's of Python."""

MOST_COUNTED: Final = 100
"""Files that define a name which are counted: where there are more, none of them is likely to be meant."""

_UNSPOKEN: Final = ("", "default", WHOLE)
"""What is used by other names than its own, if by any."""

_BEHIND_DOTS: Final = ("python", "go")
"""Languages in which a bare name never is a member of a class that stands elsewhere."""

_COMMON: Final = frozenset(
    name
    for kind in (*(str, bytes, list, dict, set, tuple, int, object, BaseException), TextIOWrapper, BytesIO, StringIO)
    for name in (*dir(kind), *dir(Pattern), *dir(Match))
)
"""What Python's own types have, and those that files and regular expressions are read with."""


class Reference(Struct, frozen=True):
    """A mention that leads to the asked-for definition; `source` is the definition it stands in."""

    source: Symbol
    kind: EdgeKind
    certainty: Certainty
    line: int
    binds: str = ""
    share: float = 1.0
    """How much of what it can mean is the asked-for definition, at most 1."""
    what: str = ""
    """What is referred to, where that is no name: the route that is requested."""


class References:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluator, importers: Importers) -> None:
        self._evaluator = evaluator
        self.importers = importers
        self.sites = Sites(evaluator)
        self._landscape = evaluator.landscape
        self._mentions: dict[tuple[RepoPath, str], list[Mention]] = {}
        self._members: dict[tuple[RepoPath, str], list[Mention]] = {}
        self._units: dict[RepoPath, Mentions] = {}
        self._found: dict[tuple[Site, bool], list[Reference]] = {}
        self._computed: dict[RepoPath, Sequence[tuple[int, Call, str]]] = {}
        self._uses = Uses()
        self._read: set[RepoPath] = set()
        self._defining: dict[tuple[str, str], int] = {}
        self._named: dict[tuple[RepoPath, int, bool], frozenset[RepoPath]] = {}
        self._dependencies: dict[Site, bool] = {}
        self._looking = Looking(0)
        self.unread: dict[str, int] = {}
        """Names so common that not every file mentioning them was read, with how many were not."""
        self.operated: set[str] = set()
        """Special methods that are used so often that not every use was looked into."""

    @property
    def files_read(self) -> int:
        """How many different files were searched for references."""
        return len(self._read)

    def to(self, site: Site, *, least: float = 0) -> list[Reference]:
        """Every reference to the definition at `site`; those whose share is not above `least` may be left out.

        A name that many define is mentioned everywhere: to look for one of them on unknown receivers takes long.
        """
        key = (site, self._may_be_narrowed(site, least))
        if key not in self._found:
            files = self._candidates(site, least)
            self.read(files)
            in_file = self._in_file if site[2] else self._imports_in
            work = self._evaluator.work
            most = work.mentions_left(site[0])
            looking = self._looking = _looking(site, most)
            self._found[key] = [reference for path in files for reference in in_file(path, site)]
            work.looked(site[0], looking.taken)
        return self._found[key]

    def expected(self, site: Site) -> float:
        """About how many refer to a site, as far as the index tells: the files that mention its name by those that define it."""
        path, _, name = site
        if name in _UNSPOKEN:
            return 1
        mentioning = len(self._landscape.files_with("m:" + _said(name)))
        return max(1, mentioning / max(1, self.definers(path, _said(name)))) if mentioning > 1 else 1

    def read(self, files: Collection[RepoPath]) -> None:
        """Load files that are searched."""
        self._landscape.load(files)
        self._read.update(files)

    def _may_be_narrowed(self, site: Site, least: float) -> bool:
        """Whether so many files mention a name that those in which it can only mean one of many need not be read."""
        if not least or len(self._landscape.files_with("m:" + _said(site[2]))) <= FEW_FILES:
            return False
        return 0 < self._share_anywhere(site) <= least

    def mentions(self, path: RepoPath) -> Mapping[str, Sequence[Mention]]:
        """All mentions of one file, by the last name."""
        return {name: self.mentions_of(path, name) for name in self._units_of(path)}

    def mentions_of(self, path: RepoPath, name: str) -> Sequence[Mention]:
        """Where one file mentions `name`, last in a dotted expression or alone."""
        key = (path, name)
        if key not in self._mentions:
            self._mentions[key] = [*self._mentions_in(path, self._units_of(path).get(name, ()), name=name)]
        return self._mentions[key]

    def _members_of(self, path: RepoPath, name: str) -> Sequence[Mention]:
        """Where one file mentions a member of this name."""
        key = (path, name)
        if key not in self._members:
            found = self._mentions_in(path, self._units_of(path).members(name), name=name)
            self._members[key] = [mention for mention in found if type(mention.expr) is Attribute]
        return self._members[key]

    def _mentions_in(self, path: RepoPath, units: Sequence[int], *, name: str) -> Iterator[Mention]:
        facts = self._landscape.facts(path) if units else None
        for unit in units if facts else ():
            yield from mentions_in_unit(facts, unit, name=name, uses=self._uses) if facts else ()

    def computed(self, path: RepoPath) -> Sequence[tuple[int, Call, str]]:
        """The calls of a file that look up a member whose name is put together: scope, call, and how the name begins."""
        if path not in self._computed:
            facts = self._landscape.facts(path)
            found = ((s.scope, call) for s in facts.steps for call in calls_in(s.value)) if facts else ()
            told = ((scope, call, computed_prefix(call, facts, scope=scope)) for scope, call in found) if facts else ()
            self._computed[path] = [each for each in told if each[2]]
        return self._computed[path]

    def _units_of(self, path: RepoPath) -> Mentions:
        if path not in self._units:
            facts = self._landscape.facts(path)
            self._units[path] = mentions_in(facts) if facts else Mentions({})
        return self._units[path]

    def _candidates(self, site: Site, least: float) -> tuple[RepoPath, ...]:
        """The files that may refer to a site: those that mention its name, where that is not too common a name."""
        path, owner, name = site
        if name not in _UNSPOKEN and not self._landscape.files_with("m:" + _said(name)):
            return ()
        if name in ("", WHOLE) and owner == 0:
            files = self.importers.of(path)
        elif name == "default":
            files = self.importers.through(path, name)
        else:
            files = frozenset(of_one_language(path, self._landscape.files_with("m:" + _said(name))))
            if len(files) > FEW_FILES and (near := self._near(site, least)) is not None:
                files &= near
        if is_test(path):
            files = frozenset(file for file in files if is_test(file) or self.is_given(path, file))
        if len(files) > MOST_READ:
            self.unread[name or module_stem(path)] = len(files) - MOST_READ
        naming = self._naming(site) if owner and len(files) > FEW_FILES else frozenset()
        nearest = sorted(files - {path}, key=lambda f: (f not in naming, -shared_folders(f, path), f))
        return (path, *nearest[:MOST_READ])

    def _near(self, site: Site, least: float) -> frozenset[RepoPath] | None:
        """The files in which a common name can mean this definition; None when any can.

        What stands at a module's top level is reached by an import. A member is reached through its class: by a file that
        names the class, imports its module, or imports one that names the class and may hand out its instances.
        """
        path, owner, name = site
        names = self._evaluator.names(path)
        if owner == 0:
            return self.importers.through(path, name)
        if names is None or not names.is_member(owner, name):
            return frozenset()
        if self._share_anywhere(site) > least:
            return None
        naming = self._naming(site)
        near = {*naming, *self.importers.of(path)}
        if len(naming) <= FEW_FILES:
            near.update(*(self.importers.of(each) for each in naming))
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
        if site[2] == WHOLE and path != site[0]:
            yield from self._handed_out(path, names, site=site)
            yield from self._of_whole(path, names, site=site)
            return
        said = _said(site[2])
        if path != site[0] and self._is_named_behind_dots(site) and not self._is_dependency(site):
            yield from self._leading(path, site, mentions=lambda: self._members_of(path, said))
            return
        yield from self._handed_out(path, names, site=site)
        yield from self._renamed(path, names, site=site)
        wanted = {said} | {i.alias for i in names.facts.imports if i.name == site[2] and i.alias}
        for name in sorted(wanted):
            yield from self._leading(path, site, mentions=partial(self._used, path, name, site=site))

    def _of_whole(self, path: RepoPath, names: FileNames, *, site: Site) -> Iterator[Reference]:
        """Where a file uses what a CommonJS module is, and not something in it: `make()` of `const make = require("./make")`."""
        for alias in sorted({i.alias for i in names.facts.imports if not i.name and i.alias}):
            yield from self._leading(path, _as_module(site), mentions=partial(self._alone, path, names, alias=alias))

    def _alone(self, path: RepoPath, names: FileNames, *, alias: str) -> Iterator[Mention]:
        """The mentions of a name that stands left of no dot."""
        units = self._units_of(path).get(alias, ())
        parts = (part for unit in units for _, outer in in_unit(names.facts, unit) for part in walk(outer))
        opened = {id(part.of) for part in parts if type(part) is Attribute}
        return (mention for mention in self.mentions_of(path, alias) if id(mention.expr) not in opened)

    def _leading(self, path: RepoPath, site: Site, *, mentions: Callable[[], Iterable[Mention]]) -> Iterator[Reference]:
        """Those mentions of a file that lead to a site; asked for only where there may still be looked at some."""
        looking = self._looking
        for mention in mentions() if not looking.is_over else ():
            if not looking.next(is_expected=path == site[0]):
                self._stop_looking(site)
                return
            lead = self.sites.leads(path, mention.scope, expr=mention.expr, site=site)
            share = self._share(lead, path, mention=mention, site=site)
            if share:
                looking.found()
                is_seen = lead is Lead.THERE and not is_spelled(mention.expr)
                certainty = Certainty.SEEN if is_seen else Certainty.INFERRED
                source = Symbol(path, mention.source)
                yield Reference(source, mention.kind, certainty, mention.line, mention.binds, share)

    def _used(self, path: RepoPath, name: str, *, site: Site) -> Iterator[Mention]:
        """Where a file uses a name, and the parameters whose type it states if that says how they are made."""
        names = self._evaluator.names(path)
        is_put = path == site[0] and names is not None and site[2] in names.attached.get(site[1], ())
        yield from (m for m in self.mentions_of(path, name) if not (is_put and m.is_given))  # where it is put there
        yield from self._asked(path, name) if self._is_dependency(site) else ()

    def _is_named_behind_dots(self, site: Site) -> bool:
        """Whether other files can name a site by nothing but a member's name."""
        path, owner, name = site
        names = self._evaluator.names(path)
        is_class = names is not None and owner > 0 and names.facts.definitions[owner].kind in CLASS_KINDS
        return bool(name) and is_class and names is not None and names.facts.language in _BEHIND_DOTS

    def _asked(self, path: RepoPath, name: str) -> Iterator[Mention]:
        """The parameters of a file whose type is stated by `name`."""
        facts = self._landscape.facts(path)
        for unit in self._units_of(path).get(name, ()) if facts else ():
            yield from asked_in_unit(facts, unit, name=name) if facts else ()

    def _is_dependency(self, site: Site) -> bool:
        """Whether a name stands for a type that says how a parameter of it is made."""
        if site not in self._dependencies:
            self._dependencies[site] = any(is_dependency(value) for value in self._given_to(site))
        return self._dependencies[site]

    def _given_to(self, site: Site) -> Iterator[Expr]:
        """What statements of Python give a name, and the other names that they give it."""
        pending = [site]
        for path, owner, name in pending:
            names = self._evaluator.names(path) if name else None
            for binding in names.bound_in(owner).get(name, ()) if names and names.facts.language == "python" else ():
                if isinstance(binding, Step) and binding.kind == "bind":
                    yield binding.value
                    for other in types_in(binding.value):
                        further = self.sites.of(path, owner, expr=other) if isinstance(other, Name) else ()
                        pending += [each for each in further if each not in pending]

    def _stop_looking(self, site: Site) -> None:
        """Note that not every mention was looked at: how often operators are used says nothing of the one who defines one."""
        path, _, name = site
        work = self._evaluator.work
        if self._looking.is_in_vain or (name in SPOKEN and work.mentions_left(path) > MOST_OPERATED):
            self.operated.add(name)
        else:
            work.cut(path, "what it defines is mentioned more often than can be looked at")

    def _handed_out(self, path: RepoPath, names: FileNames, *, site: Site) -> Iterator[Reference]:
        """Exports that hand the definition out under another name: whoever uses that name refers to it."""
        for export in names.facts.exports:
            name = export.name or WHOLE
            if name == site[2] and path == site[0]:
                continue
            if export.module:
                target, inner = self._evaluator.modules.passed_on(export, path, facts=names.facts)
                found = frozenset(self.sites.of_member(target, inner)) if inner == site[2] else frozenset()
            else:
                found = self.sites.of(path, 0, expr=export.value)
            if site in found or (path != site[0] and _as_module(site) in found):
                source = Symbol(path, 0)
                yield Reference(source, EdgeKind.IMPORTS, Certainty.SEEN, export.line, binds=name)

    def _renamed(self, path: RepoPath, names: FileNames, *, site: Site) -> Iterator[Reference]:
        """Imports under another name that others import from here: `from .a import f as g` in a package."""
        for imported in names.facts.imports:
            alias = imported.alias
            if imported.name != site[2] or imported.scope != 0 or alias in ("", site[2]):
                continue
            is_used = not self.importers.of(path).isdisjoint(self._landscape.files_with("m:" + alias))
            if is_used and site in self.sites.of(path, 0, expr=Name(alias)):
                yield Reference(Symbol(path, 0), EdgeKind.IMPORTS, Certainty.SEEN, imported.line, binds=alias)

    def _share(self, lead: Lead, path: RepoPath, *, mention: Mention, site: Site) -> float:
        """How much of what a mention can mean is the site; 0 where it is taken not to mean it."""
        if lead is Lead.THERE:
            return 1 / max(1, mention.beside)
        if lead is Lead.TO_ANY_HEIR:
            return 1 / max(1, len(self._evaluator.hierarchy.definers_below(Symbol(*site[:2]), site[2])))
        if lead is not Lead.FROM_UNKNOWN or mention.is_given:
            return 0
        if mention.kind is EdgeKind.REFERS and path.endswith(".go"):
            return 0  # a method is hardly ever handed on, a field of that name always
        return self._share_of_unknown(path, site)

    def _share_of_unknown(self, path: RepoPath, site: Site) -> float:
        """A method's share of what its name means on an unknown receiver."""
        where, owner, name = site
        names = self._evaluator.names(where)
        if names is None or not names.is_member(owner, name) or "." in name:
            return 0
        if name in SPOKEN:
            return float(self._is_meant_by_operator(path, site))
        if path != where and is_test(where) and not self.is_given(where, path):
            return 0
        if path == where or path in self._naming(site):
            return 1
        return self._share_anywhere(site)

    def _is_meant_by_operator(self, path: RepoPath, site: Site) -> bool:
        """Operators stand everywhere: on an unknown operand only a test's is taken to be of a class, and of one it names.

        Tests say what they are about. What is copied or stored may hold anything, wherever that is done.
        """
        where, _, name = site
        if not is_test(path) and name not in HELD:
            return False
        if path != where and is_test(where) and not self.is_given(where, path):
            return False
        return path == where or path in self._naming(site) or self.definers(where, name) <= FEW_DEFINERS

    def _naming(self, site: Site) -> frozenset[RepoPath]:
        """The files that name the class of a member, or, where it is a special method, one that inherits it."""
        path, owner, name = site
        key = (path, owner, name in SPOKEN)
        if key not in self._named:
            heirs = self._evaluator.hierarchy.descendants(Symbol(path, owner)) if name in SPOKEN else ()
            found: set[RepoPath] = set()
            for each in (Symbol(path, owner), *heirs):
                names = self._evaluator.names(each.path)
                if names is not None:
                    found.update(self._landscape.files_with("m:" + names.facts.definitions[each.index].name))
            self._named[key] = frozenset(found)
        return self._named[key]

    def is_given(self, where: RepoPath, path: RepoPath) -> bool:
        """Whether a file can hold objects of a test file's classes: it may import it, or the runner serves it.

        Of Go and Java, tests of a package are no part of it where it is built.
        """
        if is_built_for_tests(where) and not is_test(path):
            return False
        below = where.removesuffix("conftest.py")
        return path in self.importers.of(where) or (below != where and path.startswith(below))

    def _share_anywhere(self, site: Site) -> float:
        """The share of each method of this name on an unknown receiver in any file; 0 where the name is not rare enough.

        Of several definers one is likelier meant than in equal parts: a file uses few of them.
        """
        path, _, name = site
        definers = self.definers(path, name)
        if name in _COMMON or definers > SOME_DEFINERS:
            return 0
        return 1 if definers <= FEW_DEFINERS else 1 / sqrt(definers)

    def definers(self, path: RepoPath, name: str) -> int:
        """How many files of one language with `path` define a member that others than its own tests may mean by the name.

        Counted to `MOST_COUNTED`.
        """
        key = (path.rpartition(".")[2], name)
        if key not in self._defining:
            named = of_one_language(path, self._landscape.files_with("d:" + name))
            self._defining[key] = sum(1 for _ in islice((each for each in named if not is_test(each)), MOST_COUNTED))
        return self._defining[key]


def _looking(site: Site, most: int) -> Looking:
    """How many of the mentions of a site may be looked at, of `most`."""
    if site[2] in SPOKEN:
        return Looking(min(most, MOST_OPERATED), in_vain=OPERATED_IN_VAIN)
    return Looking(most, in_vain=IN_VAIN) if site[1] else Looking(most)


def _as_module(site: Site) -> Site:
    """What an import of all that a site's module hands out leads to; nothing but the site itself where that is a part of it."""
    return (site[0], 0, "") if site[2] == WHOLE else site


def _said(name: str) -> str:
    """What a use says of a name: of `exports.load`, and of a function deep in an object, what stands last."""
    return name.rpartition(".")[2]


def shared_folders(one: RepoPath, other: RepoPath) -> int:
    """How many folders from the root two paths share."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(one.count("/"), other.count("/")))

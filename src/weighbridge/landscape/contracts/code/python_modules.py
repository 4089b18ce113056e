"""By which names those who install a package of Python can import what stands in its files."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import Attribute, Call, Collection, Definition, Either, Expr, FileFacts, Import, Name, Text
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.packages import Published
from weighbridge.landscape.contracts.implicit.documentation import documented
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.openness import Openness
from weighbridge.landscape.test_files import lies_aside
from weighbridge.landscape.values import External, Package, Symbol

_INIT: Final = "__init__.py"
_LIST: Final = "__all__"
_ROOTS: Final = ("src/", "lib/", "python/")
_FURTHEST: Final = 4
"""Modules through which a name is handed on."""

_NOT_THEIRS: Final = frozenset({"_vendor", "vendor", "vendored", "third_party", "migrations", "__main__", "conftest"})


class Address(Struct, frozen=True):
    """A module and the file that it is."""

    module: str
    path: RepoPath


class Exposure(Struct, frozen=True, kw_only=True):
    """Where others can import a name from; `is_meant` where the package says so, and not merely lets them: it hands the name
    out, or it says what it is for, and hands out nothing else of that module.
    """

    handed: tuple[Address, ...] = ()
    own: Address | None = None
    is_meant: bool = False
    is_said: bool = False
    """Whether it is handed out in so many words."""

    @property
    def confidence(self) -> Confidence:
        """How sure it is that others are to use it."""
        return Confidence.HIGH if self.is_said else Confidence.MEDIUM

    def means(self, definition: Definition) -> bool:
        """Whether a member is for others too: one of what is not handed out must say what it is for."""
        is_made = definition.name in ("__init__", "__new__")
        return self.is_meant and (self.is_said or is_made or definition.parent == 0 or bool(definition.documentation))

    @property
    def all(self) -> tuple[Address, ...]:
        """Each of them, what is best known first."""
        return (*self.handed, *((self.own,) if self.own else ()))


def _documented_as(name: str) -> re.Pattern[bytes]:
    """A member with its class or an object that is called like it; what stands alone where it is imported or called."""
    owner, _, member = name.rpartition(".")
    if owner:
        owner = owner.rpartition(".")[2]
        spelled = "|".join(map(re.escape, dict.fromkeys((owner, owner.lower(), _in_snakes(owner)))))
        return re.compile(rf"(?<![\w.])(?:{spelled})(?:\(\))?\.{re.escape(member)}(?!\w)".encode())
    return re.compile(rf"(?<!\w)import [^\n]*(?<!\w){re.escape(name)}(?!\w)|(?<!\w){re.escape(name)}\(".encode())


def _in_snakes(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class PublicModules:
    """Answers for one side of a change, and one package."""

    def __init__(self, view: View, package: Published) -> None:
        self._view = view
        self._package = package
        self._tree = view.landscape.tree
        self._openness = Openness(view.evaluator)
        self._told: dict[str, bool] = {}

    def address(self, path: RepoPath) -> Address | None:
        """What a file is imported as; None where it belongs to no package of modules."""
        root = self._package.root
        below = path[len(root) + 1 :] if root else path
        prefix = next((each for each in _ROOTS if below.startswith(each)), "")
        parts = below[len(prefix) :].removesuffix(".py").split("/")
        first = path[: len(path) - len(below) + len(prefix)] + parts[0]
        is_package = f"{first}/{_INIT}" in self._tree
        is_alone = len(parts) == 1 and parts[0] == self._package.name.replace("-", "_")
        if not (is_package or is_alone or (prefix and len(parts) > 1)):
            return None
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        return Address(".".join(parts), path) if parts else None

    def public(self, path: RepoPath) -> Address | None:
        """The same, of a file whose name says that others may use it."""
        address = self.address(path)
        if address is None or lies_aside(path, within=lambda folder: f"{folder}/{_INIT}" in self._tree):
            return None
        parts = address.module.split(".")
        return None if any(p.startswith("_") or p in _NOT_THEIRS for p in parts) else address

    def exposure(self, path: RepoPath, definition: Definition, *, facts: FileFacts) -> Exposure | None:
        """Where a name of a file's top level can be imported from; None where it is nobody else's."""
        name = definition.name
        if name.startswith("_"):
            return None
        handed = self.handing(path, name)
        own, listed = self.public(path), listed_names(facts)
        if listed is not None and name not in listed:
            own = None
        is_meant = bool(handed) or (own is not None and (listed is not None or path.endswith(f"/{_INIT}")))
        is_said = is_meant
        if own is not None and not is_meant:
            if definition.kind == "variable":
                own = None
            else:
                is_meant = bool(definition.documentation) and not any(
                    self._takes_from(i, path) for i in self._inits(path)
                )
        found = Exposure(handed=handed, own=own, is_meant=is_meant, is_said=is_said)
        return found if handed or own else None

    def tells_of(self, name: str) -> bool:
        """Whether the documentation tells others to use a thing that only its spelling makes public: `Request.form`, or `request.form`."""
        if name not in self._told:
            documented_as = _documented_as(name)
            self._told[name] = bool(documented(documented_as, self._tree, read=self._view.landscape.read))
        return self._told[name]

    def handing(self, path: RepoPath, name: str) -> tuple[Address, ...]:
        """The modules of the packages around a file that hand on a name of it, and that others may use."""
        found = (self.public(init) for init in self._inits(path) if self._hands_on(init, name, path=path))
        return tuple(each for each in found if each is not None)

    def exposure_of(self, file: FileCode, facts: FileFacts, *, name: str) -> Exposure | None:
        """Where the top-level name around a definition of a changed file could be imported from."""
        first = name.partition(".")[0]
        found = next((d for d in facts.definitions if d.parent == 0 and d.name == first), None)
        if found is None or file.change.base is None:
            return None
        return self.exposure(file.change.base.path, found, facts=facts)

    def imported(self, path: RepoPath, facts: FileFacts) -> Iterator[Import]:
        """What a package's own file brings together for those who import it."""
        listed = listed_names(facts)
        for each in facts.imports:
            is_named = each.scope == 0 and each.name not in ("", "*") and not each.is_type_only
            if not is_named or each.alias.startswith("_") or (listed is not None and each.alias not in listed):
                continue
            target = self._view.evaluator.modules.target(each, path, facts=facts)
            if isinstance(target, Symbol) and folder_of(target.path).startswith(folder_of(path)):
                yield each

    def starred(self, path: RepoPath, facts: FileFacts, *, kept: FileFacts | None) -> Iterator[tuple[Import, str]]:
        """What a package's own file has from all that its modules give, by the imports that `kept` does not have."""
        still = {each.module for each in kept.imports if each.name == "*"} if kept else set()
        for each in facts.imports:
            if each.name != "*" or each.scope or each.module in still:
                continue
            target = self._view.evaluator.modules.target(each, path, facts=facts)
            given = self._view.landscape.facts(target.path) if isinstance(target, Symbol) else None
            if (
                given is None
                or not isinstance(target, Symbol)
                or not folder_of(target.path).startswith(folder_of(path))
            ):
                continue
            own = {d.name for d in given.definitions[1:] if d.parent == 0 and d.kind in ("function", "class")}
            listed, here = listed_names(given), listed_names(facts)
            for name in sorted(own if listed is None else listed):
                if not name.startswith("_") and (here is None or name in here):
                    yield each, name

    def file_of(self, address: Address) -> RepoPath | None:
        """The file that a module is here."""
        stem = address.path.removesuffix(f"/{_INIT}").removesuffix(".py")
        places = (address.path, f"{stem}/{_INIT}", f"{stem}.py", f"{stem}.pyi")
        return next((RepoPath(each) for each in places if each in self._tree), None)

    def gives(self, address: Address, name: str) -> bool:
        """Whether a module has a name, as far as can be known."""
        path = self.file_of(address)
        if path is None:
            return False
        names, flow = self._view.evaluator.names(path), self._view.evaluator.flow(path)
        if names is None or flow is None:
            return True
        if name in names.bound_in(0):
            return flow.gives(0, name)
        if self._openness.of_module(path, name) or self._view.evaluator.modules.submodule(path, name):
            return True
        return any(self._star_gives(star, path, name=name) for star in names.stars)

    def is_module(self, address: Address, name: str) -> bool:
        """Whether what a package gives by a name is a module within it, and nothing that it binds itself."""
        path = self.file_of(address)
        names = self._view.evaluator.names(path) if path is not None else None
        if path is None or names is None or name in names.bound_in(0):
            return False
        if self._openness.of_module(path, name) or not self._view.evaluator.modules.submodule(path, name):
            return False
        return not any(self._star_gives(star, path, name=name) for star in names.stars)

    def _star_gives(self, star: Import, path: RepoPath, *, name: str) -> bool:
        target = self._view.evaluator.modules.target(star, path, facts=self._view.landscape.facts(path))
        if isinstance(target, External):
            return False
        if isinstance(target, Symbol) and not self.may_list(target.path, name):
            return False
        return isinstance(target, Package) or bool(self._view.evaluator.member(target, name))

    def may_list(self, path: RepoPath, name: str, *, deep: int = 0) -> bool:
        """Whether a module gives a name to whoever asks for all of it, as far as its `__all__` can be known."""
        facts = self._view.landscape.facts(path)
        listed = listed_names(facts)
        if facts is None or listed is None or name in listed:
            return True
        for each in _taken_over(facts):
            of = each.of if type(each) is Attribute and each.name == _LIST and deep < _FURTHEST else None
            found = self._view.evaluator.evaluate(path, 0, expr=of) if of is not None else ()
            modules = [value for value in found if isinstance(value, Symbol) and not value.index]
            if not modules or any(self.may_list(value.path, name, deep=deep + 1) for value in modules):
                return True
        return False

    def _inits(self, path: RepoPath) -> Iterator[RepoPath]:
        """The files of the packages around one, the nearest first."""
        folder = folder_of(path)
        while folder:
            init = RepoPath(f"{folder}/{_INIT}")
            if init not in self._tree:
                return
            if init != path:
                yield init
            folder = folder_of(folder)

    def _hands_on(self, init: RepoPath, name: str, *, path: RepoPath, deep: int = 0) -> bool:
        """Whether a module has a name from a file, perhaps through others."""
        facts = self._view.landscape.facts(init)
        if facts is None or deep > _FURTHEST or not _may_hand_on(facts, name):
            return False
        for each in facts.imports:
            if each.scope or each.is_type_only or not (each.name == "*" or each.name == each.alias == name):
                continue
            target = self._view.evaluator.modules.target(each, init, facts=facts)
            if not isinstance(target, Symbol) or target.path == init:
                continue
            listed = listed_names(self._view.landscape.facts(target.path)) if each.name == "*" else None
            if listed is not None and name not in listed:
                continue
            if target.path == path or self._hands_on(target.path, name, path=path, deep=deep + 1):
                return True
        return False

    def _takes_from(self, init: RepoPath, path: RepoPath) -> bool:
        """Whether a package hands out some of a file's names, and so says which of them are for others."""
        facts = self._view.landscape.facts(init)
        modules = self._view.evaluator.modules
        return facts is not None and any(
            each.name != "" and not each.scope and modules.target(each, init, facts=facts) == Symbol(path, 0)
            for each in facts.imports
        )


def listed_names(facts: FileFacts | None) -> set[str] | None:
    """What `__all__` names, where there is one."""
    if facts is None or not any(d.parent == 0 and d.name == _LIST for d in facts.definitions):
        return None
    return {export.name for export in facts.exports} or None


def given_to_all(facts: FileFacts) -> set[str]:
    """What a module without `__all__` defines for whoever asks for all of it; nothing of one that has such a list."""
    own = {each.name for each in facts.definitions[1:] if each.parent == 0}
    return set() if _LIST in own else {name for name in own if not name.startswith("_")}


def _taken_over(facts: FileFacts) -> Iterator[Expr]:
    """What `__all__` is made of besides names that are written there."""
    for step in facts.steps:
        match step.value:
            case value if step.scope == 0 and step.target == Name(_LIST):
                yield from _not_written(value)
            case Call(function=Attribute(of=Name(id=name)), arguments=arguments) if step.scope == 0 and name == _LIST:
                for each in arguments:
                    yield from _not_written(each.value)


def _not_written(value: Expr) -> Iterator[Expr]:
    match value:
        case Text(parts=()) | Name(id="__all__"):
            return
        case Collection(elements=elements):
            for element in elements:
                yield from _not_written(element.value)
        case Either(options=options):
            for option in options:
                yield from _not_written(option)
        case _:
            yield value


def _may_hand_on(facts: FileFacts, name: str) -> bool:
    return any(each.alias == name or each.name == "*" for each in facts.imports)

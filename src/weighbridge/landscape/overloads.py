"""Which of several overloads a call in Java can mean: by how many arguments it gives, and by those of a type that is sure.

What is not sure of its type (`null`, what an outside method gives, a type parameter) may be passed to any parameter.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, SymbolId, symbol_name, symbol_path
from weighbridge.domain.impact import ChangedSymbol, EdgeKind
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Attribute, Call, Definition, Expr, FileFacts, Name, Parameter
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import why_rejected
from weighbridge.landscape.call_sites import CallSites
from weighbridge.landscape.call_sites import Site as CallSite
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.values import Constant, External, Instance, Symbol, Value

CONSTRUCTOR: Final = "<init>"

_TEXT, _NUMBER, _TRUTH = "a text", "a number", "a truth value"
_TYPES: Final[Mapping[str, str]] = {
    "String": _TEXT,
    **dict.fromkeys(("int", "long", "short", "byte", "char", "double", "float"), _NUMBER),
    **dict.fromkeys(("Integer", "Long", "Short", "Byte", "Character", "Double", "Float"), _NUMBER),
    **dict.fromkeys(("boolean", "Boolean"), _TRUTH),
}
"""Java's types that nothing but their own values can be passed to, among those told here."""
_HOLDERS: Final = frozenset(
    {"List", "Map", "Set", "Collection", "Optional", "Class", "ArrayList", "HashMap", "HashSet"}
)
_LIBRARY: Final = LatePattern(r"java\.(?:util|io|nio|time|sql|net|math)\.[\w.]*(?<!\.Serializable)")
_OF_LIBRARY: Final = "an object of Java's "
"""How something of a class of Java's library is told, before its last name."""
_STATED: Final[Mapping[str, str]] = {"str": _TEXT, "int": _NUMBER}


class Overload(Struct, frozen=True, kw_only=True):
    """One definition of a name that several share, and where the types of its parameters are looked up."""

    path: RepoPath
    scope: int
    definition: Definition


class Overloads:
    """Answers for one side of a change."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def why_not(self, overload: Overload, call: Call, *, at: tuple[RepoPath, int]) -> str:
        """What keeps an overload from being meant by a call at a scope of a file, in words; empty where nothing does."""
        parameters = overload.definition.parameters
        if why := why_rejected(parameters, call.arguments):
            return why
        for parameter, argument in zip(parameters, call.arguments, strict=False):
            if parameter.kind != "positional" or argument.name:
                return ""
            if given := self._unfit(overload, parameter, argument=argument.value, at=at):
                wanted = last_name(parameter.annotation) if parameter.annotation is not None else ""
                return f"it passes {given} where `{parameter.name}` is `{wanted}`"
        return ""

    def _unfit(self, overload: Overload, parameter: Parameter, *, argument: Expr, at: tuple[RepoPath, int]) -> str:
        """What an argument is, in words, where that surely is nothing a parameter takes."""
        written = parameter.annotation
        wanted: str | Symbol | None = self._wanted(overload, written) if written is not None else None
        if wanted is None:
            return ""
        found = [self._given(value) for value in self._evaluator.evaluate(*at, expr=argument)]
        if not found or any(given is None or self._fits(given, wanted) for given in found):
            return ""
        first = found[0]
        return first if isinstance(first, str) else f"an object of `{self._name(first)}`" if first is not None else ""

    def _wanted(self, overload: Overload, written: Expr) -> str | Symbol | None:
        """What a parameter's type takes: a kind of plain value, the objects of a class of ours, or nobody knows what."""
        name = last_name(written)
        if isinstance(written, Name) and name in _TYPES:
            return _TYPES[name]
        values = self._evaluator.evaluate(overload.path, overload.scope, expr=written)
        classes = [value for value in values if isinstance(value, Symbol)]
        if len(classes) == 1 == len(values) and isinstance(written, Name | Attribute):
            return classes[0] if self._is_class(classes[0]) else None
        outside = [value.name for value in values if isinstance(value, External)]
        if classes or not (name in _HOLDERS or any(map(_LIBRARY.fullmatch, outside))):
            return None
        return f"{_OF_LIBRARY}{name}"

    def _given(self, value: Value) -> str | Symbol | None:
        match value:
            case Constant(kind=kind):
                return _STATED.get(kind)
            case External(name=name):
                return _TYPES.get(name.removeprefix("builtins.").removesuffix("()")) or _object_of(name)
            case Instance(path=path, index=index):
                return Symbol(path, index)
            case _:
                return None

    def _fits(self, given: str | Symbol, wanted: str | Symbol) -> bool:
        if isinstance(given, Symbol) and isinstance(wanted, Symbol):
            return wanted in self._evaluator.order(given)
        if isinstance(wanted, str) and wanted.startswith(_OF_LIBRARY):
            if isinstance(given, Symbol):
                return bool(self._evaluator.hierarchy.outside(given))
            return given.startswith(_OF_LIBRARY)  # which of the library's classes are below which is not told here
        return given == wanted

    def _is_class(self, symbol: Symbol) -> bool:
        facts = self._evaluator.landscape.facts(symbol.path)
        return facts is not None and facts.definitions[symbol.index].kind in CLASS_KINDS

    def _name(self, symbol: Symbol) -> str:
        facts = self._evaluator.landscape.facts(symbol.path)
        return facts.definitions[symbol.index].name if facts else ""


class ChangedOverloads:
    """For the names of a change that several definitions share, not all of which changed: whether a reference can mean those."""

    def __init__(self, view: View, code: CodeChange) -> None:
        self._overloads = Overloads(view.evaluator)
        self._sites = CallSites(view.evaluator)
        self._changed: dict[SymbolId, list[Overload]] = {}
        for path, file in code.files.items():
            if file.role == "java":
                self._changed |= self._of_file(path, file)

    def may_mean(self, symbol: SymbolId, reference: Reference) -> bool:
        """Whether what refers to a name may refer to one of its overloads that changed."""
        overloads = self._changed.get(symbol)
        if overloads is None or reference.kind is not EdgeKind.CALLS:
            return True
        path, names = reference.source.path, _called_as(symbol)
        calls = [s for s in self._sites.in_file(path) if s.call.line == reference.line and _is_of(s.call, names)]
        return not calls or any(self._may_be(site, overloads) for site in calls)

    def _may_be(self, site: CallSite, overloads: Iterable[Overload]) -> bool:
        return any(not self._overloads.why_not(each, site.call, at=(site.path, site.scope)) for each in overloads)

    def _of_file(self, path: RepoPath, file: FileCode) -> dict[SymbolId, list[Overload]]:
        by_name: dict[SymbolId, list[ChangedSymbol]] = {}
        for symbol in file.symbols:
            if symbol.kind == "method":
                by_name.setdefault(symbol.symbol, []).append(symbol)
        found: dict[SymbolId, list[Overload]] = {}
        for name, symbols in by_name.items():
            told = {text for symbol in symbols for text in (symbol.before, symbol.after) if text}
            here = list(_named(path, file.head, name=symbol_name(name)))
            there = list(_named(path, file.base, name=symbol_name(name), is_elsewhere=True))
            meant = [each for each in here if each.definition.signature in told]
            left = [each for each in here if each.definition.signature not in told]
            gone = [each for each in there if each.definition.signature in told]
            if left and (meant or gone):
                found[name] = self._with_callers([*meant, *gone], left, name=name)
        return found

    def _with_callers(self, meant: list[Overload], left: list[Overload], *, name: SymbolId) -> list[Overload]:
        """The changed overloads, and those others of the name that call them, at however many removes."""
        names = _called_as(name)
        path = symbol_path(name)
        sites = [s for s in self._sites.in_file(path) if _is_of(s.call, names)] if left else []
        waiting = True
        while waiting:
            waiting = False
            for each in list(left):
                first, last = each.definition.line, each.definition.end_line
                if any(first <= s.call.line <= last and self._may_be(s, meant) for s in sites):
                    meant, waiting = [*meant, each], True
                    left.remove(each)
        return meant


def _object_of(name: str) -> str | None:
    """What an object of a class of Java's library is told as: `java.util.Properties()`."""
    written = name.removesuffix("()")
    is_one = written != name and _LIBRARY.fullmatch(written) is not None
    return f"{_OF_LIBRARY}{written.rpartition('.')[2]}" if is_one else None


def overloads_of(
    path: RepoPath, facts: FileFacts, *, indexes: Sequence[int], is_elsewhere: bool = False
) -> list[Overload]:
    """The definitions at some indexes of a file; `is_elsewhere` where the file is not the one of the side that is asked."""
    definitions = [facts.definitions[index] for index in indexes]
    return [Overload(path=path, scope=0 if is_elsewhere else d.parent, definition=d) for d in definitions]


def _named(path: RepoPath, facts: FileFacts | None, *, name: str, is_elsewhere: bool = False) -> list[Overload]:
    if facts is None:
        return []
    indexes = [i for i in range(len(facts.definitions)) if facts.qualified_name(i) == name]
    return overloads_of(path, facts, indexes=indexes, is_elsewhere=is_elsewhere)


def _called_as(symbol: SymbolId) -> tuple[str, ...]:
    """The last names that calls of a method use: a constructor goes by its class's, and by what `this(…)` and `super(…)` are."""
    owner, _, name = symbol_name(symbol).rpartition(".")
    return (owner.rpartition(".")[2], CONSTRUCTOR) if name == CONSTRUCTOR else (name,)


def _is_of(call: Call, names: tuple[str, ...]) -> bool:
    return last_name(call.function) in names

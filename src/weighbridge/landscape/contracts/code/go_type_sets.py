"""Which types a constraint of Go holds, by its own text and what that names here or in Go itself."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.contracts.code.go_forms import form_of
from weighbridge.landscape.contracts.code.signature_text import split_at
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Package, Symbol

_MOST_BYTES: Final = 1_000_000
_DEEPEST: Final = 8
"""Constraints within constraints that are followed."""

_SIGNED: Final = frozenset({"~int", "~int8", "~int16", "~int32", "~int64"})
_UNSIGNED: Final = frozenset({"~uint", "~uint8", "~uint16", "~uint32", "~uint64", "~uintptr"})
_FLOAT: Final = frozenset({"~float32", "~float64"})
_COMPLEX: Final = frozenset({"~complex64", "~complex128"})
_ORDERED: Final = _SIGNED | _UNSIGNED | _FLOAT | {"~string"}
_BASIC: Final = frozenset(each[1:] for each in _ORDERED | _COMPLEX) | {"bool"}
_SAME: Final = {"byte": "uint8", "rune": "int32"}
_EXPERIMENTAL: Final = "golang.org/x/exp/constraints"
_OF_GO: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("cmp", "Ordered"): _ORDERED,
    (_EXPERIMENTAL, "Ordered"): _ORDERED,
    (_EXPERIMENTAL, "Signed"): _SIGNED,
    (_EXPERIMENTAL, "Unsigned"): _UNSIGNED,
    (_EXPERIMENTAL, "Integer"): _SIGNED | _UNSIGNED,
    (_EXPERIMENTAL, "Float"): _FLOAT,
    (_EXPERIMENTAL, "Complex"): _COMPLEX,
}
"""What Go's own packages define, by their documentation."""

_NAME: Final = LatePattern(r"(?:(?P<package>[A-Za-z_]\w*)\.)?(?P<name>[A-Za-z_]\w*)")
_MADE: Final = LatePattern(r"(?!map\[)[A-Za-z_][\w.]*\[")
"""What is made for a type: `Set[int]`."""
_METHOD: Final = LatePattern(r"(?!func\b)([A-Za-z_]\w*)\s*\(.*", re.DOTALL)
_REMARK: Final = LatePattern(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)


class TypeSet(Struct, frozen=True, kw_only=True):
    """The types that a constraint holds: those of its terms, or any, as far as they have its methods."""

    terms: frozenset[str] | None = None
    methods: frozenset[str] = frozenset()
    is_comparable: bool = False
    others: frozenset[str] = frozenset()
    """What it asks for as well that nothing here tells the meaning of."""

    @property
    def is_type(self) -> bool:
        """Whether values can be of it: it only asks for methods."""
        return self.terms is None and not self.is_comparable

    def lost(self, now: "TypeSet") -> frozenset[str] | None:
        """The terms that another holds no longer; None where that cannot be told, or it holds only some of any."""
        if now.terms is None:
            return frozenset()
        if self.terms is None:
            return None
        gone = frozenset(each for each in self.terms if not {each, f"~{each}"} & now.terms)
        is_known = all(each.removeprefix("~") in _BASIC for each in gone) or not any(
            each.startswith("~") for each in now.terms
        )
        return gone if is_known else None

    def is_held_by(self, now: "TypeSet") -> bool | None:
        """Whether another holds all of these types; None where that cannot be told."""
        if now.others - self.others:
            return None
        if not now.methods <= self.methods:
            return None if self.others else False
        is_any = self.terms is None and not self.others
        if now.is_comparable and not self.is_comparable and not _are_comparable(self.terms):
            return False if is_any else None
        if self.terms is None:
            return True if now.terms is None else False if is_any else None
        lost = self.lost(now)
        return None if lost is None else not lost


class TypeSets:
    """Answers for one side of a change."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[Symbol, TypeSet | None] = {}

    def of(self, stated: str, path: RepoPath, *, deep: int = 0) -> TypeSet | None:
        """What a constraint that is written in a file holds; None where nothing tells."""
        stated = stated.strip()
        parts = split_at(stated, "|") if deep <= _DEEPEST else None
        if parts is None or stated.startswith("$"):
            return None
        if len(parts) > 1:
            return self._any_of(parts, path, deep=deep)
        if re.match(r"interface\s*\{", stated):
            return self._all_of(stated[stated.index("{") + 1 : stated.rfind("}")], path, deep=deep)
        found = _NAME.fullmatch(stated)
        if found is not None:
            return self._named(found["name"], path, package=found["package"] or "", deep=deep)
        return None if _MADE.match(stated) else TypeSet(terms=frozenset({_term(stated)}))

    def of_symbol(self, symbol: Symbol, *, deep: int = 0) -> TypeSet | None:
        """What an interface of the repository holds."""
        if symbol not in self._known:
            self._known[symbol] = None
            text = self.text(symbol)
            self._known[symbol] = self._all_of(text, symbol.path, deep=deep) if text is not None else None
        return self._known[symbol]

    def text(self, symbol: Symbol) -> str | None:
        """What stands between the braces of an interface that is not made for other types."""
        facts = self._view.landscape.facts(symbol.path)
        data = self._view.landscape.bytes_of(symbol.path, _MOST_BYTES)
        if facts is None or data is None:
            return None
        definition = facts.definitions[symbol.index]
        lines = data.decode("utf-8", "replace").splitlines()[definition.line - 1 : definition.end_line]
        plain = _REMARK.sub(" ", "\n".join(lines))
        begin = re.search(rf"\b{re.escape(definition.name)}\s*=?\s*interface\s*\{{", plain)
        return plain[begin.end() : plain.rfind("}")] if begin else None

    def unions(self, symbol: Symbol) -> frozenset[str]:
        """What an interface says of the types that it holds, as it is written, its methods left out."""
        elements = _elements(self.text(symbol) or "") or ()
        return frozenset(re.sub(r"\s+", "", each) for each in elements if not _METHOD.fullmatch(each))

    def _any_of(self, parts: list[str], path: RepoPath, *, deep: int) -> TypeSet | None:
        terms: set[str] = set()
        for part in parts:
            each = self.of(part, path, deep=deep + 1)
            if each is None or each.methods or each.is_comparable or each.others:
                return None
            if each.terms is None:
                return TypeSet()
            terms |= each.terms
        return TypeSet(terms=frozenset(terms))

    def _all_of(self, body: str, path: RepoPath, *, deep: int) -> TypeSet | None:
        found = TypeSet()
        elements = _elements(body)
        for element in elements or ():
            method = _METHOD.fullmatch(element)
            each = self.of(element, path, deep=deep + 1) if method is None else None
            if method is not None:
                each = TypeSet(methods=frozenset({f"{method[1]}{form_of(element, method[1])}"}))
            if each is None:
                return None
            found = TypeSet(
                terms=_both(found.terms, each.terms),
                methods=found.methods | each.methods,
                is_comparable=found.is_comparable or each.is_comparable,
                others=found.others | each.others,
            )
        return None if elements is None else found

    def _named(self, name: str, path: RepoPath, *, package: str, deep: int) -> TypeSet | None:
        if package:
            return self._of_package(name, path, package=package, deep=deep)
        symbol = self._symbol(Package(RepoPath(folder_of(path)), "go"), name)
        if symbol is not None:
            return self._of_definition(symbol, deep=deep)
        if name == "any":
            return TypeSet()
        if name == "comparable":
            return TypeSet(is_comparable=True)
        if name == "error":
            return TypeSet(methods=frozenset({"Error()string"}))
        return TypeSet(terms=frozenset({_term(name)})) if _SAME.get(name, name) in _BASIC else None

    def _of_package(self, name: str, path: RepoPath, *, package: str, deep: int) -> TypeSet | None:
        facts = self._view.landscape.facts(path)
        for each in facts.imports if facts else ():
            if facts is None or each.alias != package:
                continue
            if (each.module, name) in _OF_GO:
                return TypeSet(terms=_OF_GO[each.module, name])
            target = self._view.evaluator.modules.target(each, path, facts=facts)
            symbol = self._symbol(target, name) if isinstance(target, Package) else None
            if symbol is not None:
                return self._of_definition(symbol, deep=deep)
            return TypeSet(others=frozenset({f"{each.module}.{name}"}))
        return None

    def _symbol(self, package: Package, name: str) -> Symbol | None:
        found = [
            each for each in self._view.evaluator.modules.package_member(package, name) if isinstance(each, Symbol)
        ]
        return found[0] if len(found) == 1 else None

    def _of_definition(self, symbol: Symbol, *, deep: int) -> TypeSet | None:
        facts = self._view.landscape.facts(symbol.path)
        definition = facts.definitions[symbol.index] if facts else None
        if definition is None:
            return None
        if definition.kind == "interface":
            return self.of_symbol(symbol, deep=deep + 1)
        _, is_alias, other = definition.signature.partition(f"type {definition.name} = ")
        if is_alias:
            return self.of(other, symbol.path, deep=deep + 1)
        return TypeSet(terms=frozenset({f"{folder_of(symbol.path)}.{definition.name}"}))


def _elements(body: str) -> list[str] | None:
    """The lines of an interface, each as one; None where its brackets do not close each other."""
    return split_at(re.sub(r"\s*\|\s*", " | ", body).replace(";", "\n"), "\n")


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """The terms that two sets of them hold in common."""
    if one is None or other is None:
        return other if one is None else one
    common = {each for each in one if {each, f"~{each}"} & other}
    return frozenset(common | {each for each in other if f"~{each}" in one})


def _are_comparable(terms: frozenset[str] | None) -> bool:
    return terms is not None and all(each.removeprefix("~") in _BASIC for each in terms)


def _term(stated: str) -> str:
    """A term without blanks, in the name that Go has for it."""
    mark, name = ("~", stated[1:]) if stated.startswith("~") else ("", stated)
    plain = re.sub(r"\s+", "", name)
    return mark + _SAME.get(plain, plain)

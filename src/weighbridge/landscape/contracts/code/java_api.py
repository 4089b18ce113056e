"""What a change takes from those who compile against a library of Java, or run with it."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import Definition, Expr, FileFacts, Item
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import (
    JAVA_MAP,
    NARROWED,
    REMOVED,
    TYPE,
    ApiBreak,
    Difference,
    is_deprecated,
    merged,
    place_of,
)
from weighbridge.landscape.contracts.code.java_exceptions import Exceptions
from weighbridge.landscape.contracts.code.java_members import (
    MODIFIERS,
    NOT_EXTENDED,
    NOTE,
    class_differences,
    is_same_type,
    may_be_given,
    member_differences,
    record_differences,
    type_of,
)
from weighbridge.landscape.contracts.code.java_modules import JavaModules
from weighbridge.landscape.contracts.code.packages import Published, Sides
from weighbridge.landscape.contracts.code.signature_text import parameters_in
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Package, Symbol

_OPEN: Final = LatePattern(r"\b(?:public|protected)\b")
_CLOSED: Final = LatePattern(r"\bprivate\b")
_GENERIC: Final = LatePattern(r"<[^<>]*>")
_NOT_THEIRS: Final = frozenset({"internal", "impl", "shaded", "repackaged"})


class JavaApi:
    """Answers for one library."""

    def __init__(self, landscapes: Landscapes, package: Published, *, read: Sides) -> None:
        self._landscapes = landscapes
        self._package = package
        self._modules = JavaModules(landscapes, read)

    def breaks(self, file: FileCode) -> Iterator[ApiBreak]:
        """What one changed file takes away."""
        facts, head = file.base, file.head
        if file.change.base is not None and file.change.base.path.endswith(JAVA_MAP):
            yield from self._modules.breaks(file)
            return
        if facts is None or _NOT_THEIRS & {*facts.package.split(".")}:
            return
        told: set[str] = set()
        for index in range(1, len(facts.definitions)):
            name = facts.qualified_name(index)
            if not _is_public(facts, index) or name.rpartition(".")[0] in told:
                continue
            if not self._is_there(file, facts, index=index):
                told.add(name)
                yield self._gone(file, facts, index=index)
        if (
            head is not None
            and head.package == facts.package
            and any(s.kind == "variable" or _can_be_seen(s.depth) for s in file.symbols)
        ):
            yield from self._results(file, facts, head=head)
            yield from self._held(file, facts, head=head)
            yield from self._asked_of_implementers(file, facts, head=head)
            yield from _added_to_lists(file, facts, head=head)

    def _is_there(self, file: FileCode, facts: FileFacts, *, index: int) -> bool:
        definition, head = facts.definitions[index], file.head
        name = facts.qualified_name(index)
        is_here = head is not None and head.package == facts.package
        if definition.parent == 0:
            here = (
                any(d.name == name and d.parent == 0 and _is_open(d) for d in head.definitions)
                if is_here and head
                else False
            )
            evaluator = self._landscapes.head.evaluator
            return here or bool(evaluator.modules.package_member(Package(facts.package, "java"), name))
        if not is_here or head is None:
            return True  # moved as a whole, or told of the class
        same = [i for i in range(1, len(head.definitions)) if head.qualified_name(i) == name and _is_public(head, i)]
        if any(_taken(head.definitions[i]) == _taken(definition) for i in same):
            return True
        if any(_is_alike(definition, head.definitions[i]) for i in same):
            return True
        return self._is_inherited(file, head, name=name, taken=_taken(definition))

    def _is_inherited(self, file: FileCode, head: FileFacts, *, name: str, taken: tuple[str, ...]) -> bool:
        """Whether a class has, or may have, a member from one above it."""
        owner_name, _, member = name.rpartition(".")
        owner = next((i for i in range(len(head.definitions)) if head.qualified_name(i) == owner_name), None)
        if owner is None:
            return True  # told of the class
        if member == "<init>":
            is_unstated = not any(d.parent == owner and d.name == "<init>" for d in head.definitions)
            return is_unstated and not taken  # then Java gives one that takes nothing
        evaluator = self._landscapes.head.evaluator
        symbol = Symbol(file.change.path, owner)
        if may_be_given(evaluator.hierarchy.outside(symbol), member):
            return True
        return any(
            isinstance(v, Symbol) for above in evaluator.order(symbol)[1:] for v in evaluator.member(above, member)
        )

    def _gone(self, file: FileCode, facts: FileFacts, *, index: int) -> ApiBreak:
        definition = facts.definitions[index]
        name = facts.qualified_name(index).replace(".<init>", "")
        is_function = definition.kind == "method"
        shown = f"{name}({', '.join(_taken(definition))})" if is_function else name
        head, whole = file.head, facts.qualified_name(index)
        named = [i for i in range(1, len(head.definitions)) if head.qualified_name(i) == whole] if head else []
        others = any(head is not None and _is_public(head, i) for i in named)
        what = "takes other arguments now" if others and is_function else "is gone"
        what = "is for nobody outside any more" if named and not others else what
        after = "what uses it does not compile, and what was compiled fails when it runs"
        return ApiBreak(
            kind=NARROWED if others and is_function else REMOVED,
            severity=Severity.MEDIUM if "protected" in definition.signature else Severity.HIGH,
            words=f"`{facts.package}.{shown}` {what}: {after}",
            place=place_of(file, facts, index=index, side=Side.BASE),
            address=f"{facts.package}.{shown}",
            owner=f"{facts.package}.{name.rpartition('.')[0]}" if definition.parent else "",
            stood=facts.qualified_name(index),
            is_deprecated=is_deprecated(facts, index),
        )

    def _results(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """Methods that give something else."""
        for index, after in _pairs(facts, head):
            old, new = facts.definitions[index], head.definitions[after]
            was, now = _result(old), _result(new)
            if old.kind != "method" or old.name == "<init>" or not was or not now or is_same_type(was, now):
                continue
            is_bare = _GENERIC.sub("", was) == _GENERIC.sub("", now)
            name = facts.qualified_name(index)
            yield ApiBreak(
                kind=TYPE,
                severity=Severity.MEDIUM if is_bare or len(was) == 1 or len(now) == 1 else Severity.HIGH,
                words=f"`{facts.package}.{name}` gives `{now}` and gave `{was}`: what was compiled against it fails when it runs",
                place=place_of(file, head, index=after, side=Side.HEAD),
                address=f"{facts.package}.{name}({', '.join(_taken(old))})",
                stood=name,
                is_deprecated=is_deprecated(facts, index),
            )

    def _held(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """What is still there and declared in another way."""
        now = {(head.qualified_name(i), str(d.kind)): i for i, d in enumerate(head.definitions) if d.kind != "method"}
        pairs = [(i, now.get((facts.qualified_name(i), str(d.kind)))) for i, d in enumerate(facts.definitions)]
        for index, after in (*pairs, *_pairs(facts, head)):
            if after is None or not index or not _is_public(facts, index):
                continue
            name = facts.qualified_name(index)
            for each in merged(self._declared_otherwise(file, (facts, index), after=(head, after))):
                yield ApiBreak(
                    kind=each.kind,
                    severity=each.severity,
                    broken_here=each.broken_here,
                    words=f"`{facts.package}.{name}` {each.words}",
                    place=place_of(file, head, index=after, side=Side.HEAD),
                    address=f"{facts.package}.{name}",
                    stood=name,
                    is_deprecated=is_deprecated(facts, index),
                )

    def _declared_otherwise(
        self, file: FileCode, before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
        exceptions = Exceptions(self._landscapes.head, file.change.path)
        yield from member_differences(old, new, exceptions=exceptions)
        if old.kind not in CLASS_KINDS:
            return
        yield from record_differences(before, after)
        symbol, evaluator = Symbol(file.change.path, after[1]), self._landscapes.head.evaluator
        for each in class_differences(before, after):
            yield replace(each, broken_here=self._heirs(symbol)) if each.words == NOT_EXTENDED else each
        above = {each.partition("<")[0].rpartition(".")[2] for each in evaluator.hierarchy.outside(symbol)}
        for one in evaluator.order(symbol):
            of_file = self._landscapes.head.landscape.facts(one.path)
            above.add(of_file.definitions[one.index].name if of_file else "")
        for name in (_base_name(base) for base in old.bases):
            if name and name not in above and not (name == "Exception" and "RuntimeException" in above):
                words = f"is no longer a `{name}`: what takes one does not take it"
                yield Difference(TYPE, Severity.HIGH, words)

    def _heirs(self, symbol: Symbol) -> tuple[Place, ...]:
        """The classes of the repository that extend one from outside of its file."""
        view = self._landscapes.head
        found = ((each, view.landscape.facts(each.path)) for each in view.evaluator.hierarchy.heirs(symbol))
        return tuple(
            Place(path=each.path, line=line, end_line=line, symbol=facts.qualified_name(each.index))
            for each, facts in found
            if facts is not None and each.path != symbol.path and not is_test(each.path)
            for line in [facts.definitions[each.index].line]
        )

    def _asked_of_implementers(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """Methods that whoever implements an interface, or extends a class, must have as well."""
        known = {(facts.qualified_name(i), *_taken(d)) for i, d in enumerate(facts.definitions)}
        owners = {facts.qualified_name(i): i for i, d in enumerate(facts.definitions) if d.kind in CLASS_KINDS}
        for index, definition in enumerate(head.definitions):
            name = head.qualified_name(index)
            owner = owners.get(name.rpartition(".")[0])
            is_asked = definition.kind == "method" and definition.is_abstract and owner is not None
            if not is_asked or owner is None or not _is_public(facts, owner) or (name, *_taken(definition)) in known:
                continue
            if any(known_name == name for known_name, *_ in known) or " default " in definition.signature:
                continue  # it takes other arguments: told of the old one; or an annotation may leave it out
            is_note = "@interface" in head.definitions[definition.parent].signature
            what = "is asked of whoever implements it: classes outside do not compile"
            what = "must be given: annotations that leave it out do not compile" if is_note else what
            yield ApiBreak(
                kind=TYPE,
                severity=Severity.HIGH if is_note else Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                words=f"`{facts.package}.{name}` {what}",
                place=place_of(file, head, index=index, side=Side.HEAD),
                address=f"{facts.package}.{name}",
                stood=name,
            )


def _added_to_lists(file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
    """Constants that an enumeration of the base has newly."""
    lists = {
        facts.qualified_name(i): i
        for i, d in enumerate(facts.definitions)
        if d.kind in CLASS_KINDS and " enum " in f" {d.signature}" and _is_public(facts, i)
    }
    known = {facts.qualified_name(i) for i in range(1, len(facts.definitions))}
    for index, definition in enumerate(head.definitions):
        name = head.qualified_name(index)
        owner = name.rpartition(".")[0]
        is_listed = definition.kind == "variable" and definition.signature == definition.name
        if is_listed and owner in lists and name not in known:
            yield ApiBreak(
                kind=TYPE,
                severity=Severity.LOW,
                words=f"`{facts.package}.{owner}` may be `{definition.name}` as well: a `switch` that lists them all does not know it",
                place=place_of(file, head, index=index, side=Side.HEAD),
                address=f"{facts.package}.{name}",
                owner=f"{facts.package}.{owner}",
                stood=name,
            )


def _base_name(base: Expr) -> str:
    """What a class names above it, without what it is made for."""
    return last_name(base.of if isinstance(base, Item) else base)


def _can_be_seen(depth: ChangeDepth) -> bool:
    return depth in (ChangeDepth.SIGNATURE, ChangeDepth.REMOVED, ChangeDepth.ADDED)


def _is_open(definition: Definition) -> bool:
    return bool(_OPEN.search(definition.signature))


def _is_public(facts: FileFacts, index: int) -> bool:
    """Whether a definition and all around it are for others; what an interface or an enumeration lists is."""
    while index > 0:
        definition = facts.definitions[index]
        above = facts.definitions[definition.parent]
        if definition.kind in ("lambda", "function") or "@" in definition.name:
            return False
        is_listed = above.kind == "interface" or (
            definition.kind == "variable" and definition.signature == definition.name
        )
        if _CLOSED.search(definition.signature) or not (is_listed or _is_open(definition)):
            return False
        if definition.parent > 0 and above.kind not in CLASS_KINDS:
            return False
        index = definition.parent
    return True


def _pairs(facts: FileFacts, head: FileFacts) -> Iterator[tuple[int, int]]:
    """The public methods that take the same on both sides."""
    now = {(head.qualified_name(i), *_taken(d)): i for i, d in enumerate(head.definitions) if d.kind == "method"}
    for index, definition in enumerate(facts.definitions):
        after = now.get((facts.qualified_name(index), *_taken(definition))) if definition.kind == "method" else None
        if after is not None and _is_public(facts, index) and _is_public(head, after):
            yield index, after


def _taken(definition: Definition) -> tuple[str, ...]:
    """The types of what a method takes, as the running program knows them."""
    if definition.kind != "method":
        return ()
    plain = NOTE.sub("", definition.signature)
    parts = parameters_in(plain, f"{definition.name}(" if definition.name != "<init>" else "(") or []
    return tuple(type_of(part) for part in parts)


def _is_alike(before: Definition, after: Definition) -> bool:
    """Whether what is no method is still what it was."""
    return before.kind == after.kind != "method"


def _result(definition: Definition) -> str:
    plain = NOTE.sub("", definition.signature)
    head = plain.partition(f"{definition.name}(")[0]
    return MODIFIERS.sub("", head).strip()

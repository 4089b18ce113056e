"""In what a class or a member of Java is otherwise, told by how it was and is declared."""

from collections.abc import Collection, Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, TYPE, Difference
from weighbridge.landscape.contracts.code.java_exceptions import Exceptions, newly_thrown, no_longer_thrown
from weighbridge.landscape.contracts.code.signature_text import parameters_in

NOTE: Final = LatePattern(r"@(?!interface\b)[\w.]+(?:\s*\((?:[^()]|\([^()]*\))*\))?\s*")
MODIFIERS: Final = LatePattern(
    r"(?:\b(?:public|protected|static|final|abstract|synchronized|native|default|strictfp)\b\s*)+"
)
"""Before what a method gives."""

NOT_EXTENDED: Final = "can no longer be extended: classes outside that do so do not compile"
"""What is said of a class that is final or sealed now."""

_CONSTANT: Final = LatePattern(r"(?:.*\s)?(?:byte|short|char|int|long|float|double|boolean|String)\s+\w+")
"""A declaration of what is written into the code that relies on it, where it is `static final`."""

_GENERIC: Final = LatePattern(r"<[^<>]*>")
_QUALIFIER: Final = LatePattern(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])")
_GIVEN: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("AutoCloseable", "Cloneable", "Closeable", "Comparable", "Flushable", "Serializable", "Runnable", "Callable"),
        frozenset(),
    ),
    **dict.fromkeys(("Supplier", "ThreadFactory", "Executor", "InvocationHandler", "Appendable"), frozenset()),
    "Consumer": frozenset({"andThen"}),
    "BiConsumer": frozenset({"andThen"}),
    "BiFunction": frozenset({"andThen"}),
    "Function": frozenset({"andThen", "compose"}),
    "Predicate": frozenset({"and", "or", "negate"}),
    "Iterable": frozenset({"forEach", "spliterator"}),
    "Iterator": frozenset({"remove", "forEachRemaining"}),
}
"""Interfaces that Java brings, with the members that a class has from them without defining any."""


def may_be_given(outside: Collection[str], member: str) -> bool:
    """Whether a class has, or may have, a member from what it inherits outside the repository."""
    names = {each.partition("<")[0].rpartition(".")[2] for each in outside} - {"Object", "Record", "Enum"}
    return any(member in _GIVEN[name] if name in _GIVEN else True for name in names)


def type_of(part: str) -> str:
    """The type of a parameter as the running program knows it."""
    words = part.removeprefix("final ").rpartition(" ")[0].strip()
    before = None
    while before != words:
        before, words = words, _GENERIC.sub("", words)
    return words.replace("...", "[]").replace(" ", "").rpartition(".")[2]


def is_same_type(was: str, now: str) -> bool:
    """Whether two written types are one: where one says its package and the other does not, its import does."""
    plain = [_QUALIFIER.sub("", each) for each in (was, now)]
    return was == now or (plain[0] == plain[1] and (was == plain[0] or now == plain[1]))


def member_differences(old: Definition, new: Definition, *, exceptions: Exceptions) -> Iterator[Difference]:
    """What those who use a member must newly do, or do not get."""
    was, now = (NOTE.sub("", each.signature) for each in (old, new))
    if "public" in _words(old) and "protected" in _words(new):
        yield Difference(
            TYPE, Severity.HIGH, "is for classes that derive from it alone now: what else uses it does not compile"
        )
    if old.kind == "method":
        yield from newly_thrown(was, now, exceptions=exceptions)
        yield from no_longer_thrown(was, now, exceptions=exceptions)
        yield from _of_method(old, new, was=was, now=now)
    elif old.kind == "variable":
        one, other = (
            MODIFIERS.sub("", text).removesuffix(each.name).strip() for text, each in ((was, old), (now, new))
        )
        if one and other and not is_same_type(one, other):
            words = f"is of the type `{other}` and was of `{one}`: what was compiled against it fails when it runs"
            yield Difference(TYPE, Severity.HIGH, words)
        elif is_constant(old) and is_constant(new) and old.body and new.body and old.body != new.body:
            yield Difference(TYPE, Severity.LOW, "has another value: what was compiled against it keeps the old one")


def is_constant(definition: Definition) -> bool:
    """Whether compilers write the value of what is declared into the code that relies on it."""
    is_fixed = {"static", "final"} <= _words(definition)
    return definition.kind == "variable" and is_fixed and bool(_CONSTANT.fullmatch(definition.signature))


def record_differences(before: tuple[FileFacts, int], after: tuple[FileFacts, int]) -> Iterator[Difference]:
    """What those who make a record must give otherwise, or cannot ask it for."""
    old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
    was, now = (NOTE.sub("", each.signature) for each in (old, new))
    if " record " not in f" {was}" or " record " not in f" {now}":
        return
    parts = [parameters_in(text, f"{old.name}(") or [] for text in (was, now)]
    types = [[type_of(part) for part in each] for each in parts]
    if types[0] != types[1]:
        words = (
            f"is made of ({', '.join(types[1])}) and was of ({', '.join(types[0])}): what makes one does not compile"
        )
        yield Difference(NARROWED, Severity.HIGH, words)
        return
    kept = {each.rpartition(" ")[2] for each in parts[1]}
    kept |= {d.name for d in after[0].definitions if d.parent == after[1] and d.kind == "method" and not d.parameters}
    for each in parts[0]:
        name = each.rpartition(" ")[2]
        if name not in kept:
            yield Difference(TYPE, Severity.HIGH, f"has no `{name}()` any more: what asks it for that does not compile")


def class_differences(before: tuple[FileFacts, int], after: tuple[FileFacts, int]) -> Iterator[Difference]:
    """What a class can no longer be used for."""
    old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
    was, now = _words(old), _words(new)
    if old.kind != "class" or new.kind != "class" or {"record", "enum"} & (was | now):
        return
    made, makes = _constructors(*before), _constructors(*after)
    can_be_made = not made or any("public" in _words(each) for each in made)
    can_be_extended = can_be_made or any("protected" in _words(each) for each in made)
    if "abstract" in now - was and can_be_made:
        yield Difference(TYPE, Severity.HIGH, "is abstract now: what makes one does not compile")
    if {"final", "sealed"} & (now - was) and "final" not in was and can_be_extended:
        is_final = "final" in now
        words = NOT_EXTENDED if is_final else "is sealed now: classes outside that extend it do not compile"
        yield Difference(TYPE, Severity.MEDIUM, words)
    is_given = any(not each.parameters and {"public", "protected"} & _words(each) for each in makes)
    if not made and makes and not is_given and not _is_of_its_class(*before):
        words = "must be made of something: what makes one of nothing, or extends it, does not compile"
        yield Difference(NARROWED, Severity.HIGH, words)


def _constructors(facts: FileFacts, index: int) -> list[Definition]:
    """Those that are written; Java gives one that takes nothing where there is none."""
    return [each for each in facts.definitions if each.parent == index and each.name == "<init>"]


def _is_of_its_class(facts: FileFacts, index: int) -> bool:
    """Whether all that a class has is used without making one."""
    members = [each for each in facts.definitions if each.parent == index and each.kind in ("method", "variable")]
    return bool(members) and all("static" in _words(each) for each in members)


def _words(definition: Definition) -> set[str]:
    """The modifiers of what is declared, and of a class what it is."""
    plain = NOTE.sub("", definition.signature)
    return set(
        plain.partition(f"{definition.name}(" if definition.kind == "method" else f" {definition.name}")[0].split()
    )


def _of_method(old: Definition, new: Definition, *, was: str, now: str) -> Iterator[Difference]:
    if old.name == "<init>":
        return
    before, after = _words(old), _words(new)
    if "..." in was and "..." not in now:
        yield Difference(NARROWED, Severity.HIGH, "takes them as one array now: calls that give each do not compile")
    if "static" in before - after:
        words = "is no longer static: what calls it on its class does not compile, and what was compiled fails"
        yield Difference(TYPE, Severity.HIGH, words)
    if ") default " in was and ") default " not in now:
        yield Difference(NARROWED, Severity.HIGH, "must be given now: annotations that leave it out do not compile")
    if new.is_abstract and not old.is_abstract:
        words = "must be defined by whoever inherits it now: classes outside that do not do so do not compile"
        yield Difference(TYPE, Severity.HIGH, words)
    if "final" in after - before and not {"static", "private"} & before:
        yield Difference(TYPE, Severity.MEDIUM, "is final now: classes outside that override it do not compile")

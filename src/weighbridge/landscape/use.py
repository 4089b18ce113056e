"""Whether a definition is still used as before: what of its signature only its own file or the compiler cares for is left out."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Definition

_EXPORT: Final = LatePattern(r"(?:^|(?<=; ))export (?:default )?")
"""At the start of a JavaScript or TypeScript signature, and of each overload in it."""

_NOTE: Final = LatePattern(
    r"@(?:java\.lang\.)?(?:Override|SafeVarargs|FunctionalInterface|SuppressWarnings)\b"
    r'(?: ?\( ?(?:\{(?: ?"[^"]*",? ?)*\}|"[^"]*") ?\))? '
)
"""Java's annotations that speak to the compiler alone, with the space after them (JLS 9.6.4)."""

_NULLNESS: Final = LatePattern(r"@(?:[a-z][\w.]*\.)?(?:Nullable|NonNull|Nonnull|CheckForNull|NullMarked|NullUnmarked) ")
"""Java's annotations by which checkers follow null: of JSpecify, Spring, JetBrains, JSR 305, Jakarta and Checker Framework."""

_ANY: Final = LatePattern(r"\binterface ?\{ ?\}")
"""What Go calls `any` for short (The Go Programming Language Specification, "Predeclared identifiers")."""


def is_used_alike(before: Definition, after: Definition, *, language: str) -> bool:
    """Whether whoever used `before` can use `after` in the same way."""
    if before.kind != after.kind or before.signature == after.signature:
        return before.kind == after.kind
    match language:
        case "javascript" | "typescript" | "tsx":
            is_new = not before.signature.startswith("export ")
            return is_new and _EXPORT.sub("", before.signature) == _EXPORT.sub("", after.signature)
        case "java":
            return _told_at_run_time(before.signature) == _told_at_run_time(after.signature)
        case "go":
            return _ANY.sub("any", before.signature) == _ANY.sub("any", after.signature)
        case "python" if before.kind in ("function", "method"):
            return is_called_alike(before, after) and parameters_of(before) == parameters_of(after)
        case _:
            return False


def differs_in_notes_alone(before: str, after: str) -> bool:
    """Whether two signatures of Java differ, but only in what compilers and checkers are told."""
    return before != after and _told_at_run_time(before) == _told_at_run_time(after)


def _told_at_run_time(signature: str) -> str:
    return _NULLNESS.sub("", _NOTE.sub("", signature))


def is_called_alike(before: Definition, after: Definition) -> bool:
    """Whether two functions of Python are called in one way, whatever they take."""
    old, new = ((d.signature.startswith("async "), [*map(without_lines, d.decorators)]) for d in (before, after))
    return old == new


def parameters_of(definition: Definition) -> list[tuple[str, str, bytes | None]]:
    """What a function of Python takes, without the types it states: name, kind and default of each parameter."""
    return [
        (p.name, p.kind, without_lines(p.default) if p.default is not None else None) for p in definition.parameters
    ]


_BY_PLACE: Final = frozenset({"go", "java", "javascript", "typescript", "tsx"})
"""Languages in which a call gives arguments by their places and never by the names of parameters."""

_READ: Final = LatePattern(r"@|\b(?:public|private|protected|readonly|override)\b")
"""What makes a parameter's name known to others: an annotation that a framework reads, or that it is a field as well."""

_RECEIVER: Final = LatePattern(r"\Afunc \(\w+ ")
"""Of a method of Go, with the name that it has for what it is called on."""

_WORD: Final = LatePattern(r"[\w$]+")


def renames_parameters(before: Definition, after: Definition, *, language: str) -> bool:
    """Whether two functions differ in the names of what they take alone, where no call says them.

    Two that change places, or one that is called as another was, are no such thing: an old call gives something else then.
    """
    if language not in _BY_PLACE or before.kind != after.kind or before.kind not in ("function", "method"):
        return False
    if before.signature == after.signature or len(before.parameters) != len(after.parameters):
        return False
    old, new = ([p.name for p in each.parameters] for each in (before, after))
    fresh = {b for a, b in zip(old, new, strict=True) if a != b and "@" not in b}
    if fresh & {*old} or any(name.startswith("$") for name in (*old, *new)) or _types(before) != _types(after):
        return False
    (head, inside), (other, others) = (_by_place(each, language=language) for each in (before, after))
    return head == other and inside == others and not _READ.search(inside)


def _types(definition: Definition) -> list[bytes | None]:
    return [without_lines(p.annotation) if p.annotation is not None else None for p in definition.parameters]


def _by_place(definition: Definition, *, language: str) -> tuple[str, str]:
    """A signature up to what a function takes, and the rest of it with the parameters by their numbers."""
    signature = _RECEIVER.sub("func (", definition.signature) if language == "go" else definition.signature
    head, _, rest = signature.partition("(" if "(" in signature else " = ")
    numbers = {parameter.name: f"\0{number}" for number, parameter in enumerate(definition.parameters)}
    return head, _WORD.sub(lambda found: numbers.get(found[0], found[0]), rest)

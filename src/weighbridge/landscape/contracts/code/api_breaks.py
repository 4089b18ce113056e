"""What a change takes from those who import a package, as values."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Definition, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.values import Symbol

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.code.packages import Published

REMOVED: Final = "public-name-removed"
NARROWED: Final = "public-signature-narrowed"
TYPE: Final = "public-type-changed"
DEFAULT: Final = "public-default-changed"

JAVA_MAP: Final = "module-info.java"
"""The file that says what a module of Java lets others use, and defines nothing."""

_SAID: Final = LatePattern(
    r"(?m)^\W*(?:(?:\.\.\s+|@)(?i:deprecated)\b|Deprecated\b|DEPRECATED\b|deprecated(?=\s*(?:[:;,.(-]|$|since\b|in\b|by\b|use\b|for\b)))"
    r"|(?i:\bdeprecated::|@deprecated\b|:deprecated:)|\bDeprecated:"
)
"""What documentation says of what is to go, in the forms of Sphinx, Javadoc, JSDoc and Go; a line of a sentence may begin with the word, too."""

_INNER: Final = LatePattern(
    r"(?i)\A\W*(?:\w+ )?internal\b(?! (?:error|server|link|id\b|name|state))|@internal\b|\bfor internal (?:use|purposes?)\b|\binternal use only\b"
    r"|\bnot (?:a )?part of the public (?:api|interface)\b|\bnot (?:meant|intended) (?:for|to be) (?:public|used? (?:by|from) (?:users|outside))"
)
"""What documentation says of what is for nobody outside."""

_RAISES: Final = LatePattern(r"(?m):raises?\s+~?([\w.]+)\s*:|^\s+([\w.]*(?:Error|Exception|Warning))\s*:")
"""In the forms of Sphinx and of Google."""

_WARNINGS: Final = frozenset({"DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"})
_MADE_BY: Final = frozenset({"__init__", "__new__", "__init_subclass__"})


class ApiBreak(Struct, frozen=True, kw_only=True):
    """One thing that those who import a package lose, or must newly do."""

    kind: str
    severity: Severity
    words: str
    """What is otherwise, and what that does to them."""
    place: Place
    address: str
    """What they call it."""
    stood: str = ""
    """The qualified name that it has in the file it stood in."""
    symbol: Symbol | None = None
    """What it is in head, where it is still there."""
    confidence: Confidence = Confidence.HIGH
    is_deprecated: bool = False
    owner: str = ""
    """What it is a member of, by its address: members that go together, or are asked for together, are one thing."""
    not_yet: str = ""
    """That it is in no release yet, in words, where it came into being after the newest."""
    known_as: str = ""
    """What tells it from others, where that is not its words: only what was."""
    because: str = ""
    """Why it is no worse, in words, where that is not plain."""
    is_handed_on: bool = False
    """Whether it is told of where a package handed it on, and not of where it was defined."""
    broken_here: tuple[Place, ...] = ()
    """What in this repository fails by it, where that can be told."""


class Told(Struct, frozen=True):
    """A break, the package that it is in, and the calls of it here that were brought along."""

    broken: ApiBreak
    package: "Published"
    brought: tuple[Place, ...] = ()
    also: tuple[ApiBreak, ...] = ()
    """Other members of the same owner that are gone with it, or other things of the file that the same is done to."""


class Difference(Struct, frozen=True):
    """One thing in which a definition is otherwise."""

    kind: str
    severity: Severity
    words: str
    broken_here: tuple[Place, ...] = ()
    gives: str = ""
    """Of a function, what it gives now that its callers may not bear."""


def merged(found: Iterable[Difference]) -> list[Difference]:
    """The differences of one definition, those of a kind as one, as bad as the worst of them."""
    kinds: dict[str, list[Difference]] = {}
    for each in found:
        kinds.setdefault(each.kind, []).append(each)
    return [
        Difference(
            kind,
            min((e.severity for e in each), key=lambda s: s.rank),
            _listed([e.words for e in each]),
            tuple(dict.fromkeys(place for e in each for place in e.broken_here)),
        )
        for kind, each in kinds.items()
    ]


def _listed(words: list[str]) -> str:
    shown = "; ".join(dict.fromkeys(words[:3]))
    return f"{shown}; and {len(words) - 3} more" if len(words) > 3 else shown


def place_of(file: FileCode, facts: FileFacts, *, index: int, side: Side) -> Place:
    """Where a definition stands on one side."""
    definition = facts.definitions[index]
    blob = file.change.on(side)
    path, line = blob.path if blob else file.change.path, max(definition.line, 1)
    return Place(path=path, line=line, end_line=line, symbol=facts.qualified_name(index), side=side)


def yielding(facts: FileFacts) -> set[str]:
    """The functions of Python that give their results one by one."""
    return {facts.qualified_name(step.scope) for step in facts.steps if step.kind == "yield"}


def promised(facts: FileFacts) -> set[tuple[str, str]]:
    """What documentation says that functions raise."""
    found = set()
    for index, definition in enumerate(facts.definitions):
        if "aises" in definition.documentation:
            names = (each[1] or each[2] for each in _RAISES.finditer(definition.documentation))
            found |= {(facts.qualified_name(index), name.rpartition(".")[2]) for name in names}
    return found


def is_inner(facts: FileFacts, stood: str) -> bool:
    """Whether documentation says of a definition, or of what it stands in, that it is for nobody outside."""
    by_name = {facts.qualified_name(index): index for index in range(1, len(facts.definitions))}
    around = by_name.get(stood, by_name.get(stood.rpartition(".")[0], 0))
    while around > 0:
        if _INNER.search(facts.definitions[around].documentation):
            return True
        around = facts.definitions[around].parent
    return False


def is_deprecated(facts: FileFacts, index: int) -> bool:
    """Whether those who use a definition were told that it goes: by its documentation, a decorator, or a warning."""
    around = index
    while around > 0:
        definition = facts.definitions[around]
        if _says(definition) or _warns(facts, around):
            return True
        around = definition.parent
    return False


def _says(definition: Definition) -> bool:
    marked = any("deprecated" in decorator_name(each).lower() for each in definition.decorators)
    return marked or "@Deprecated" in definition.signature or bool(_SAID.search(definition.documentation))


def _warns(facts: FileFacts, index: int) -> bool:
    if facts.language != "python":
        return False
    made = (at for at, each in enumerate(facts.definitions) if each.parent == index and each.name in _MADE_BY)
    scopes = {index, *made}
    return any(_is_warning(each) for step in facts.steps if step.scope in scopes for each in walk(step.value))


def _is_warning(expr: object) -> bool:
    match expr:
        case Name(id=name) | Attribute(name=name):
            return name in _WARNINGS
        case Call(function=function):
            return "deprecat" in last_name(function).lower()
    return False

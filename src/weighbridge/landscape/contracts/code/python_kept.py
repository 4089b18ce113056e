"""What is still there of a package of Python, and not as it was, for those who import it."""

import builtins
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Either, FileFacts, Item, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import (
    TYPE,
    ApiBreak,
    Difference,
    is_deprecated,
    merged,
    place_of,
    promised,
    yielding,
)
from weighbridge.landscape.contracts.code.failing_callers import FailingCallers
from weighbridge.landscape.contracts.code.python_classes import (
    class_differences,
    reordered,
)
from weighbridge.landscape.contracts.code.python_fields import is_made_of_fields, made_differences, stated_otherwise
from weighbridge.landscape.contracts.code.python_forms import form_of, given_otherwise, no_longer_raised, other_form
from weighbridge.landscape.contracts.code.python_makers import Makers
from weighbridge.landscape.contracts.code.python_modules import PublicModules
from weighbridge.landscape.contracts.code.python_names import (
    CALLED,
    NO_PROMISE,
    concerns,
    is_member,
    last_of,
)
from weighbridge.landscape.contracts.code.python_parameters import differences
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.values import Symbol

_ENUMERATIONS: Final = frozenset({"IntEnum", "StrEnum", "Flag", "IntFlag"})
_FUNCTIONS: Final = ("function", "method")
_MANAGERS: Final = frozenset({"contextmanager", "asynccontextmanager"})
_KEEPING: Final = frozenset(
    {"abstractmethod", "override", "final", "cache", "lru_cache", "contextmanager", "deprecated", "overload"}
)
"""Decorators that may come or go, and a function takes what it says."""

_ENFORCING: Final = frozenset({"ABC", "Protocol"})
"""Bases that bring it about that what is abstract must be defined."""

_EITHER: Final = 2
"""How many the one and the other are."""

_OF_CLASSES: Final = frozenset({"classmethod", "staticmethod"})
_MAKING: Final = frozenset({"command", "group", "task", "shared_task", "fixture", "route", "websocket", "hookimpl"})
"""Decorators that make something else of a function, which nobody calls as it is written."""


class PythonKept:
    """Answers for one package."""

    def __init__(self, landscapes: Landscapes, before: PublicModules) -> None:
        self._landscapes = landscapes
        self._before = before
        self._failing = FailingCallers(landscapes.head)

    def breaks(self, file: FileCode, facts: FileFacts, *, head: FileFacts) -> Iterator[ApiBreak]:
        """What is still there, and not as it was."""
        told: set[str] = set()
        in_another_way = yielding(facts) ^ yielding(head)
        in_another_way |= {name for name, _ in promised(facts) - promised(head)} | reordered(facts, head)
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol)
            if symbol.kind == "variable" and "." in name:
                name = name.rpartition(".")[0]  # a field counts for the class that is made of them
                in_another_way.add(name)
            is_other = symbol.before != symbol.after or name in in_another_way
            is_gone = symbol.depth is ChangeDepth.REMOVED and name == symbol_name(symbol.symbol)
            if name in told or not concerns(symbol) or not is_other or is_gone:
                continue
            told.add(name)
            before, after = last_of(facts, name), last_of(head, name)
            if (
                after is None
                or not is_member(head, after)
                or (before is None and not is_asked_newly(facts, head, at=after))
            ):
                continue
            exposure = self._before.exposure_of(file, facts, name=name)
            if exposure is None:
                continue
            for found in merged(self.differences(file, (facts, before), after=(head, after))):
                is_weak = found.severity is Severity.HIGH and not (
                    exposure.means(head.definitions[after]) or self._before.tells_of(name)
                )
                shown = name.removesuffix(".__init__").removesuffix(".__new__")
                address = f"{exposure.all[0].module}.{shown}"
                yield ApiBreak(
                    kind=found.kind,
                    severity=Severity.MEDIUM if is_weak else found.severity,
                    broken_here=found.broken_here,
                    words=f"`{address}`: {found.words}",
                    place=place_of(file, head, index=after, side=Side.HEAD),
                    address=address,
                    stood=name,
                    symbol=Symbol(file.change.path, after),
                    confidence=exposure.confidence,
                    is_deprecated=before is not None and is_deprecated(facts, before),
                )

    def differences(
        self, file: FileCode, before: tuple[FileFacts, int | None], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        """In what one definition is otherwise; one that was not there is asked of those who derive from its class."""
        new = after[0].definitions[after[1]]
        if before[1] is None and self._was_asked(file, before[0], name=after[0].qualified_name(after[1])):
            return
        if before[1] is None:
            words = "it is asked of whoever derives from it: classes outside that do not define it cannot be used"
            is_refused = new.is_abstract and self._is_enforced(Symbol(file.change.path, new.parent))
            yield Difference(TYPE, Severity.HIGH if is_refused else Severity.MEDIUM, words)
            return
        old = before[0].definitions[before[1]]
        if old.kind in CLASS_KINDS or new.kind in CLASS_KINDS:
            yield from self._of_class(file, (before[0], before[1]), after=after)
        elif old.kind in _FUNCTIONS and new.kind in _FUNCTIONS:
            for each in _of_function((before[0], before[1]), after=after):
                function = Symbol(file.change.path, after[1])
                yield replace(each, broken_here=self._failing.of(function, each.gives)) if each.gives else each
        elif old.kind in _FUNCTIONS and (meant := _meant(*after)) is not None:
            for each in _of_function((before[0], before[1]), after=(after[0], meant)):
                words = f"it is `{after[0].definitions[meant].name}` now, and {each.words}"
                yield Difference(each.kind, each.severity, words)

    def _of_class(
        self, file: FileCode, before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
        if old.kind in CLASS_KINDS and new.kind in _FUNCTIONS:
            words = "it is a function now: what derives from it, or asks whether an object is one, fails"
            yield Difference(TYPE, Severity.HIGH, words)
        if old.kind not in CLASS_KINDS or new.kind not in CLASS_KINDS:
            return
        yield from self._made_otherwise(file, before, after=after)
        yield from class_differences(before, after)
        yield from self._bases_lost(file, before, after=after)

    def _bases_lost(
        self, file: FileCode, before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        """What a class does not derive from any more."""
        old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
        evaluator = self._landscapes.head.evaluator
        owner = Symbol(file.change.path, after[1])
        above = {a for each in evaluator.hierarchy.outside(owner) for a in _above_outside(each.rpartition(".")[2])}
        for symbol in evaluator.order(owner):
            facts = self._landscapes.head.landscape.facts(symbol.path)
            above.add(facts.definitions[symbol.index].name if facts else "")
        above |= {a for base in new.bases for a in _above_outside(last_name(base))}
        was = Symbol(file.change.base.path, before[1]) if file.change.base else None
        caught = set(self._caught(was)) if was else set[str]()
        for name in (last_name(base) for base in old.bases):
            if name and not name.startswith("_") and _own_name(name) not in above | NO_PROMISE:
                is_caught = name.endswith(("Error", "Exception", "Warning")) or name in caught
                severity = Severity.HIGH if is_caught else Severity.MEDIUM
                what = "what catches that one does not catch it" if is_caught else "what takes that one may not take it"
                yield Difference(TYPE, severity, f"it is no longer a `{name}`: {what}")

    def _caught(self, owner: Symbol) -> Iterator[str]:
        """The bases of a class of the base that others can catch what is raised by."""
        view = self._landscapes.base
        for each in view.evaluator.hierarchy.parents(owner):
            facts = view.landscape.facts(each.path)
            definition = facts.definitions[each.index] if facts else None
            outside = (name.rpartition(".")[2] for name in view.evaluator.hierarchy.outside(each))
            if (
                facts is None
                or definition is None
                or not any("BaseException" in _above_outside(name) for name in outside)
            ):
                continue
            if self._before.exposure(each.path, definition, facts=facts) is not None:
                yield definition.name

    def _was_asked(self, file: FileCode, facts: FileFacts, *, name: str) -> bool:
        """Whether a class of the base asked for a member already, by what stands above it."""
        base, owner, member = file.change.base, last_of(facts, name.rpartition(".")[0]), name.rpartition(".")[2]
        if base is None or owner is None:
            return False
        view = self._landscapes.base
        order = view.evaluator.order(Symbol(base.path, owner))
        holder = view.references.sites.holder(order, member)
        there = view.landscape.facts(holder.path) if holder else None
        at = last_of(there, f"{there.qualified_name(holder.index)}.{member}") if there and holder else None
        return at is not None and there is not None and there.definitions[at].is_abstract

    def _is_enforced(self, owner: Symbol) -> bool:
        """Whether Python refuses to make one of a class of head that does not define all that is abstract."""
        view = self._landscapes.head
        if not _ENFORCING.isdisjoint(each.rpartition(".")[2] for each in view.evaluator.hierarchy.outside(owner)):
            return True
        order = ((each, view.landscape.facts(each.path)) for each in view.evaluator.order(owner))
        said = (argument for each, facts in order if facts for argument in facts.definitions[each.index].keywords)
        return any(each.name == "metaclass" and last_name(each.value) == "ABCMeta" for each in said)

    def _made_otherwise(
        self, file: FileCode, before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]
    ) -> Iterator[Difference]:
        """In what one of a class is made otherwise, of fields of its own or of the classes above it."""
        was = Makers(self._landscapes.base).of(Symbol(file.change.base.path, before[1])) if file.change.base else None
        now = Makers(self._landscapes.head).of(Symbol(file.change.path, after[1]))
        if was is not None and now is not None:
            yield from made_differences(was, now)
        if all(is_made_of_fields(facts.definitions[at]) for facts, at in (before, after)):
            yield from stated_otherwise(before, after)


def _meant(facts: FileFacts, index: int) -> int | None:
    """The function of the same file that a name was merely given to, as its only value."""
    given = [step for step in facts.steps if step.scope == 0 and step.target == Name(facts.definitions[index].name)]
    if len(given) != 1 or type(given[0].value) is not Name:
        return None
    found = last_of(facts, given[0].value.id)
    return found if found is not None and facts.definitions[found].kind in _FUNCTIONS else None


def _of_function(before: tuple[FileFacts, int], *, after: tuple[FileFacts, int]) -> Iterator[Difference]:
    old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
    was, now = form_of(*before), form_of(*after)
    is_context = bool(_MANAGERS & {decorator_name(each) for each in old.decorators})
    if is_context and "generator" in now:
        yield Difference(TYPE, Severity.HIGH, "it is no context manager any more: `with` fails")
    elif was != now:
        yield from other_form(was, now)
    yield from no_longer_raised(before, after)
    yield from given_otherwise(old, new, facts=before[0])
    if "property" in (was, now):
        return
    if new.is_abstract and not old.is_abstract:
        yield Difference(TYPE, Severity.HIGH, "it is abstract now: classes that do not define it cannot be used")
    marked = {decorator_name(d) for d in old.decorators} ^ {decorator_name(d) for d in new.decorators}
    is_called = not new.name.startswith("__") or new.name in CALLED
    is_made = any(decorator_name(d) in _MAKING for d in new.decorators)
    if is_called and not is_made and marked <= _KEEPING:
        names = {parameter.name for parameter in new.parameters}
        given = ((s.target.id, s.value) for s in after[0].steps if s.scope == after[1] and isinstance(s.target, Name))
        instead = (
            _instead(*after)
            if names - {parameter.name for parameter in old.parameters}
            else frozenset[tuple[str, str]]()
        )
        yield from differences(old, new, instead=instead, later={name: value for name, value in given if name in names})
    elif is_called and not is_made and _OF_CLASSES & marked & {decorator_name(d) for d in old.decorators}:
        yield Difference(TYPE, Severity.HIGH, "it is asked of an object now: what calls it on the class fails")


def _instead(facts: FileFacts, index: int) -> frozenset[tuple[str, str]]:
    """The names of which a function takes the one or the other."""
    found: set[tuple[str, str]] = set()
    for step in facts.steps:
        for each in walk(step.value) if step.scope == index else ():
            options = each.options if type(each) is Either else ()
            names = [option.id for option in options if type(option) is Name]
            if len(set(names)) == len(options) == _EITHER:
                found |= {(names[0], names[1]), (names[1], names[0])}
    return frozenset(found)


def is_asked_newly(facts: FileFacts, head: FileFacts, *, at: int) -> bool:
    """Whether a member that comes must be defined by those who have a class of the same name already."""
    definition = head.definitions[at]
    owner = head.definitions[definition.parent]
    is_protocol = any(last_name(base.of if isinstance(base, Item) else base) == "Protocol" for base in owner.bases)
    was_there = last_of(facts, head.qualified_name(definition.parent)) is not None
    is_asked = definition.is_abstract or (is_protocol and definition.kind in ("method", "variable"))
    return definition.parent > 0 and was_there and is_asked


def _own_name(name: str) -> str:
    """What a class that Python brings is called by itself: `OSError`, for `IOError` too."""
    known = getattr(builtins, name, None)
    return known.__name__ if isinstance(known, type) else name


def _above_outside(name: str) -> set[str]:
    """A class that Python brings, and those that it derives from."""
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return {each.__name__ for each in known.__mro__}
    return {name, "Enum"} if name in _ENUMERATIONS else {name}

"""One file read for what it calls: each call with the dotted name of what it leads to outside the file."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Effect, Expr, FileFacts, Function, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_origins import read as read_javascript
from weighbridge.facts.recognise._origins import Origins, calls
from weighbridge.facts.recognise._python_reading import read as read_python
from weighbridge.landscape.functions import function_around

SCRIPTS: Final = ("javascript", "typescript", "tsx")
OUTSIDE: Final = ("network", "database", "processes")
"""The effects that somebody else has to answer."""
_ASYNC: Final = "async"
_ADDING: Final = frozenset({"append", "push", "add"})
_BRACED: Final = LatePattern(r"(\w+) = \{")
_FURTHEST: Final = 8


class Use(Struct, frozen=True):
    """A call where it stands; `origin` is empty where nothing tells what is called, and calls leave no trace in it."""

    call: Call
    scope: int
    origin: str

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.call.line


class Reading:
    """One version of a file; what is asked of it is found once."""

    def __init__(self, facts: FileFacts, text: str) -> None:
        self.facts = facts
        self.text = text

    @cached_property
    def uses(self) -> Sequence[Use]:
        """Every call, in the order of the text."""
        facts = self.facts
        if facts.language == "python":
            sites = read_python(facts).sites
            return [Use(each.call, each.scope, each.origin.replace("()", "")) for each in sites]
        if facts.language in SCRIPTS:
            return [Use(each.call, each.scope, origin) for each, origin in read_javascript(facts).called]
        origins = Origins(facts)
        found = ((each, origins.of(each.call.function, each.scope)) for each in calls(facts))
        return [Use(each.call, each.scope, self._spelled(origin)) for each, origin in found]

    def _spelled(self, origin: str) -> str:
        """Java's classes that are imported with all of their package, by the only package that can be meant."""
        root, dot, rest = origin.partition(".")
        if self.facts.language != "java" or not root[:1].isupper() or root in self._own_classes:
            return origin
        packages = [each.module for each in self.facts.imports if each.name == "*" and not each.alias]
        package = next((each for each in packages if root in KNOWN_CLASSES.get(each, ())), "")
        return f"{package}.{root}{dot}{rest}" if package else origin

    @cached_property
    def _own_classes(self) -> frozenset[str]:
        return frozenset(each.name for each in self.facts.definitions if each.kind in ("class", "interface"))

    @cached_property
    def lines(self) -> Sequence[str]:
        """The text, line by line."""
        return self.text.splitlines()

    @cached_property
    def by_function(self) -> Mapping[int, Sequence[Use]]:
        """The calls by the named definition that they belong to."""
        found: dict[int, list[Use]] = {}
        for use in self.uses:
            found.setdefault(function_around(self.facts, use.scope), []).append(use)
        return found

    @cached_property
    def steps_by_scope(self) -> Mapping[int, Sequence[Step]]:
        """The statements of each scope."""
        found: dict[int, list[Step]] = {}
        for step in self.facts.steps:
            found.setdefault(step.scope, []).append(step)
        return found

    @cached_property
    def methods_by_function(self) -> Mapping[int, frozenset[str]]:
        """The last names of what each named definition calls."""
        return {index: frozenset(method_of(use.call) for use in uses) for index, uses in self.by_function.items()}

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules that the file imports, as written."""
        return frozenset(each.module for each in self.facts.imports)

    @cached_property
    def assigned_members(self) -> frozenset[str]:
        """The members that are given a value anywhere in the file."""
        targets = (step.target for step in self.facts.steps if step.kind == "bind")
        return frozenset(target.name for target in targets if isinstance(target, Attribute))

    @cached_property
    def grown(self) -> frozenset[tuple[str, int]]:
        """The names of what is added to, each with the scope that does it."""
        calls_of = ((use, use.call.function) for use in self.uses)
        adding = ((use, called) for use, called in calls_of if isinstance(called, Attribute) and called.name in _ADDING)
        return frozenset((spelled(called.of), use.scope) for use, called in adding)

    @cached_property
    def braced(self) -> frozenset[str]:
        """The names that are given what is written with braces."""
        return frozenset(_BRACED.findall(self.text))

    @cached_property
    def async_callers(self) -> Mapping[str, Sequence[int]]:
        """What is called where an event loop runs, as written, with the scopes that call it."""
        found: dict[str, list[int]] = {}
        for use in self.uses:
            if self.is_async(use.scope) and (called := spelled(use.call.function)):
                found.setdefault(called, []).append(use.scope)
        return found

    @cached_property
    def _ordered(self) -> tuple[Sequence[int], Sequence[Use]]:
        uses = sorted(self.uses, key=lambda use: use.line)
        return [use.line for use in uses], uses

    def uses_between(self, first: int, last: int) -> Sequence[Use]:
        """The calls that begin on some lines."""
        lines, uses = self._ordered
        return uses[bisect_left(lines, first) : bisect_right(lines, last)]

    @cached_property
    def _outside(self) -> tuple[Sequence[int], Sequence[Effect]]:
        found = sorted((each for each in self.facts.effects if each.kind in OUTSIDE), key=lambda each: each.line)
        return [each.line for each in found], found

    def outside_between(self, first: int, last: int) -> Sequence[Effect]:
        """What is done on some lines to the world outside the process: somebody else has to answer."""
        lines, found = self._outside
        return found[bisect_left(lines, first) : bisect_right(lines, last)]

    def symbol(self, scope: int) -> str:
        """What the function around a scope is called."""
        return self.facts.qualified_name(function_around(self.facts, scope))

    def said(self, scope: int) -> str:
        """The last name of the function around a scope, as people call it; empty where it has none."""
        index = function_around(self.facts, scope)
        return self.facts.definitions[index].name if index else ""

    def is_async(self, scope: int) -> bool:
        """Whether what stands directly in a scope is run by an event loop."""
        definition = self.facts.definitions[scope]
        words = definition.signature.replace("(", " ").split()
        return (
            definition.kind in ("function", "method", "lambda")
            and _ASYNC in words[: words.index("def") + 1 if "def" in words else 6]
        )

    def given(self, name: str, scope: int) -> Expr | None:
        """What a name is bound to, seen from a scope: its only value in the nearest scope that binds it."""
        while scope >= 0:
            found = self._bound.get((scope, name))
            if found is not None:
                return found[0] if len(found) == 1 else None
            if any(each.name == name for each in self.facts.definitions[scope].parameters):
                return None
            scope = self.facts.definitions[scope].parent if scope else -1
        return None

    def literal(self, expr: Expr | None, scope: int) -> Expr | None:
        """An expression, with a name followed to the value that it has."""
        for _ in range(_FURTHEST):
            if not isinstance(expr, Name):
                break
            expr = self.given(expr.id, scope)
        return expr

    @cached_property
    def _bound(self) -> Mapping[tuple[int, str], Sequence[Expr]]:
        found: dict[tuple[int, str], list[Expr]] = {}
        for step in self.facts.steps:
            if step.kind in ("bind", "iterate", "enter") and type(step.target) is Name:
                found.setdefault((step.scope, step.target.id), []).append(step.value)
        return found

    def parameters(self, scope: int) -> frozenset[str]:
        """What a function, and those that it stands in, are given."""
        found: set[str] = set()
        while scope > 0:
            found.update(each.name for each in self.facts.definitions[scope].parameters)
            scope = self.facts.definitions[scope].parent
        return frozenset(found - {"self", "cls", "this"})


def names_in(expr: Expr) -> Iterator[str]:
    """The bare names of an expression."""
    return (part.id for part in walk(expr) if type(part) is Name)


def root_of(expr: Expr) -> str:
    """The name that a chain of members, elements and calls begins with; empty where it begins with something else."""
    while not isinstance(expr, Name):
        if isinstance(expr, Attribute):
            expr = expr.of
        elif isinstance(expr, Call):
            expr = expr.function
        else:
            return ""
    return expr.id


def spelled(expr: Expr) -> str:
    """The names of a chain of members, with dots: `self.cache`."""
    if isinstance(expr, Attribute):
        of = spelled(expr.of)
        return f"{of}.{expr.name}" if of else ""
    return expr.id if isinstance(expr, Name) else ""


def lambdas_in(call: Call) -> Iterator[int]:
    """The functions that are written as arguments of a call."""
    return (each.value.definition for each in call.arguments if isinstance(each.value, Function))


def is_empty(expr: Expr) -> bool:
    """Whether a value is a collection with nothing in it."""
    return isinstance(expr, Collection) and not expr.elements


def method_of(call: Call) -> str:
    """The last name of what is called."""
    return last_name(call.function)


KNOWN_CLASSES: Final[Mapping[str, frozenset[str]]] = {
    "java.util.concurrent": frozenset(
        {
            "Executors",
            "LinkedBlockingQueue",
            "LinkedBlockingDeque",
            "ConcurrentHashMap",
            "ThreadPoolExecutor",
            "TimeUnit",
        }
    ),
    "java.util": frozenset(
        {"HashMap", "ArrayList", "LinkedList", "HashSet", "LinkedHashMap", "TreeMap", "WeakHashMap"}
    ),
    "java.net.http": frozenset({"HttpClient", "HttpRequest"}),
    "java.net": frozenset({"URL", "Socket", "HttpURLConnection"}),
    "java.sql": frozenset({"DriverManager"}),
    "okhttp3": frozenset({"OkHttpClient"}),
    "com.google.common.cache": frozenset({"CacheBuilder"}),
}
"""The classes that are told of here, by the package that an import of everything may mean."""

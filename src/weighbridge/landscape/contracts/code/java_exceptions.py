"""Which exceptions a method of Java throws newly that whoever calls it must handle, and which it throws no longer."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Name
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, Difference
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

_UNCHECKED: Final = frozenset(
    {"ArithmeticException", "ArrayStoreException", "ClassCastException", "ConcurrentModificationException"}
    | {"DateTimeException", "Error", "IllegalArgumentException", "IllegalMonitorStateException"}
    | {"IllegalStateException", "IndexOutOfBoundsException", "NoSuchElementException", "NullPointerException"}
    | {"NumberFormatException", "RuntimeException", "SecurityException", "UncheckedIOException"}
    | {"UnsupportedOperationException", "CompletionException", "CancellationException", "DateTimeParseException"}
)
_CHECKED: Final[dict[str, str]] = {
    "Exception": "Throwable",
    "IOException": "Exception",
    "FileNotFoundException": "IOException",
    "EOFException": "IOException",
    "UnknownHostException": "IOException",
    "MalformedURLException": "IOException",
    "UnsupportedEncodingException": "IOException",
    "SSLException": "IOException",
    "InterruptedException": "Exception",
    "ExecutionException": "Exception",
    "TimeoutException": "Exception",
    "SQLException": "Exception",
    "URISyntaxException": "Exception",
    "ParseException": "Exception",
    "CloneNotSupportedException": "Exception",
    "ClassNotFoundException": "ReflectiveOperationException",
    "ReflectiveOperationException": "Exception",
    "GeneralSecurityException": "Exception",
    "NoSuchAlgorithmException": "GeneralSecurityException",
    "InvalidKeyException": "GeneralSecurityException",
}
"""Exceptions of Java that a caller must handle, each with the one above it."""

_NEED_NOT: Final = frozenset({"RuntimeException", "Error"})


class Exceptions:
    """Answers for what one file of a side names."""

    def __init__(self, view: View, path: RepoPath) -> None:
        self._view = view
        self._path = path

    def above(self, name: str) -> frozenset[str]:
        """An exception and those that it derives from, as far as they are of the repository or of Java."""
        names = {name}
        evaluator = self._view.evaluator
        for each in evaluator.evaluate(self._path, 0, expr=Name(name)):
            if isinstance(each, Symbol) and each.index:
                names |= {outside.rpartition(".")[2] for outside in evaluator.hierarchy.outside(each)}
                order = ((one, self._view.landscape.facts(one.path)) for one in evaluator.order(each))
                names |= {facts.definitions[one.index].name for one, facts in order if facts is not None}
        return frozenset(above for one in names for above in _chain(one))


def _chain(name: str) -> Iterator[str]:
    """An exception, and of one of Java those that it derives from."""
    yield name
    if name in _CHECKED:
        yield from _chain(_CHECKED[name])


def newly_thrown(was: str, now: str, *, exceptions: Exceptions) -> Iterator[Difference]:
    """What calls of a method must handle and did not have to, told by how it was and is declared."""
    before = _thrown(was)
    more = {name: exceptions.above(name) for name in sorted(_thrown(now) - before - _UNCHECKED)}
    asked = {name: above for name, above in more.items() if not above & (before | _NEED_NOT | _UNCHECKED)}
    if asked:
        is_sure = any(above & _CHECKED.keys() for above in asked.values())
        words = f"throws `{', '.join(asked)}` as well: calls that do not handle it do not compile"
        yield Difference(
            NARROWED,
            Severity.HIGH if is_sure else Severity.MEDIUM,
            words + ("" if is_sure else ", where it is a checked one"),
        )


def no_longer_thrown(was: str, now: str, *, exceptions: Exceptions) -> Iterator[Difference]:
    """What calls of a method may not catch any more: javac refuses to catch a checked exception that nothing within throws."""
    left = {name: exceptions.above(name) for name in _thrown(now)}
    gone = [
        name
        for name in sorted(_thrown(was) - left.keys() - _UNCHECKED - {"Exception"})
        if (above := exceptions.above(name)) & _CHECKED.keys() and not above & (left.keys() | _NEED_NOT | _UNCHECKED)
    ]
    gone = [name for name in gone if not any(name in above for above in left.values())]
    if gone:
        words = f"throws `{', '.join(gone)}` no longer: callers that catch it, and classes that override it with that, do not compile"
        yield Difference(NARROWED, Severity.MEDIUM, words)


def _thrown(signature: str) -> set[str]:
    return {each.strip().rpartition(".")[2] for each in signature.partition(" throws ")[2].split(",")} - {""}

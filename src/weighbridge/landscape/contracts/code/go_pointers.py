"""What a value of a Go type no longer stands for when one of its methods is of the pointer alone."""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.facts.model import Definition
from weighbridge.landscape.contracts.code.go_forms import form_of
from weighbridge.landscape.contracts.code.go_values import values_stated_as, values_used_as
from weighbridge.landscape.contracts.code.go_words import POINTER, RECEIVER
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.values import Symbol

_MOST_SHOWN: Final = 3
_OF_GO: Final[Mapping[str, tuple[str, str]]] = {
    "String": ("String() string", "fmt.Stringer"),
    "GoString": ("GoString() string", "fmt.GoStringer"),
    "Format": ("Format(fmt.State, rune)", "fmt.Formatter"),
    "Error": ("Error() string", "error"),
    "MarshalJSON": ("MarshalJSON() ([]byte, error)", "json.Marshaler"),
    "MarshalText": ("MarshalText() ([]byte, error)", "encoding.TextMarshaler"),
    "MarshalBinary": ("MarshalBinary() ([]byte, error)", "encoding.BinaryMarshaler"),
    "LogValue": ("LogValue() slog.Value", "slog.LogValuer"),
    "Value": ("Value() (driver.Value, error)", "driver.Valuer"),
    "Read": ("Read([]byte) (int, error)", "io.Reader"),
    "Write": ("Write([]byte) (int, error)", "io.Writer"),
    "Close": ("Close() error", "io.Closer"),
    "ServeHTTP": ("ServeHTTP(http.ResponseWriter, *http.Request)", "http.Handler"),
    "RoundTrip": ("RoundTrip(*http.Request) (*http.Response, error)", "http.RoundTripper"),
}
"""Interfaces of Go's own packages that ask for one method."""


class GoPointers:
    """Answers for methods of the base that are of the pointer in head."""

    def __init__(self, landscapes: Landscapes) -> None:
        self._landscapes = landscapes

    def unmet(self, owner: Symbol, method: str) -> list[str]:
        """The interfaces that others can name, and that a value stood for and does not any more."""
        view = self._landscapes.base
        own = self._method(owner, method)
        found = [] if own is None else list(_of_go(own))
        for each in view.evaluator.hierarchy.fit.interfaces(owner, method) if own is not None else ():
            facts = view.landscape.facts(each.path)
            name = facts.definitions[each.index].name if facts else ""
            if facts is not None and name[:1].isupper() and self._stands_for(owner, each):
                found.append(f"{facts.package}.{name}")
        return list(dict.fromkeys(found))[:_MOST_SHOWN]

    def places(self, owner: Symbol, method: str) -> Iterator[Place]:
        """Where code here gives a value for such an interface."""
        yield from values_used_as(owner, method, landscapes=self._landscapes)
        own = self._method(owner, method)
        for stated in _of_go(own) if own is not None else ():
            yield from values_stated_as(owner, stated, landscapes=self._landscapes)

    def _stands_for(self, owner: Symbol, interface: Symbol) -> bool:
        """Whether a value had each method that an interface asks for, with what it takes and gives."""
        asked = self._landscapes.base.evaluator.hierarchy.fit.asked_by(interface)
        for name, method in asked.items():
            own = self._method(owner, name)
            if own is None or POINTER.match(own.signature) or _form(own) != _form(method):
                return False
        return True

    def _method(self, owner: Symbol, name: str) -> Definition | None:
        view = self._landscapes.base
        for each in view.evaluator.member(owner, name):
            facts = view.landscape.facts(each.path) if isinstance(each, Symbol) else None
            if facts is not None and isinstance(each, Symbol) and facts.definitions[each.index].kind == "method":
                return facts.definitions[each.index]
        return None


def _of_go(method: Definition) -> Iterator[str]:
    signature, interface = _OF_GO.get(method.name, ("", ""))
    if signature and not POINTER.match(method.signature) and _form(method) == form_of(signature, method.name):
        yield interface


def _form(method: Definition) -> object:
    return form_of(RECEIVER.sub("", method.signature), method.name)

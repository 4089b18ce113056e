"""Calls that request an address, of whatever server: `client.get("/orders/1")`, `fetch("/api/orders")`, `http.NewRequest(…)`.

Whether it is a route of the same repository is for the landscape to tell. So no text counts that does not stand in a call
whose name says that it requests, or beside the name of an HTTP method; and none that a call gives to a mock or hands over
with the function that is to answer.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from msgspec import Struct

from weighbridge.facts.addresses import address_of, may_be_address
from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Function, Name, Request, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._origins import Called, argument, calls, named_argument
from weighbridge.facts.recognise._request_texts import NAMING, Texts

ANY: Final = "ANY"
MOST_REQUESTS: Final = 1_000
"""Requests of one file that are noted."""

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_LOWER: Final = {method.lower(): method for method in _METHODS}
_UPPER: Final = {method: method for method in _METHODS}
_CONSTANTS: Final = _UPPER | {f"METHOD{method}": method for method in _METHODS}
_NAMED: Final = ("url", "path", "uri", "endpoint", "fullurl")
_FURTHEST: Final = 4
"""Arguments among which a method and an address are looked for."""


class _Asking(Struct, frozen=True, kw_only=True):
    """The calls that request in one language: those whose name says the method, and those that are told it."""

    verbs: Mapping[str, str]
    told: frozenset[str]
    is_bare: bool = False
    """Whether a verb requests also where it is called on nothing."""
    is_alone: bool = False
    """Whether what a verb is given beside the address would be a handler."""


_PYTHON: Final = _Asking(
    verbs={
        **_LOWER,
        **{f"{verb}_json": method for verb, method in _LOWER.items()},
        "websocket_connect": "WEBSOCKET",
        "ws_connect": "WEBSOCKET",
        "urlopen": ANY,
    },
    told=frozenset({"request", "open", "stream", "generic", "build_request", "test_request_context", "Request"}),
)
_JAVASCRIPT: Final = _Asking(
    verbs={**_LOWER, "del": "DELETE"},
    told=frozenset({"fetch", "$fetch", "axios", "got", "ky", "request", "inject", "Request", "open"}),
)
_JAVA: Final = _Asking(
    verbs={
        **_LOWER,
        **_UPPER,
        "multipart": "POST",
        "newBuilder": ANY,
        **dict.fromkeys(("getForObject", "getForEntity"), "GET"),
        **dict.fromkeys(("postForObject", "postForEntity", "postForLocation"), "POST"),
        "patchForObject": "PATCH",
        "headForHeaders": "HEAD",
        "optionsForAllow": "OPTIONS",
    },
    told=frozenset({"request", "exchange", "uri"}),
    is_bare=True,
)
_GO: Final = _Asking(
    verbs={**_UPPER, "Get": "GET", "Head": "HEAD", "Post": "POST", "PostForm": "POST"},
    told=frozenset({"NewRequest", "NewRequestWithContext"}),
    is_alone=True,
)
_BY_LANGUAGE: Final = {
    "python": _PYTHON,
    "java": _JAVA,
    "go": _GO,
    **dict.fromkeys(("javascript", "typescript", "tsx"), _JAVASCRIPT),
}
_POSTING: Final = frozenset({"Post", "PostForm"})
_RECEIVED: Final = frozenset({"open", "uri", "stream", "generic"})
"""Calls that are told the method and request only where they are called on something: a bare `open` opens a file."""

_DEEPEST: Final = 20
"""Links of a chain of calls that are looked at for what it begins with."""

_PRETENDING: Final = ("nock", "respx", "responses", "httpretty", "wiremock", "msw")
_CALLS_BACK: Final = frozenset({"$", "jQuery"})


class _Calls:
    """The requests of one file."""

    def __init__(self, facts: FileFacts) -> None:
        self._asking = _BY_LANGUAGE[facts.language]
        self._facts = facts
        self._texts = Texts(facts)

    def requests(self) -> Iterator[Request]:
        """Every request in the order of the text."""
        for called in calls(self._facts):
            if called.call.arguments:
                yield from self._asked(called)

    def _asked(self, called: Called) -> Iterator[Request]:
        call, asking = called.call, self._asking
        name = last_name(call.function)
        has_receiver = type(call.function) is Attribute
        verb = asking.verbs.get(name) if has_receiver or asking.is_bare else None
        if verb is not None and not (asking.is_alone and len(call.arguments) > 1 and name not in _POSTING):
            first = _address(call)
            yield from self._at(first, called, method=verb)
        elif name in asking.told and (has_receiver or name not in _RECEIVED):
            yield from self._told(called)
        elif len(call.arguments) > 1:
            yield from self._beside_method(called)

    def _told(self, called: Called) -> Iterator[Request]:
        """`request("GET", "/x")`, `fetch("/x", { method })`, `exchange("/x", HttpMethod.GET)`, `inject({ method, url })`."""
        call = called.call
        given = [each.value for each in call.arguments if not each.name][:_FURTHEST]
        described = next((each for each in given if _option(each, *_NAMED) is not None), None)
        if described is not None:
            yield from self._at(_option(described, *_NAMED), called, method=_stated(_option(described, "method")))
            return
        reads = [self._reads_as_address(each, called.scope) for each in given]
        # Of a table of cases without names every column reads so: the method's stands first.
        at = next((i for i, is_address in enumerate(reads) if is_address and not any(reads[i + 1 : i + 2])), None)
        keyword = next((each.value for each in call.arguments if each.name in _NAMED), None)
        address = given[at] if at is not None else keyword
        if address is None:
            return
        method = named_argument(call.arguments, "method")
        if method is None and at is not None:
            after = given[at + 1] if at + 1 < len(given) else None
            method = given[at - 1] if at else (_option(after, "method") if type(after) is Collection else after)
            if at == 0 and type(method) is not Text and _stated(method) == ANY and type(after) is not Collection:
                method = None
        yield from self._at(address, called, method=self._method_on(call) or _stated(method))

    def _method_on(self, call: Call) -> str:
        """The method that stands before `.uri("/x")`: `client.get()`, `client.method(HttpMethod.GET)`."""
        if type(call.function) is not Attribute or call.function.name != "uri":
            return ""
        of = call.function.of
        name = last_name(of.function) if type(of) is Call else ""
        return _LOWER.get(name) or (_stated(argument(of, 0)) if type(of) is Call and name == "method" else ANY)

    def _beside_method(self, called: Called) -> Iterator[Request]:
        """`send(t, "GET", "/x")`: whatever is told a method and, next to it, a path, requests it."""
        given = [each.value for each in called.call.arguments[:_FURTHEST]]
        for method, address in pairwise(given):
            is_method = method.value in _UPPER if type(method) is Text else _stated(method) in _UPPER
            if is_method and type(address) is Text and address.value[:1] == "/":
                yield from self._at(address, called, method=_stated(method))

    def _reads_as_address(self, expr: Expr, scope: int) -> bool:
        return any(map(may_be_address, self._texts.of(expr, scope)))

    def _at(self, address: Expr | None, called: Called, *, method: str) -> Iterator[Request]:
        if address is None or _hands_over(called.call) or _is_pretended(called.call):
            return
        for text in self._texts.of(address, called.scope):
            found = address_of(text)
            if found is not None:
                yield Request(method, found[1], called.scope, called.line, found[0])


def _address(call: Call) -> Expr | None:
    """What a call whose name says the method takes for the address."""
    first = call.arguments[0]
    return next((each.value for each in call.arguments if each.name in _NAMED), None if first.name else first.value)


def _stated(method: Expr | None) -> str:
    """The method that an expression says: GET where there is none, `ANY` where it cannot be told."""
    if method is None:
        return "GET"
    if type(method) is Text:
        return _UPPER.get(method.value.upper(), ANY)
    return _CONSTANTS.get(last_name(method).upper().replace("_", ""), ANY)


def _option(described: Expr | None, *names: str) -> Expr | None:
    elements = described.elements if type(described) is Collection else ()
    return next((element.value for element in elements if element.key in names), None)


def _hands_over(call: Call) -> bool:
    """Whether a call is given the function that is to answer: then it puts a route somewhere, or pretends to be a server."""
    function = call.function
    if type(function) is Attribute and type(function.of) is Name and function.of.id in _CALLS_BACK:
        return False
    return any(type(each.value) is Function for each in call.arguments)


def _is_pretended(call: Call) -> bool:
    """Whether a call tells a mock what to expect."""
    expr: Expr = call.function
    for _ in range(_DEEPEST):
        if type(expr) is Attribute:
            expr = expr.of
        elif type(expr) is Call:
            expr = expr.function
        else:
            return False
        name = last_name(expr).lower()
        if name.startswith(_PRETENDING) or name.endswith("mock"):
            return True
    return False


def _may_concern(_facts: FileFacts, outline: Outline) -> bool:
    """Whether a file holds a text that begins as an address does, or makes one from the name of a route."""
    return any(map(may_be_address, outline.texts)) or not NAMING.isdisjoint(outline.mentions)


def _recognise(facts: FileFacts) -> Recognised:
    found: dict[Request, None] = {}
    for request in _Calls(facts).requests():
        found[request] = None
        if len(found) >= MOST_REQUESTS:
            break
    return Recognised(requests=tuple(found))


RECOGNISER: Final = Recogniser(
    languages=tuple(_BY_LANGUAGE),
    version=1,
    recognise=_recognise,
    may_concern=_may_concern,
)

"""The status that a handler answers with, where it stands written out, and who here requests the handler and asks for the old one."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Function, Name, Number
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten, Slot
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.test_files import is_test

_GIVEN: Final = {
    "abort": "0", "HTTPException": "0", "status": "0", "sendStatus": "0", "WriteHeader": "0", "make_response": "1", "JSON": "0",
    "IndentedJSON": "0", "String": "0", "HTML": "0", "AbortWithStatus": "0", "AbortWithStatusJSON": "0", "NoContent": "0", "Error": "2",
    "json": "1", "text": "1", "html": "1", "body": "1", "setStatus": "0", "Respond": "1", "newResponse": "1",
    "ResponseStatusException": "0",
}  # fmt: skip
"""By the last name of what is called: which argument is the status."""
_BUILT: Final = {
    "notFound": 404, "badRequest": 400, "unprocessableEntity": 422, "noContent": 204, "accepted": 202, "created": 201,
    "internalServerError": 500, "ok": 200,
}  # fmt: skip
"""How Spring begins an answer by the name of its status."""
_NAMED: Final = frozenset({"status_code", "statusCode", "http_status", "status", "code"})
_ANSWERS: Final = LatePattern(
    r"(?:Response|response|Exception|HTTPError|abort|json|text|html|get|post|put|patch|delete|route)$"
)
"""What is called with a status by a name that alone would not say enough."""
_WRITERS: Final = frozenset({"w", "rw", "writer", "res", "resp", "response", "reply"})
"""What handlers call the answer that they write."""

_SPELLED: Final = LatePattern(r"HTTP_(\d{3})_\w+")
_HOLDERS: Final = frozenset({"http", "HTTPStatus", "HttpStatus", "StatusCodes", "Status"})
_STATUSES: Final = {
    "OK": 200, "CREATED": 201, "ACCEPTED": 202, "NON_AUTHORITATIVE_INFORMATION": 203, "NO_CONTENT": 204,
    "RESET_CONTENT": 205, "PARTIAL_CONTENT": 206, "MULTI_STATUS": 207, "ALREADY_REPORTED": 208, "IM_USED": 226,
    "MULTIPLE_CHOICES": 300, "MOVED_PERMANENTLY": 301, "FOUND": 302, "SEE_OTHER": 303, "NOT_MODIFIED": 304,
    "USE_PROXY": 305, "TEMPORARY_REDIRECT": 307, "PERMANENT_REDIRECT": 308, "BAD_REQUEST": 400, "UNAUTHORIZED": 401,
    "PAYMENT_REQUIRED": 402, "FORBIDDEN": 403, "NOT_FOUND": 404, "METHOD_NOT_ALLOWED": 405, "NOT_ACCEPTABLE": 406,
    "PROXY_AUTHENTICATION_REQUIRED": 407, "REQUEST_TIMEOUT": 408, "CONFLICT": 409, "GONE": 410,
    "LENGTH_REQUIRED": 411, "PRECONDITION_FAILED": 412, "REQUEST_ENTITY_TOO_LARGE": 413, "CONTENT_TOO_LARGE": 413,
    "REQUEST_URI_TOO_LONG": 414, "UNSUPPORTED_MEDIA_TYPE": 415, "REQUESTED_RANGE_NOT_SATISFIABLE": 416,
    "EXPECTATION_FAILED": 417, "IM_A_TEAPOT": 418, "TEAPOT": 418, "MISDIRECTED_REQUEST": 421,
    "UNPROCESSABLE_ENTITY": 422, "UNPROCESSABLE_CONTENT": 422, "LOCKED": 423, "FAILED_DEPENDENCY": 424,
    "TOO_EARLY": 425, "UPGRADE_REQUIRED": 426, "PRECONDITION_REQUIRED": 428, "TOO_MANY_REQUESTS": 429,
    "REQUEST_HEADER_FIELDS_TOO_LARGE": 431, "UNAVAILABLE_FOR_LEGAL_REASONS": 451, "INTERNAL_SERVER_ERROR": 500,
    "NOT_IMPLEMENTED": 501, "BAD_GATEWAY": 502, "SERVICE_UNAVAILABLE": 503, "GATEWAY_TIMEOUT": 504,
    "HTTP_VERSION_NOT_SUPPORTED": 505, "VARIANT_ALSO_NEGOTIATES": 506, "INSUFFICIENT_STORAGE": 507,
    "LOOP_DETECTED": 508, "NOT_EXTENDED": 510, "NETWORK_AUTHENTICATION_REQUIRED": 511,
}  # fmt: skip
"""The statuses by the names that languages have for them, but for their humps."""
_HUMPS: Final = LatePattern(r"(?<=[a-z])(?=[A-Z])")
_KNOWN: Final = frozenset(_STATUSES.values())


class StatusChange(Struct, frozen=True, kw_only=True):
    """One answer with another status; `askers` request it here and ask for the old one."""

    rewrite: Rewrite
    before: int
    after: int
    askers: tuple[Place, ...] = ()

    @property
    def is_other_kind(self) -> bool:
        """Whether what was well fails now, or the other way round, or somebody else is to blame."""
        return self.before // 100 != self.after // 100


def status_changes(rewritten: Rewritten, landscapes: Landscapes) -> Iterator[StatusChange]:
    """Every status that stands where another stood."""
    for each in rewritten:
        before = status_of(each.before)
        after = status_of(each.after) if each.after is not None else None
        if before is not None and after is not None and before != after and _is_answered(each):
            askers = tuple(askers_of(each, before, landscapes=landscapes))
            yield StatusChange(rewrite=each, before=before, after=after, askers=askers)


def status_of(expr: Expr) -> int | None:
    """The status that an expression is written for: `404`, `status.HTTP_404_NOT_FOUND`, `http.StatusNotFound`."""
    if type(expr) is Number:
        return int(expr.value) if expr.value.isdigit() and _is_status(int(expr.value)) else None
    if type(expr) is not Attribute:
        return None
    if found := _SPELLED.fullmatch(expr.name):
        return int(found[1])
    if last_name(expr.of) not in _HOLDERS:
        return None
    name = _HUMPS.sub("_", expr.name.removeprefix("Status")).upper()
    return _STATUSES.get(name)


def _is_status(number: int) -> bool:
    return number in _KNOWN


def _is_answered(each: Rewrite) -> bool:
    if not each.slots:
        return False
    slot = each.slots[-1]
    if type(slot.of) is Call:
        name = last_name(slot.of.function)
        is_known = _GIVEN.get(name) == slot.key or (slot.key in _NAMED and bool(_ANSWERS.search(name)))
        return is_known or _is_handed_on(each, slot.of)
    if type(slot.of) is not Collection or each.step.kind not in ("return", "use", "raise"):
        return False
    if slot.key == "1":
        return each.step.kind == "return" and each.step.value is slot.of and len(slot.of.elements) in (2, 3)
    return slot.key in ("status", "statusCode") and _is_of_answer(each.slots)


def _is_handed_on(each: Rewrite, call: Call) -> bool:
    """Whether a status by its name is given to whatever writes answers, together with what it writes to."""
    is_named = type(each.before) is Attribute and type(each.after) is Attribute
    return is_named and any(type(a.value) is Name and a.value.id in _WRITERS for a in call.arguments)


def _is_of_answer(slots: tuple[Slot, ...]) -> bool:
    """Whether options say the status of an answer: `Response.json(body, { status: 404 })`, or are what a function hands out."""
    if len(slots) == 1:
        return slots[0].key == "statusCode"
    outer = slots[-2].of
    return type(outer) is Call and bool(_ANSWERS.search(last_name(outer.function)))


def status_given(call: Call) -> int | None:
    """The status that a call answers with, by the place or the name of what it is given."""
    name = last_name(call.function)
    if type(call.function) is Attribute and last_name(call.function.of) == "ResponseEntity" and name in _BUILT:
        return _BUILT[name]
    for at, given in enumerate(call.arguments):
        is_status = given.name in _NAMED and bool(_ANSWERS.search(name)) if given.name else _GIVEN.get(name) == str(at)
        if is_status and (status := status_of(given.value)) is not None:
            return status
    return None


def askers_of(each: Rewrite, status: int, *, landscapes: Landscapes) -> Iterator[Place]:
    """Who requests the handler, tests left out, and asks for a status; by the routes of the base where a statement went."""
    is_gone = each.then is None
    facts, view = (each.file.base, landscapes.base) if is_gone else (each.file.head, landscapes.head)
    if facts is None:
        return
    for reference in (*_requesting(each, facts, view=view), *_requesting_unnamed(each, facts, view=view)):
        path = reference.source.path
        asking = None if is_test(path) else landscapes.head.landscape.facts(path)
        if asking is not None and (line := asks(asking, status)):
            yield Place(path=path, line=line, end_line=line)


def _requesting(each: Rewrite, facts: FileFacts, *, view: View) -> Sequence[Reference]:
    holder, _, name = each.symbol.rpartition(".")
    scope = next((at for at in range(len(facts.definitions)) if facts.qualified_name(at) == holder), 0)
    return view.requests.to((each.file.change.path, scope, name)) if name else ()


def _requesting_unnamed(each: Rewrite, facts: FileFacts, *, view: View) -> Iterator[Reference]:
    """Who requests a route that a function without a name handles where it is added."""
    within: set[int] = set()
    at = each.then.scope if each.then else each.step.scope
    while at > 0 and facts.definitions[at].kind == "lambda":
        within.add(at)
        at = facts.definitions[at].parent
    for routed in view.requests.routes_of(each.file.change.path) if within else ():
        if type(routed.handler) is Function and routed.handler.definition in within:
            yield from view.requests.requesting(routed)


def asks(facts: FileFacts, status: int) -> int:
    """The first line that a status stands on; 0 where none does."""
    for step in facts.steps:
        if any(status_of(part) == status for part in walk(step.value)):
            return step.line
    return 0

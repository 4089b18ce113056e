"""What is read or unpacked whole, however large whoever sends it makes it."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Attribute, Collection, Expr, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.reading import SCRIPTS, Reading, Use, method_of, names_in
from weighbridge.landscape.resources.limits.requests import request_names
from weighbridge.landscape.resources.limits.seen import Spot

KIND: Final = "size"
LIMITS: Final = ("MaxBytesReader", "MaxBytesHandler")
"""What a handler or a middleware of Go bounds a body with, for all that read it later."""
_UNPACKS: Final = ("gzip.decompress", "zlib.decompress", "bz2.decompress", "lzma.decompress", "brotli.decompress")
_OF_GO: Final = ("io.ReadAll", "io/ioutil.ReadAll")
_UNPACKED_BY_GO: Final = (
    "compress/gzip.NewReader",
    "compress/zlib.NewReader",
    "compress/flate.NewReader",
    "compress/bzip2.NewReader",
)
_LIMITS_OF_GO: Final = (
    "MaxBytesReader",
    "LimitReader",
    "LimitedReader",
    "CopyN",
    "ContentLength >",
    "ContentLength>",
    "MaxBytesHandler",
)
_READS: Final = (*_OF_GO, "io.Copy", "encoding/json.NewDecoder", "encoding/xml.NewDecoder")
_BOUNDING: Final = ("LimitReader", "MaxBytesReader")
_BODY: Final = "body"
_UPLOADS: Final = ("multer", "busboy", "formidable")


def sizes(reading: Reading) -> Iterator[Spot]:
    """What a file reads whole of what others send, each with whether a limit is said."""
    language = reading.facts.language
    if language == "go":
        yield from _of_go(reading)
    elif language == "python":
        yield from _of_python(reading)
    elif language in SCRIPTS:
        yield from _of_scripts(reading)
    elif language == "java":
        yield from _of_java(reading)


def _of_go(reading: Reading) -> Iterator[Spot]:
    for use in reading.uses:
        bodies = [each.value for each in use.call.arguments if _is_body(reading, each.value, scope=use.scope)]
        if bodies and method_of(use.call) in _BOUNDING:
            yield replace(_spot(reading, use, what="a body", is_bounded=True), about=_BODY)
        elif bodies and use.origin in _READS:
            text = _function_text(reading, use)
            is_bounded = any(word in text for word in _LIMITS_OF_GO)
            is_of_request = use.origin in _OF_GO and _is_request(reading, bodies[0], scope=use.scope)
            what = "the body of a request" if is_of_request else "a body"
            spot = _spot(reading, use, what=what, is_bounded=is_bounded)
            yield replace(spot, about=_BODY, is_usual=not is_of_request)
        elif _is_unpacked(reading, use):
            is_bounded = any(word in _function_text(reading, use) for word in _LIMITS_OF_GO)
            yield _spot(reading, use, what="what it unpacks", is_bounded=is_bounded)


def _is_unpacked(reading: Reading, use: Use) -> bool:
    """Whether a call reads all that something unpacks."""
    given = use.call.arguments[0].value if use.origin in _OF_GO and use.call.arguments else None
    return given is not None and _origin(reading, given, scope=use.scope) in _UNPACKED_BY_GO


def _is_body(reading: Reading, given: Expr, *, scope: int) -> bool:
    value = reading.literal(given, scope)
    return isinstance(value, Attribute) and value.name == "Body"


def _origin(reading: Reading, given: Expr, *, scope: int) -> str:
    if not isinstance(given, Name):
        return ""
    value = reading.given(given.id, scope)
    whole = (
        reading.given(next(iter(names_in(value)), ""), scope)
        if value is not None and not hasattr(value, "function")
        else value
    )
    return next((use.origin for use in reading.uses if use.call is whole), "")


def _is_request(reading: Reading, given: Expr, *, scope: int) -> bool:
    """Whether a member is one of a request that somebody else sends: a parameter `*http.Request`."""
    body = reading.literal(given, scope)
    of = body.of if isinstance(body, Attribute) else body
    while scope > 0 and isinstance(of, Name):
        for each in reading.facts.definitions[scope].parameters:
            if each.name == of.id and each.annotation is not None:
                return last_name(each.annotation) == "Request"
        scope = reading.facts.definitions[scope].parent
    return False


def _of_python(reading: Reading) -> Iterator[Spot]:
    asked = request_names(reading)
    for use in reading.uses:
        given = [each.value for each in use.call.arguments]
        if use.origin in _UNPACKS and given:
            is_bounded = any(each.name == "max_length" for each in use.call.arguments)
            names = {*names_in(given[0]), *_behind(reading, given[0], scope=use.scope)}
            yield _spot(reading, use, what="what it unpacks", is_bounded=is_bounded, is_grave=bool(asked & names))


def _behind(reading: Reading, given: Expr, *, scope: int) -> Iterator[str]:
    if isinstance(given, Name) and (value := reading.given(given.id, scope)) is not None:
        yield from names_in(value)


def _of_scripts(reading: Reading) -> Iterator[Spot]:
    for use in reading.uses:
        if use.origin in _UPLOADS:
            given = reading.literal(use.call.arguments[0].value, use.scope) if use.call.arguments else Collection(())
            if isinstance(given, Collection) and not any(each.key == "*" for each in given.elements):
                held = {each.key for each in given.elements}
                if use.origin == "formidable":
                    continue
                yield _spot(reading, use, what="an upload", is_bounded="limits" in held, is_grave=True)


def _of_java(reading: Reading) -> Iterator[Spot]:
    for use in reading.uses:
        if method_of(use.call) == "readAllBytes" and use.origin.endswith(
            "HttpServletRequest.getInputStream.readAllBytes"
        ):
            yield _spot(reading, use, what="the body of a request")


def _function_text(reading: Reading, use: Use) -> str:
    definition = reading.facts.definitions[function_around(reading.facts, use.scope)]
    return "\n".join(reading.lines[definition.line - 1 : definition.end_line])


def _spot(reading: Reading, use: Use, *, what: str, is_bounded: bool = False, is_grave: bool = False) -> Spot:
    return Spot(
        kind=KIND,
        about=use.origin,
        symbol=reading.symbol(use.scope),
        line=use.line,
        scope=use.scope,
        text=without_lines(use.call),
        is_bounded=is_bounded,
        is_grave=is_grave,
        words=f"`{use.origin}` takes {what} whole into memory, however large it is",
    )

"""The HTTP operations JavaScript requests of others: `GET https://host/path`, unknown parts as `{}`."""

import re
from typing import Final

from weighbridge.facts.model import Access, Attribute, Call, Expr, Name
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_origins import option, package_of
from weighbridge.facts.recognise._origins import Called, Origins, argument

_VERBS: Final = {
    **{verb: verb.upper() for verb in ("get", "post", "put", "patch", "delete", "head", "options")},
    "del": "DELETE",
}
_FETCHING: Final = frozenset(
    {"fetch", "window.fetch", "globalThis.fetch", "node-fetch", "cross-fetch", "undici.fetch", "undici.request"}
)
_CLIENTS: Final = frozenset({"axios", "got", "ky", "superagent", "needle", "request", "request-promise", "supertest"})
_SERVICES: Final = ("@nestjs/axios.HttpService", "@angular/common/http.HttpClient")
_NODE: Final = frozenset({"http.get", "https.get", "http.request", "https.request"})
REQUESTING: Final = frozenset(package_of(each) for each in (*_FETCHING, *_CLIENTS, *_SERVICES, *_NODE))
"""The packages and names of the platform whose calls may request something."""

_ADDRESS: Final = ("url", "uri", "path")
_BASE: Final = ("baseURL", "prefixUrl", "baseUrl")


def request(called: Called, origin: str, *, origins: Origins) -> Access | None:
    """The operation a call requests, when its address is at least partly known."""
    found = _operation(called, origin, origins=origins)
    if found is None:
        return None
    method, address = found
    key = _key(method, address)
    if not key:
        return None
    is_certain = not key.partition(" ")[2].startswith("{}") and "ANY" not in key[:4]
    return Access("requests", key, called.scope, called.line, is_certain)


def _operation(called: Called, origin: str, *, origins: Origins) -> tuple[str, str] | None:
    """The method and address of a request; None when the call is none, or its address unknown."""
    package = package_of(origin)
    name = last_name(called.call.function)
    if origin in _FETCHING or (package in _CLIENTS and (origin == package or name == "request")):
        return _by_options(called, origins)
    if package in _CLIENTS and name in _VERBS and origin.count(".") <= 2:
        return _at(argument(called.call, 0), called, origins=origins, method=_VERBS[name])
    if origin.startswith(_SERVICES) and name in _VERBS:
        return _at(argument(called.call, 0), called, origins=origins, method=_VERBS[name])
    if origin in _NODE:
        found = _by_options(called, origins)
        return found if found is None or name != "get" else ("GET", found[1])
    return None


def _by_options(called: Called, origins: Origins) -> tuple[str, str] | None:
    """`fetch(url, { method })`, `axios({ method, url })`: without a method it is GET."""
    first = argument(called.call, 0)
    options = argument(called.call, 1)
    described = option(first, *_ADDRESS)
    if described is not None:
        options, first = first, described
    stated = option(options, "method")
    method = origins.text(stated, called.scope) if stated is not None else "GET"
    is_spread = option(options, "*") is not None and stated is None
    return _at(first, called, origins=origins, method="ANY" if method is None or is_spread else method.upper())


def _at(address: Expr | None, called: Called, *, origins: Origins, method: str) -> tuple[str, str] | None:
    if isinstance(address, Call) and last_name(address.function) == "URL":
        base = origins.text(argument(address, 1), called.scope) or ""
        path = origins.text(argument(address, 0), called.scope)
        return (method, base.rstrip("/") + path) if path is not None else None
    text = origins.text(address, called.scope)
    return (method, _joined(_base(called, origins), text)) if text is not None else None


def _joined(base: str, path: str) -> str:
    return path if not base or "://" in path else f"{base.rstrip('/')}/{path.lstrip('/')}"


def _base(called: Called, origins: Origins) -> str:
    """The address a client was made with, in front of what it requests."""
    function = called.call.function
    made: Expr = function.of if isinstance(function, Attribute) else function
    if isinstance(made, Name) and (found := origins.bound(made.id, called.scope)) is not None and found[1] is not None:
        scope, made = found[0], found[1]
    else:
        scope = called.scope
    if not isinstance(made, Call):
        return ""
    return origins.text(option(argument(made, 0), *_BASE), scope) or ""


def _key(method: str, address: str) -> str:
    """`GET https://host/path` without query and fragment; empty when nothing of the address is known."""
    address = re.split(r"[?#]", address.strip(), maxsplit=1)[0]
    is_address = "://" in address or address.startswith(("/", "{}"))
    if not is_address or not re.search(r"\w", address.replace("{}", "")) or re.search(r"\s", address):
        return ""
    return f"{method} {address}" if method.isalpha() else ""

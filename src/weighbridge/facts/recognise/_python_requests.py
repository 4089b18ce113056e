"""The HTTP operations Python code requests of others: `GET https://host/path`, unknown parts as `{}`."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import Access, Attribute, Call, Expr
from weighbridge.facts.recognise._python_reading import Reading, Site, argument

_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_LIBRARIES: Final = frozenset({"requests", "httpx"})
_SESSIONS: Final = frozenset(
    {
        "requests.Session",
        "requests.session",
        "requests.sessions.Session",
        "httpx.Client",
        "httpx.AsyncClient",
        "aiohttp.ClientSession",
        "aiohttp.client.ClientSession",
    }
)
_OPENERS: Final = frozenset({"urllib.request.urlopen", "urllib.request.Request", "urllib.request.urlretrieve"})
_POOLS: Final = frozenset({"urllib3.PoolManager", "urllib3.request", "aiohttp.request"})

REQUESTED: Final = _LIBRARIES | _SESSIONS | _OPENERS | _POOLS
"""The dotted names at the beginning of every origin that requests something."""


def requests(reading: Reading) -> Iterator[Access]:
    """Every request whose address is at least partly known."""
    for site in reading.sites:
        operation = _operation(reading, site) if site.origin else None
        if operation is not None:
            method, url = operation
            if key := _key(method, url):
                yield Access("requests", key, site.scope, site.line, is_certain="{}" not in key.partition("/{")[0])


def _operation(reading: Reading, site: Site) -> tuple[str, str] | None:
    """The method and address of a request, None when the call is none."""
    origin = site.origin
    made_by, is_made, rest = origin.partition("()")
    library, _, function = origin.rpartition(".")
    if origin in _OPENERS:
        has_data = argument(site.call, "data", position=1) is not None
        return _with_address(reading, site, method="POST" if has_data else "GET")
    if origin in _POOLS or (made_by in _POOLS and rest == ".request"):
        return _named(reading, site)
    if is_made and made_by in _SESSIONS and rest.count(".") == 1:
        return _of_session(reading, site, name=rest[1:])
    if library in _LIBRARIES and not is_made:
        return _of_session(reading, site, name=function)
    return None


def _of_session(reading: Reading, site: Site, *, name: str) -> tuple[str, str] | None:
    if name in _METHODS:
        return _with_address(reading, site, method=name.upper())
    return _named(reading, site) if name in ("request", "stream") else None


def _named(reading: Reading, site: Site) -> tuple[str, str] | None:
    """A call that names its method first and its address second."""
    method = reading.text(argument(site.call, "method", position=0), site.scope)
    url = reading.text(argument(site.call, "url", position=1), site.scope)
    return ((method or "ANY").upper(), _base(reading, site) + url) if url is not None else None


def _with_address(reading: Reading, site: Site, *, method: str) -> tuple[str, str] | None:
    url = reading.text(argument(site.call, "url", "fullurl", position=0), site.scope)
    return (method, _base(reading, site) + url) if url is not None else None


def _base(reading: Reading, site: Site) -> str:
    """The address a session was made with, in front of what it requests."""
    of: Expr = site.call.function.of if isinstance(site.call.function, Attribute) else site.call.function
    made = reading.value(of, site.scope)
    if not isinstance(made, Call):
        return ""
    base = reading.text(argument(made, "base_url"), site.scope)
    return base.rstrip("/") if base else ""


def _key(method: str, url: str) -> str:
    """`GET https://host/path` without query and fragment; empty when nothing of the address is known."""
    address = re.split(r"[?#]", url.strip(), maxsplit=1)[0]
    if not re.search(r"\w", address.replace("{}", "")) or re.search(r"\s", address) or not method.isalpha():
        return ""
    if "://" not in address and not address.startswith(("/", "{}")):
        return ""
    return f"{method} {address}"

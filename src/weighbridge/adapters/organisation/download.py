"""Fetches one document by HTTP, within limits; what comes is believed for its digest alone, wherever it came from."""

import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Final

from weighbridge.adapters.organisation.address import Download
from weighbridge.app.build_trust import LARGEST_DOCUMENT, UnreachableTrustError, UnreadableTrustError
from weighbridge.domain.ids import digest

PATIENCE: Final = 10.0
"""Seconds for all of it: finding the host, being led elsewhere, and the last byte."""
_MOST_REDIRECTS: Final = 5


def download(wanted: Download, *, patience: float = PATIENCE) -> bytes:
    """The document, whose digest was checked.

    Raises:
        UnreachableTrustError: nobody gave it.
        UnreadableTrustError: what was given is another document, or larger than one may be.
    """
    answer: list[bytes | Exception] = []

    def ask() -> None:
        try:
            answer.append(_fetched(wanted.url, patience))
        except urllib.error.HTTPError as problem:
            problem.close()
            answer.append(problem)
        except (OSError, HTTPException, ValueError) as problem:
            answer.append(problem)

    # A server may send a byte now and then for ever, and a resolver answers when it likes: only another thread can be left.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    found = answer[0] if answer else TimeoutError()
    if isinstance(found, TimeoutError):
        raise _unreachable(wanted, f"it did not answer within {patience:.0f} seconds")
    if isinstance(found, Exception):
        raise _unreachable(wanted, _why(found)) from found
    if len(found) > LARGEST_DOCUMENT:
        raise UnreadableTrustError(f"{wanted}: more than the {LARGEST_DOCUMENT:,} bytes a trusted document may have")
    if digest(found) != f"sha256:{wanted.digest}":
        raise UnreadableTrustError(
            f"{wanted}: its digest is {digest(found)}, and sha256:{wanted.digest} was asked for: it was changed since, or is"
            " another document; look at it, and name the digest of what is meant"
        )
    return found


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects; to anything but HTTP there is nothing here that would."""

    max_redirections = _MOST_REDIRECTS


def _fetched(url: str, patience: float) -> bytes:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(url, headers={"User-Agent": "weighbridge", "Accept-Encoding": "identity"})  # noqa: S310 - the address's form was checked: http or https
    with opener.open(request, timeout=patience) as response:
        data = response.read(LARGEST_DOCUMENT + 1)
        if len(data) <= LARGEST_DOCUMENT and response.length:
            raise ConnectionError(f"the connection ended {response.length:,} bytes early")
    assert isinstance(data, bytes), "a response is bytes"
    return data


def _why(problem: Exception) -> str:
    if isinstance(problem, urllib.error.HTTPError):
        return f"the server says {problem.code} {problem.reason}"
    if isinstance(problem, urllib.error.URLError):
        return _why(problem.reason) if isinstance(problem.reason, Exception) else str(problem.reason)
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return str(problem) or type(problem).__name__


def _unreachable(wanted: Download, why: str) -> UnreachableTrustError:
    return UnreachableTrustError(
        f"{wanted}: the organisation's configuration could not be fetched, and no copy is kept here: {why}. Nothing is"
        " decided without it; once it was fetched, no network is needed"
    )

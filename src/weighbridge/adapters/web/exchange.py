"""One question to a web server and its answer, within limits of time and size, whatever the server does."""

import threading
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Final

from msgspec import Struct

PATIENCE: Final = 10.0
"""Seconds for all of it: finding the host, being led elsewhere, and the last byte."""
_MOST_REDIRECTS: Final = 5


class Question(Struct, frozen=True, kw_only=True):
    """What is asked, where the address's form was checked: http or https. `data` is posted; a document is got without."""

    url: str
    largest: int
    """Bytes of the answer that are looked at; of a longer one there is one byte more."""
    data: bytes | None = None
    kind: str = ""
    """What the data are, as a media type."""
    follows: bool = False
    """Whether the server may lead elsewhere a few times; where it may not, that it would is its answer."""


class Answer(Struct, frozen=True, kw_only=True):
    """What a server said; `kind` is the media type it gives, in small letters and without what follows it."""

    status: int
    reason: str
    kind: str
    data: bytes


class NoAnswerError(Exception):
    """The server gave no answer: why, in words."""


def exchange(asked: Question, *, patience: float = PATIENCE) -> Answer:
    """The server's answer, whatever its status. Raises `NoAnswerError`."""
    answer: list[Answer | Exception] = []

    def ask() -> None:
        try:
            answer.append(_answer(asked, patience))
        except (OSError, HTTPException, ValueError) as problem:
            answer.append(problem)

    # A server may send a byte now and then for ever, and a resolver answers when it likes: only another thread can be left.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    found = answer[0] if answer else TimeoutError()
    if isinstance(found, TimeoutError):
        raise NoAnswerError(f"it did not answer within {patience:.0f} seconds")
    if isinstance(found, Exception):
        raise NoAnswerError(_why(found)) from found
    return found


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects; to anything but HTTP there is nothing here that would."""

    max_redirections = _MOST_REDIRECTS


def _answer(asked: Question, patience: float) -> Answer:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        *([_Redirects()] if asked.follows else ()),
    ):
        opener.add_handler(handler)
    headers = {"User-Agent": "weighbridge", "Accept-Encoding": "identity"}
    if asked.data is not None:
        headers["Content-Type"] = asked.kind
    request = urllib.request.Request(asked.url, data=asked.data, headers=headers)  # noqa: S310 - the address's form was checked: http or https
    try:
        response = opener.open(request, timeout=patience)
    except urllib.error.HTTPError as problem:
        response = problem
    with response:
        data = response.read(asked.largest + 1)
        left = response.length if isinstance(response, HTTPResponse) else 0
        if len(data) <= asked.largest and left:
            raise ConnectionError(f"the connection ended {left:,} bytes early")
        kind = response.headers.get_content_type() if response.headers.get("Content-Type") else ""
        return Answer(status=response.status, reason=response.reason, kind=kind, data=data)


def _why(problem: Exception) -> str:
    if isinstance(problem, urllib.error.URLError):
        return _why(problem.reason) if isinstance(problem.reason, Exception) else str(problem.reason)
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return str(problem) or type(problem).__name__

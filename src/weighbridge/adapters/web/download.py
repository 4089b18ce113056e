"""Fetches one document by HTTP, within limits; what comes is believed for its digest alone, wherever it came from."""

from typing import Final

from weighbridge.adapters.web.exchange import PATIENCE, NoAnswerError, Question, exchange
from weighbridge.app.build_trust import LARGEST_DOCUMENT, UnreachableTrustError, UnreadableTrustError
from weighbridge.domain.ids import digest

_FOUND: Final = range(200, 300)


def download(url: str, sha256: str, *, patience: float = PATIENCE) -> bytes:
    """The document, whose digest was checked: `sha256` in hex.

    Raises:
        UnreachableTrustError: nobody gave it.
        UnreadableTrustError: what was given is another document, or larger than one may be.
    """
    try:
        answer = exchange(Question(url=url, largest=LARGEST_DOCUMENT, follows=True), patience=patience)
    except NoAnswerError as problem:
        raise _unreachable(url, str(problem)) from problem
    if answer.status not in _FOUND:
        raise _unreachable(url, f"the server says {answer.status} {answer.reason}")
    found = answer.data
    if len(found) > LARGEST_DOCUMENT:
        raise UnreadableTrustError(f"{url}: more than the {LARGEST_DOCUMENT:,} bytes a trusted document may have")
    if digest(found) != f"sha256:{sha256}":
        raise UnreadableTrustError(
            f"{url}: its digest is {digest(found)}, and sha256:{sha256} was asked for: it was changed since, or is"
            " another document; look at it, and name the digest of what is meant"
        )
    return found


def _unreachable(url: str, why: str) -> UnreachableTrustError:
    return UnreachableTrustError(
        f"{url}: the organisation's configuration could not be fetched, and no copy is kept here: {why}. Nothing is"
        " decided without it; once it was fetched, no network is needed"
    )

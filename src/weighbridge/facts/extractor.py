"""What an extractor is, and a recogniser: how the modules of `languages` and `recognise` present themselves."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import Access, Effect, EntryPoint, FileFacts, Mount, Request


class ExtractionError(Exception):
    """The extractor could not read the bytes at all; the message says why, in words."""


class Extract(Protocol):
    """How facts are made of a file's bytes."""

    def __call__(self, data: bytes, role: str, /, *, in_detail: bool) -> FileFacts:
        """The facts; what only tells two versions of a file apart is made where it is asked for `in_detail`."""


class Extractor(Struct, frozen=True, kw_only=True):
    """Turns the bytes of files of `roles` into facts.

    `version` goes into the cache's key: raise it with any change of what is extracted. `extract` raises
    `ExtractionError` when it cannot read the bytes at all, and notes what it could not read in part as `errors`.
    """

    roles: tuple[str, ...]
    version: int
    extract: Extract


class Recognised(Struct, frozen=True, kw_only=True):
    """What a recogniser adds to a file's facts."""

    entry_points: tuple[EntryPoint, ...] = ()
    accesses: tuple[Access, ...] = ()
    effects: tuple[Effect, ...] = ()
    mounts: tuple[Mount, ...] = ()
    requests: tuple[Request, ...] = ()


class Recogniser(Struct, frozen=True, kw_only=True):
    """Finds what a framework or library means in facts of any of `languages`; pure, cheap, blind to the tree.

    Where `may_concern` says no, there is nothing to find: it decides by what a file imports, names and spells, and most
    files are not looked at further.
    """

    languages: tuple[str, ...]
    version: int
    recognise: Callable[[FileFacts], Recognised]
    may_concern: Callable[[FileFacts, Outline], bool] = lambda _facts, _outline: True

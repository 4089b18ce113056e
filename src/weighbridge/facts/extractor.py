"""What an extractor is, and a recogniser: how the modules of `languages` and `recognise` present themselves."""

from collections.abc import Callable

from msgspec import Struct

from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import Access, Effect, EntryPoint, FileFacts, Mount, Request


class ExtractionError(Exception):
    """The extractor could not read the bytes at all; the message says why, in words."""


class Extractor(Struct, frozen=True, kw_only=True):
    """Turns the bytes of files of `roles` into facts: `extract(data, role)`.

    `version` goes into the cache's key: raise it with any change of what is extracted. `extract` raises
    `ExtractionError` when it cannot read the bytes at all, and notes what it could not read in part as `errors`.
    """

    roles: tuple[str, ...]
    version: int
    extract: Callable[[bytes, str], FileFacts]


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

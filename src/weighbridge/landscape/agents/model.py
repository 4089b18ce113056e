"""What one file lets agents do, as values, whichever agent it is written for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

DENY, ASK, ALLOW = 0, 1, 2
"""What becomes of a use of a tool: it is refused, somebody is asked, it happens."""

EVERY: Final = "*"


class Grant(Struct, frozen=True, kw_only=True):
    """One rule about uses of a tool; `kind` is `shell`, `edit`, `read`, `fetch`, `mcp` or a tool's own name."""

    effect: int
    kind: str
    pattern: str
    text: str
    """As it is written."""
    line: int
    of: str = ""
    """The agent of the file that it is for; empty where it is for all."""


class Mode(Struct, frozen=True, kw_only=True):
    """One setting that decides for many uses at once; the higher the rank, the less an agent is held."""

    key: str
    value: str
    rank: int
    words: str
    """What an agent may do by it."""
    line: int
    is_grave: bool = False
    """Whether nothing, or hardly anything, holds it then."""
    usual: int = 0
    """The rank where nothing is said."""


class Server(Struct, frozen=True, kw_only=True):
    """A server that gives an agent tools: a program that is started, or an address."""

    name: str
    line: int
    command: tuple[str, ...] = ()
    url: str = ""
    secrets: tuple[str, ...] = ()
    """The names of variables and headers it is handed that name a secret."""
    approved: tuple[str, ...] = ()
    """The tools that nobody is asked for; `*` for all."""
    is_off: bool = False


class Hook(Struct, frozen=True, kw_only=True):
    """A command that an agent's program runs by itself when something happens."""

    event: str
    matcher: str
    command: str
    line: int
    is_guard: bool
    """Whether it runs before something and can refuse it."""
    is_prompt: bool = False
    """Whether it is a question to a model, and no command."""


class Redirect(Struct, frozen=True, kw_only=True):
    """A setting that says to whom an agent's model is asked, or with whose key."""

    key: str
    value: str
    line: int


class Source(Struct, frozen=True, kw_only=True):
    """A plugin, or a place that plugins come from."""

    kind: str
    name: str
    words: str
    line: int


class Powers(Struct, frozen=True, kw_only=True):
    """All that one file says."""

    grants: tuple[Grant, ...] = ()
    modes: tuple[Mode, ...] = ()
    servers: Mapping[str, Server] = field(default_factory=lambda: MappingProxyType({}))
    hooks: tuple[Hook, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    sources: tuple[Source, ...] = ()
    only: tuple[str, ...] | None = None
    """The tools that there are at all; None where all are."""
    is_open: bool = False
    """Whether what no rule speaks of happens unasked."""
    is_last: bool = False
    """Whether the last rule that speaks of a use decides, and not the strictest."""


NO_POWERS: Final = Powers()

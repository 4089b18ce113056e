"""A regular expression as a tree, the same for every dialect."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.landscape.resources.patterns.charsets import Charset

BorderKind = Literal["start", "end", "end-or-last-line", "line-start", "line-end", "word", "not-word"]
Greed = Literal["greedy", "lazy", "possessive"]


class Chars(Struct, frozen=True, gc=False):
    """One character of a set."""

    allowed: Charset


class Border(Struct, frozen=True, gc=False):
    """A place between characters."""

    kind: BorderKind


class Chain(Struct, frozen=True, gc=False):
    """One after the other; nothing at all where there are no parts."""

    parts: tuple["Node", ...]


class Choice(Struct, frozen=True, gc=False):
    """One of several, the first that leads on."""

    options: tuple["Node", ...]


class Repeat(Struct, frozen=True, gc=False):
    """Again and again, from `least` to `most` times; None is without end."""

    body: "Node"
    least: int
    most: int | None
    greed: Greed = "greedy"


class Group(Struct, frozen=True, gc=False):
    """What is remembered under a number."""

    body: "Node"
    number: int


class Atomic(Struct, frozen=True, gc=False):
    """What is never tried another way once it matched."""

    body: "Node"


class Look(Struct, frozen=True, gc=False):
    """Whether something stands ahead or behind, and nothing of it is taken."""

    body: "Node"
    is_behind: bool = False
    is_negative: bool = False


class Again(Struct, frozen=True, gc=False):
    """What a group matched, once more."""

    number: int


Node = Chars | Border | Chain | Choice | Repeat | Group | Atomic | Look | Again


class Pattern(Struct, frozen=True, kw_only=True):
    """A pattern that was read."""

    root: Node
    groups: int = 0
    refers_back: bool = False
    is_script: bool = False
    """Whether it is JavaScript's: a repetition that takes nothing fails there, and a group that was not gone through is nothing."""


def clipped(node: Node, *, most: int) -> Node:
    """The same, with nothing asked for or allowed more often than `most` times, except without end."""
    match node:
        case Chain(parts=parts):
            return Chain(tuple(clipped(each, most=most) for each in parts))
        case Choice(options=options):
            return Choice(tuple(clipped(each, most=most) for each in options))
        case Repeat(body=body, least=least, most=times):
            limit = min(times, most) if times is not None else None
            return replace(node, body=clipped(body, most=most), least=min(least, most), most=limit)
        case Group(body=body) | Atomic(body=body) | Look(body=body):
            return replace(node, body=clipped(body, most=most))
        case _:
            return node

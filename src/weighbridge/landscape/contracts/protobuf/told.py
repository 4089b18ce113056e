"""Breaks of Protocol Buffers as they are told, and how code meets what they are of."""

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level, Uses
from weighbridge.landscape.contracts.protobuf.model import Declared
from weighbridge.landscape.contracts.uses import spellings


def broken(
    kind: str,
    check: str,
    *,
    level: Level,
    words: str,
    at: tuple[RepoPath, int],
    side: Side = Side.HEAD,
) -> Break:
    """One thing that is otherwise, at a line."""
    path, line = at
    place = Place(path=path, line=line, end_line=line, side=side)
    return Break(
        kind=f"protobuf-{kind}", check=check, level=level, words=words, place=place, subject=f"{check} {words}"
    )


def used(found: Break, uses: Uses) -> Break:
    """A break with how code meets it."""
    found.uses, found.is_noticed = uses, True
    return found


def in_go(name: str) -> str:
    """A type within a type, as Go calls it."""
    *_, outer, inner = ("", *name.split("."))
    return f"{outer}_{inner}" if outer[:1].isupper() else inner


def uses_of_field(old: Declared, name: str) -> Uses:
    """How code uses a field of a message: by its name, or by what reads and writes it."""
    plain = spellings(name)
    humps = next((each for each in plain if each[:1].isupper()), name)
    names = (*plain, *(f"{verb}{humps}" for verb in ("get", "set", "has", "clear", "Get")))
    near = tuple(dict.fromkeys((old.name.rpartition(".")[2], in_go(old.name))))
    return Uses(names=names, near=near, is_member=True)

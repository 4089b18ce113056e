"""A module call that means another module of the repository: what the one made and the other does not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.facts.terraform.blocks import Block, Expression
from weighbridge.landscape.infrastructure.files import called_folder
from weighbridge.landscape.infrastructure.kinds import Holds, Kind, kind_of
from weighbridge.landscape.infrastructure.modules import ModuleChange, settings_of
from weighbridge.landscape.infrastructure.outlasting import waiting
from weighbridge.landscape.infrastructure.refusals import refused_by

_NEAR: Final = ("./", "../")
_DEEPEST: Final = 3
_NAMED: Final = 3

BlocksIn = Callable[[str, str], list[Block]]
"""The blocks of the folder that a call in another means by a path."""


class Exchange(Struct, frozen=True, kw_only=True):
    """What goes with the module that was called: the worst first, in words, and how bad it is."""

    words: str
    severity: Severity


class Made(Struct, frozen=True, kw_only=True):
    """A resource that a module makes, with its arguments as far as they are known."""

    address: str
    kind: Kind | None
    values: Mapping[str, Any]


def exchange(change: ModuleChange, *, before: BlocksIn, after: BlocksIn) -> Exchange | None:
    """What is destroyed because a call means another module of the repository; None where nothing is, or one of both lies elsewhere."""
    new = change.new.block.values.get("source") if change.new is not None else None
    if (
        change.new is None
        or not isinstance(new, str)
        or not all(each.startswith(_NEAR) for each in (change.source, new))
    ):
        return None
    had = list(made(change.folder, change.old.block, blocks_in=before))
    has = list(made(change.folder, change.new.block, blocks_in=after))
    if not had:
        return None
    if not has and not after(change.folder, new):
        return _unknown(had, new, is_outside=called_folder(change.folder, new).startswith(".."))
    kept = {each.address for each in has} | set(_renamed(change.folder, new, blocks_in=after))
    within = f"module.{change.name}"
    lost = [each for each in had if each.address not in kept and not change.moves.stays(f"{within}.{each.address}")]
    if not lost:
        return None
    lost.sort(key=lambda each: _severity(each).rank)
    count = "all" if len(lost) == len(had) else f"{len(lost)} of {len(had)}"
    return Exchange(words=f"{count} that it made is destroyed, {_named(lost)}", severity=_severity(lost[0]))


def _unknown(had: list[Made], source: str, *, is_outside: bool) -> Exchange:
    """What may go where nothing is known of the module that is called now: it is not there, or lies where nobody can look."""
    had.sort(key=lambda each: _severity(each).rank)
    words = f"nothing of `{source}` is in the repository, and whatever it does not make under the same names is destroyed, {_named(had)}"
    return Exchange(words=words, severity=Severity.MEDIUM if is_outside else _severity(had[0]))


def _named(made: list[Made]) -> str:
    more = f" and {len(made) - _NAMED} more" if len(made) > _NAMED else ""
    return ", ".join(f"`{each.address}`{_words(each)}" for each in made[:_NAMED]) + more


def made(folder: str, call: Block, *, blocks_in: BlocksIn, depth: int = 0, within: str = "") -> Iterator[Made]:
    """The resources that a call makes, as far as its module and those within it lie in the repository."""
    source = call.values.get("source")
    if depth > _DEEPEST or not isinstance(source, str) or not source.startswith(_NEAR):
        return
    blocks = blocks_in(folder, source)
    scope = settings_of(blocks, given=call.values)
    for each in blocks:
        if each.type == "module":
            inner = called_folder(folder, source)
            yield from made(inner, each, blocks_in=blocks_in, depth=depth + 1, within=f"{within}module.{each.name}.")
        elif each.type == "resource" and len(each.labels) == 2:
            values = scope.filled(each.values)
            if values.get("count") not in (0, "0"):
                yield Made(address=f"{within}{each.name}", kind=kind_of(each.labels[0]), values=values)


def _renamed(folder: str, source: str, *, blocks_in: BlocksIn) -> Iterator[str]:
    """What the module that is called now says that it has under another name, or that stays."""
    for each in blocks_in(folder, source):
        left = each.values.get("from") if each.type in ("moved", "removed") else None
        if isinstance(left, Expression):
            yield left.text.strip()


def _severity(made: Made) -> Severity:
    """How bad it is that one goes while others take its place."""
    kind = made.kind
    if kind is None or refused_by(kind.type, made.values) or waiting(kind.type, made.values):
        return Severity.MEDIUM
    is_bad = kind.is_grave or kind.holds in (Holds.ENVIRONMENT, Holds.COMPUTE)
    return Severity.HIGH if is_bad else Severity.MEDIUM


def _words(made: Made) -> str:
    return f" ({made.kind.lost})" if made.kind is not None else ""

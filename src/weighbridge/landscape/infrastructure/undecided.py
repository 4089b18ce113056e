"""Blocks of which nothing here tells how often they are declared, where the change decides that: too many rows, or what only running tells."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Dynamic, Expression
from weighbridge.landscape.infrastructure.by_environment import is_told_apart
from weighbridge.landscape.infrastructure.data_files import place_read
from weighbridge.landscape.infrastructure.repeated import is_too_long
from weighbridge.landscape.infrastructure.scopes import names_in
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_KINDS: Final = frozenset({"resource", "module"})
_DECIDING: Final = ("for_each", "count")
_MOST_NAMED: Final = 3


class Undecided(Struct, frozen=True, kw_only=True):
    """One of them: the file that decides, and what of which block."""

    path: RepoPath
    words: str
    name: str


def undecided(sources: SourceFiles) -> Iterator[Undecided]:
    """Each block, on both sides of the change, that may be declared otherwise than before, while that is not known of both sides."""
    for folder in (*sources.folders, *sources.uses):
        before, after = folder.compared
        for key, new in after.items():
            old = before.get(key) if key[0] in _KINDS else None
            if old is not None:
                yield from _of_block(folder, old, new=new)
        for pair in folder.changes("resource"):
            if pair.new is not None and is_too_long(folder, pair):
                yield Undecided(
                    path=(pair.cause or pair.new.place).path,
                    words=f"more instances of `{pair.new.block.name}` than are told apart",
                    name=pair.new.block.name,
                )


def gaps(found: Iterator[Undecided]) -> Mapping[RepoPath, CouldNotLook]:
    """The same as what could not be looked at, file by file."""
    by_path: dict[RepoPath, dict[str, Undecided]] = {}
    for each in found:
        by_path.setdefault(each.path, {}).setdefault(each.words, each)
    return {path: _gap([*many.values()]) for path, many in by_path.items()}


def _gap(many: list[Undecided]) -> CouldNotLook:
    words = ", ".join(each.words for each in many[:_MOST_NAMED])
    more = f" and {len(many) - _MOST_NAMED} more" if len(many) > _MOST_NAMED else ""
    return CouldNotLook(
        reason=Reason.UNSUPPORTED,
        detail=f"it decides {words}{more}, and what that comes to could not be evaluated: it is too much, or only running tells",
        remedy="give a plan, which says it: `--input terraform-plan=FILE`",
    )


def _of_block(folder: Folder, old: Declared, *, new: Declared) -> Iterator[Undecided]:
    was, now = _deciding(old.block.values), _deciding(new.block.values)
    shown = f"module.{new.block.name}" if new.block.type == "module" else new.block.name
    for name in [name for name in was if name in now]:
        sides = list(zip(Side, (was[name], now[name]), strict=True))
        made_of = [
            _made_of(folder, side, value=each.each if isinstance(each, Dynamic) else each) for side, each in sides
        ]
        read = place_read(" ".join(map(str, made_of[1].values())), folder.texts_read) if folder.texts_read else None
        is_same = read is None and made_of[0] == made_of[1]
        if (
            not is_same
            and not all(_is_known(folder, side, value=each) for side, each in sides)
            and not is_told_apart(folder, was[name], now=now[name])
        ):
            path = read.path if read is not None else _decider(folder, new, value=now[name])
            yield Undecided(path=path, words=f"{name} of `{shown}`", name=new.block.name)


def _is_known(folder: Folder, side: Side, *, value: object) -> bool:
    """Whether it is evaluated; of a `dynamic` block, whether it is made into as many as it says."""
    scope = folder.scopes[side is Side.HEAD]
    if not isinstance(value, Dynamic):
        return not isinstance(scope.filled({"": value})[""], Expression)
    each = scope.filled({"": value.each})[""]
    made = scope.filled({"": [value]})[""]
    return isinstance(each, list | dict) and isinstance(made, list) and len(made) == len(each)


def _decider(folder: Folder, new: Declared, *, value: object) -> RepoPath:
    """The file where it is set otherwise: a name within, or the block itself."""
    _, place = folder.cause_of({"": value})
    return place.path if place is not None else new.path


def _deciding(values: Mapping[str, Any]) -> dict[str, object]:
    """What decides how often a block is declared, or one within it."""
    found: dict[str, object] = {f"`{each}`": values[each] for each in _DECIDING if each in values}
    for name, value in values.items():
        for index, each in enumerate(value if isinstance(value, list) else ()):
            if isinstance(each, Dynamic):
                found[f"`for_each` of `dynamic.{name}`{index or ''}"] = each
    return found


def _made_of(folder: Folder, side: Side, *, value: object) -> Mapping[str, Any]:
    """The expression, and what is said of each name in it, and of each in these."""
    scope = folder.scopes[side is Side.HEAD]
    found: dict[str, Any] = {"": _bare(value)}
    waiting = [value]
    while waiting:
        for name in names_in(waiting.pop()):
            if name not in found:
                root, _, bare = name.partition(".")
                said = scope.said(root).get(bare)
                found[name] = _bare(said)
                waiting.append(said)
    return found


def _bare(value: object) -> object:
    """A value without the signs that older versions asked for around an expression."""
    text = value.text if isinstance(value, Expression) and value.is_template else ""
    is_whole = text.startswith("${") and text.endswith("}") and text.count("${") == 1
    return Expression(text[2:-1].strip()) if is_whole else value

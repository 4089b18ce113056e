"""Numbers that fields of a message had in an earlier release, and that a change gives to other fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.protobuf.field_breaks import is_one_type
from weighbridge.landscape.contracts.protobuf.model import Declared, Field
from weighbridge.landscape.contracts.protobuf.reading import ProtoError, read_proto
from weighbridge.landscape.contracts.protobuf.told import broken
from weighbridge.landscape.contracts.recognise import contract_blob
from weighbridge.landscape.contracts.releases import FindRelease, Release

_MOST_RELEASES: Final = 4
_NAMED: Final = 4

_New = dict[str, dict[int, Field]]
"""By message, the numbers that are fields in head and were none in base."""


def given_again(files: Sequence[FileChange], contents: ChangedBytes, *, release: FindRelease) -> Iterator[Break]:
    """What those misread who have a release in which the numbers of new fields were others."""
    for file in files:
        base, head = (contract_blob(file, side) for side in (Side.BASE, Side.HEAD))
        old = _messages(contents.of(base.path, Side.BASE)) if base else {}
        new = _messages(contents.of(head.path, Side.HEAD)) if head else {}
        came = {name: _came(old[name], message) for name, message in new.items() if name in old}
        left: _New = {name: fields for name, fields in came.items() if fields}
        if left and base and head:
            texts = {contents.of(base.path, Side.BASE)}
            for each in _releases(release(())):
                text = each.text_of(base.path)
                if text not in texts:  # what a text says is asked of it once
                    yield from _misread(left, _messages(text), at=head.path, release=each)
                texts.add(text)
                if not left:
                    break


def _releases(newest: Release | None) -> Iterator[Release]:
    """The newest ones, each found when it is asked for."""
    for _ in range(_MOST_RELEASES):
        if newest is None:
            return
        yield newest
        newest = newest.before()


def _came(old: Declared, new: Declared) -> dict[int, Field]:
    return {n: each for n, each in new.fields.items() if n not in old.fields and not old.reserved.holds(n)}


def _misread(left: _New, before: Mapping[str, Declared], *, at: RepoPath, release: Release) -> Iterator[Break]:
    """What is otherwise since a release; what it knows is asked of no older one."""
    for name in list(left):
        had = before[name].fields if name in before else {}
        known = {number: (had[number], kept) for number, kept in left[name].items() if number in had}
        left[name] = {number: kept for number, kept in left[name].items() if number not in known}
        others = {
            n: both
            for n, both in known.items()
            if both[0].name != both[1].name or not is_one_type(both[0].type, both[1].type)
        }
        if not left[name]:
            del left[name]
        if not others:
            continue
        shown = ", ".join(f"{n} (`{old.name}`, now `{now.name}`)" for n, (old, now) in list(others.items())[:_NAMED])
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        numbers = "numbers" if len(others) > 1 else "a number"
        words = f"`{name}` gives {numbers} to other fields than in what was released ({release.tag}): {shown}{more}: messages of those who have it are misread"
        found = broken(
            "field-changed",
            "FIELD_NUMBER_REUSED",
            level=Level.ERROR,
            words=words,
            at=(at, min(now.line for _, now in others.values())),
        )
        found.things = tuple(thing for number in others for thing in (name, f"{name}#{number}"))
        yield found


def _messages(data: bytes | CouldNotLook | None) -> dict[str, Declared]:
    if not isinstance(data, bytes):
        return {}
    try:
        read = read_proto(RepoPath(""), data.decode("utf-8", "replace"))
    except ProtoError:
        return {}  # told where both sides are compared
    return {each.name: each for each in read.declared if each.kind == "message"}

"""What has another one made although none of its own arguments is written otherwise.

Random values are made anew with what their `keepers` say (https://registry.terraform.io/providers/hashicorp/random/latest/docs#resource-keepers),
and what is called by them with them. What `ignore_changes` no longer passes over is compared with the state again, which may hold what it was made of.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Step, at
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.kinds import Kind, kind_of
from weighbridge.landscape.infrastructure.likenesses import META
from weighbridge.landscape.infrastructure.lowered import steps_of
from weighbridge.landscape.infrastructure.protections import ignored
from weighbridge.landscape.infrastructure.remade import locals_of, reached
from weighbridge.landscape.infrastructure.scopes import names_in
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, Pair

NO_LONGER_PASSED_OVER: Final = "replace_because_no_longer_ignored"
_RANDOM: Final = "random_"
_BY: Final = {
    "null_resource": "triggers",
    "terraform_data": "triggers_replace",
    "time_static": "triggers",
    "time_offset": "triggers",
    "time_rotating": "triggers",
}
"""Types that hold nothing but a value, and the argument by which another is made; of random ones every argument does that."""
_DATA: Final = LatePattern(r"\bdata\.([a-z]\w*)\.([\w-]+)")
_MOMENT: Final = LatePattern(r"\b(?:timestamp|plantimestamp|uuid)\(\)")
_NEWEST: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "google_compute_image": ("family", ()),
    "aws_ssm_parameter": ("name", ()),
    "azurerm_shared_image_version": ("name", ("latest", "recent")),
}
"""Types of data that are another thing from time to time where this argument is set, or is one of these, beside those with `most_recent`."""


class Another(Struct, frozen=True, kw_only=True):
    """Why another one is made: the arguments that cannot be changed in place, and where that is written."""

    place: Place
    note: str
    paths: tuple[tuple[Step, ...], ...] = ()
    reason: str = "replace_because_cannot_update"
    confidence: Confidence = Confidence.MEDIUM


class Remade(Struct, frozen=True, kw_only=True):
    """A value that is made anew: where that is written, and how sure it is."""

    place: Place
    confidence: Confidence


def remade(folder: Folder) -> Mapping[str, Remade]:
    """The values of a folder that are made anew by what their own blocks say, by name."""
    found = {}
    for pair in folder.changes("resource"):
        old, new = pair.old, pair.new
        if old is None or new is None or len(new.block.labels) != 2:
            continue
        kind, was, now = new.block.labels[0], old.block.values, new.block.values
        by = {_BY[kind]} if kind in _BY else was.keys() | now.keys() if kind.startswith(_RANDOM) else set()
        passed_over = ignored(now)
        turned = [] if passed_over is None else sorted(by - META - passed_over)
        turned = [name for name in turned if was.get(name) != now.get(name)]
        if turned:
            is_sure = any(_is_plain(was.get(name), now.get(name)) for name in turned)
            found[new.block.name] = Remade(
                place=pair.cause or new.line_of(*turned), confidence=Confidence.MEDIUM if is_sure else Confidence.LOW
            )
    return found


def _is_plain(before: object, after: object) -> bool:
    """Whether two values are plainly two: names that nobody knows may mean the same."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return any(_is_plain(each, after[key]) for key, each in before.items() if each != after[key])
    return not any(isinstance(each, Expression) for each in (before, after))


def called_by(folder: Folder, values: Mapping[str, Remade]) -> Iterator[Pair]:
    """The blocks of a folder that stay as they are, and hold something that is called by one of these values."""
    if not values:
        return
    before = folder.declared(Side.BASE)
    touched = {each.block.labels for pair in folder.pairs("resource") for each in pair if each is not None}
    for key, new in folder.declared(Side.HEAD).items():
        old = before.get(key)
        if key[0] != "resource" or old is None or new.block.labels in touched or len(new.block.labels) != 2:
            continue
        if _names_of(folder, new, values=values):
            yield folder.pair(old, new)


def another(folder: Folder, new: Declared, *, was: Mapping[str, Any], values: Mapping[str, Remade]) -> Another | None:
    """Why another one is made of a block whose own arguments do not say so; None where nothing does."""
    if was.get("lifecycle") != new.block.values.get("lifecycle"):
        found = _no_longer_passed_over(folder, new, was=was)
        if found is not None:
            return found
    return _called_otherwise(folder, new, values=values) if values else None


def _called_otherwise(folder: Folder, new: Declared, *, values: Mapping[str, Remade]) -> Another | None:
    for path, name in _names_of(folder, new, values=values):
        by = values[name]
        return Another(
            place=by.place,
            note=f"it takes that from `{name}`, which is made anew: what makes it is otherwise now",
            paths=(path,),
            confidence=by.confidence,
        )
    return None


def _names_of(folder: Folder, new: Declared, *, values: Mapping[str, Remade]) -> list[tuple[tuple[Step, ...], str]]:
    """The arguments that cannot be changed in place and take something from one of these values."""
    kind, passed_over = kind_of(new.block.labels[0]), ignored(new.block.values)
    if kind is None or passed_over is None:
        return []
    here = locals_of(folder, Side.HEAD)
    return [
        (path, name)
        for path in _forces(kind)
        if path[0] not in passed_over
        for name in sorted(reached({"": at(new.block.values, path)}, here) & values.keys())
    ]


def _no_longer_passed_over(folder: Folder, new: Declared, *, was: Mapping[str, Any]) -> Another | None:
    """What follows something that moves, or is not as the state may have it, and no longer stays as it was made."""
    now = new.block.values
    kind = kind_of(new.block.labels[0])
    before, after = ignored(was), ignored(now)
    if kind is None or after is None:
        return None
    paths = [
        path
        for path in _forces(kind)
        if (before is None or path[0] in before) and path[0] not in after and at(now, path) is not None
    ]
    moving = {path: follows for path in paths if (follows := _moving(folder, at(now, path)))}
    if not moving and (before is None or not kind.is_irreversible):
        return None
    for path in moving or paths:
        name = ".".join(step for step in path if isinstance(step, str))
        follows = moving.get(path, "")
        what = (
            f"`{name}` follows {follows}"
            if follows
            else f"`{name}` was passed over until now, and may say something else than what it was made with"
        )
        return Another(
            place=new.line_of(str(path[0])),
            note=what,
            reason=NO_LONGER_PASSED_OVER,
            confidence=Confidence.MEDIUM if follows else Confidence.LOW,
        )
    return None


def _forces(kind: Kind) -> list[tuple[Step, ...]]:
    return [steps_of(tuple(name.split("."))) for name in kind.forces]


def _moving(folder: Folder, value: object) -> str:
    """What a value follows that is another thing from time to time, in words; empty where it follows nothing of the kind."""
    for text in _texts(folder, value):
        if (moment := _MOMENT.search(text)) is not None:
            return f"`{moment[0]}`, which is another each time"
        for found in _DATA.finditer(text):
            if _is_newest(folder, found[1], name=found[2]):
                return f"`{found[0]}`, which is whichever is the newest"
    return ""


def _texts(folder: Folder, value: object) -> Iterator[str]:
    """The expressions within a value, and within the locals that it is made of."""
    here = locals_of(folder, Side.HEAD)
    waiting, seen = [value], set[str]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, Expression):
            yield each.text
        else:
            waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        names = [name for name in names_in(each) if name.startswith("local.") and name not in seen]
        seen.update(names)
        waiting += [here.get(name.removeprefix("local.")) for name in names]


def _is_newest(folder: Folder, kind: str, *, name: str) -> bool:
    declared = folder.declared(Side.HEAD).get(("data", (kind, name), ""))
    if declared is None:
        return False
    values = folder.scopes[1].filled(declared.block.values)
    if plain(values.get("most_recent")) is True:
        return True
    argument, only = _NEWEST.get(kind, ("", ()))
    said = values.get(argument) if argument else None
    return said is not None and (not only or said in only)

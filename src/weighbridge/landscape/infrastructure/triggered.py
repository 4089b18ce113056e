"""What is destroyed and made anew because something else changes: `replace_triggered_by`.

Which changes count: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#replace_triggered_by
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.kinds import kind_of
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, Pair

_ARGUMENT: Final = "replace_triggered_by"
_TARGET: Final = LatePattern(r"([a-z]\w*)\.([\w-]+)(?:\[[^\]]*\])?(?:\.(\w+))?.*")
_REMADE_BY: Final = {"null_resource": "triggers", "terraform_data": "triggers_replace"}
"""Types that hold nothing, and the argument by which another one is made of them."""
_INSIDE: Final = frozenset({"lifecycle", "depends_on", "provisioner", "connection", "timeouts"})
"""What of a block may be otherwise while the thing stays as it is."""


def triggers_of(values: Mapping[str, Any]) -> list[str]:
    """What a block names there, as it is written."""
    found: list[str] = []
    for lifecycle in nested(values, "lifecycle"):
        named = lifecycle.get(_ARGUMENT)
        many = named if isinstance(named, list) else [named]
        found += [each.text.strip() for each in many if isinstance(each, Expression)]
    return found


def fired(folder: Folder, values: Mapping[str, Any]) -> str:
    """The first of what a block names there that the change alters; empty where none is."""
    return next((each for each in triggers_of(values) if _is_altered(folder, each)), "")


def untouched(folder: Folder) -> Iterator[Pair]:
    """The blocks of a folder that hold something, stay as they are, and name something that does not."""
    if not any(_ARGUMENT in text for text in folder.texts_in(folder.path, Side.HEAD)):
        return
    before = folder.declared(Side.BASE)
    touched = {each.block.labels for pair in folder.pairs("resource") for each in pair if each is not None}
    for key, new in folder.declared(Side.HEAD).items():
        old = before.get(key)
        if key[0] != "resource" or old is None or new.block.labels in touched or not _holds(new):
            continue
        if fired(folder, new.block.values):
            yield folder.pair(old, new)


def _holds(declared: Declared) -> bool:
    kind = kind_of(declared.block.labels[0]) if declared.block.labels else None
    return kind is not None and kind.is_irreversible


def _is_altered(folder: Folder, target: str) -> bool:
    """Whether something that is there is changed or made anew; what is new, or goes, makes nothing anew."""
    found = _TARGET.fullmatch(target)
    if found is None:
        return False
    kind, name, attribute = found.groups()
    for old, new in folder.pairs("resource"):
        if old is not None and new is not None and new.block.labels == (kind, name):
            was, now = old.block.values, new.block.values
            if attribute is None:
                names = (was.keys() | now.keys()) - _INSIDE
            elif attribute in was or attribute in now:
                names = {attribute}
            else:
                names = {_REMADE_BY.get(kind, "")} | ({"input"} if attribute == "output" else set())
            return any(was.get(each) != now.get(each) for each in names)
    return False

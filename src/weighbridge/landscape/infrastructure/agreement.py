"""Whether a plan speaks of what sources let one expect: a plan of another folder, or of an older state, has the same names too."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.references import module_path

_ENDS: Final = frozenset({Action.DELETE, Action.REPLACE, Action.FORGET})


class Said:
    """What plans say, by type and name, and by what it was called before."""

    def __init__(self, changes: Iterable[ResourceChange]) -> None:
        self._by_block: dict[str, list[ResourceChange]] = {}
        self._moved: dict[str, list[ResourceChange]] = {}
        self._modules: set[str] = set()
        for change in changes:
            self._by_block.setdefault(change.block, []).append(change)
            self._modules.update(module_path(change.module))
            if change.previous_address:
                known = change.previous_address.rpartition("[")[0] if change.previous_address.endswith("]") else ""
                name = ".".join((known or change.previous_address).split(".")[-2:])
                self._moved.setdefault(name, []).append(change)

    def covers(self, each: Alteration) -> bool:
        """Whether a plan says what becomes of it, whatever that is."""
        change = each.change
        if change.type == "module":
            return change.name in self._modules
        path = module_path(change.module)
        found = [one for one in self._by_block.get(change.block, ()) if not path or module_path(one.module) == path]
        if change.action in (Action.DELETE, Action.FORGET):
            ended = [one for one in found if one.action in _ENDS] + self._moved.get(change.block, [])
            return any(_agree(one.before, change.before) is not False for one in ended)
        gone = _keys(change.before) - _keys(change.after)
        if gone and gone <= {str(one.index) for one in found if one.action in _ENDS}:
            return True
        return any(_is_of(one, change) for one in found)


def _keys(values: Mapping[str, Any]) -> set[str]:
    """The keys of the instances of a block, as far as they are plain."""
    found = values.get("for_each")
    return {each for each in found if isinstance(each, str)} if isinstance(found, list | dict) else set()


def _is_of(said: ResourceChange, expected: ResourceChange) -> bool:
    """Whether a plan's entry holds what the sources set otherwise; or what they set before, where its provider passes that over."""
    if said.action is Action.DELETE:
        return False
    changed = {
        name: value
        for name, value in expected.after.items()
        if value != expected.before.get(name) and name in said.after
    }
    was = {name: expected.before[name] for name in changed if name in expected.before}
    return _agree(said.after, changed) is not False or _agree(said.before, was) is True


def _agree(said: Mapping[str, Any], written: Mapping[str, Any]) -> bool | None:
    """Whether plain values are mostly the same; None where there are none to compare."""
    pairs = [(said[name], value) for name, value in written.items() if name in said and _is_plain(value)]
    same = sum(_text(one) == _text(other) for one, other in pairs if _is_plain(one))
    others = sum(_is_plain(one) for one, _ in pairs) - same
    return None if not same and not others else same > others


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _text(value: object) -> str:
    return str(value).lower()

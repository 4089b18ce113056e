"""The two ways in which Kustomize changes an object: a part that is laid over it, and operations on its paths.

Sources: https://datatracker.ietf.org/doc/html/rfc6902 and
https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.objects import tables

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "volumes": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "ports": ("containerPort", "port"),
    "webhooks": ("name",),
}
"""By what the items of a list are the same ones; other lists are replaced as a whole."""
_HOW: Final = "$patch"
_INDEX: Final = LatePattern(r"-?[0-9]{1,9}")


Value = Any
"""Whatever stands at a place of a document: a mapping, a list, or a single value."""


class PatchError(Exception):
    """An operation names a path that is not there."""


def laid_over(old: Value, patch: Value, *, name: str = "") -> Value:
    """A value with a part laid over it; neither is changed."""
    if isinstance(old, dict) and isinstance(patch, dict):
        if patch.get(_HOW) == "replace":
            return {key: each for key, each in patch.items() if key != _HOW}
        found = dict(old)
        for key, each in patch.items():
            if each is None or (isinstance(each, dict) and each.get(_HOW) == "delete"):
                found.pop(key, None)
            elif key != _HOW and not key.startswith("$"):
                found[key] = laid_over(found.get(key), each, name=key)
        return found
    if isinstance(old, list) and isinstance(patch, list) and name in _KEYS:
        return _merged(old, patch, by=_KEYS[name])
    return laid_over({}, patch) if isinstance(patch, dict) else patch


def _merged(old: list[Any], patch: list[Any], *, by: Iterable[str]) -> list[Any]:
    if any(each.get(_HOW) == "replace" for each in tables(patch)):
        return [each for each in patch if not (isinstance(each, dict) and _HOW in each)]
    key = next((key for key in by if any(key in each for each in tables([*patch, *old]))), "name")
    found = list(old)
    for each in tables(patch):
        where = next(
            (at for at, one in enumerate(found) if isinstance(one, dict) and one.get(key) == each.get(key)), None
        )
        if each.get(_HOW) == "delete":
            found = [one for at, one in enumerate(found) if at != where]
        elif where is None:
            found.append(laid_over({}, each))
        else:
            found[where] = laid_over(found[where], each)
    return found


def operated(values: Value, operations: Iterable[Mapping[str, Any]]) -> Value:
    """A value after operations on its paths; the value that was given stays as it is. Raises `PatchError`."""
    for each in operations:
        steps = _steps(str(each.get("path", "")))
        op = each.get("op")
        if op in ("add", "replace") and not steps:
            values = each.get("value")
        elif op in ("add", "replace", "remove"):
            if not steps:
                raise PatchError(op)
            values = _at(values, steps, op=str(op), value=each.get("value"))
        elif op in ("copy", "move"):
            begin = _steps(str(each.get("from", "")))
            if not (begin and steps):
                raise PatchError(op)
            value = _found(values, begin)
            values = _at(values, begin, op="remove", value=None) if op == "move" else values
            values = _at(values, steps, op="add", value=value)
    return values


def _steps(path: str) -> list[str]:
    return [each.replace("~1", "/").replace("~0", "~") for each in path.split("/")[1:]]


def _found(values: Value, steps: list[str]) -> Value:
    for each in steps:
        values = values[_index(values, each)] if isinstance(values, list) else _entry(values, each)
    return values


def _entry(values: Value, step: str) -> Value:
    if not isinstance(values, dict) or step not in values:
        raise PatchError(step)
    return values[step]


def _index(values: list[Any], step: str, *, more: int = 0) -> int:
    """The place in a list that is meant; below nought it is counted from the end."""
    if step == "-" and more:
        return len(values)
    if _INDEX.fullmatch(step) is None:
        raise PatchError(step)
    length = len(values) + more
    at = int(step) + (length if step[0] == "-" else 0)
    if not 0 <= at < length:
        raise PatchError(step)
    return at


def _at(values: Value, steps: list[str], *, op: str, value: Value) -> Value:
    step, rest = steps[0], steps[1:]
    if isinstance(values, list):
        at = _index(values, step, more=1 if op == "add" and not rest else 0)
        if rest:
            return [*values[:at], _at(values[at], rest, op=op, value=value), *values[at + 1 :]]
        put = [] if op == "remove" else [value]
        return [*values[:at], *put, *values[at if op == "add" else at + 1 :]]
    if not isinstance(values, dict):
        raise PatchError(step)
    if rest:
        return {**values, step: _at(_entry(values, step), rest, op=op, value=value)}
    if op == "remove":
        _entry(values, step)
        return {key: each for key, each in values.items() if key != step}
    return {**values, step: value}

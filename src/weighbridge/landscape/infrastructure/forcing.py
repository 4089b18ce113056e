"""What of a resource that stays declared has another one made: arguments that cannot be changed in place, and sizes that only grow."""

from collections.abc import Mapping
from typing import Any, Final

from weighbridge.domain.findings import Confidence
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Step, at
from weighbridge.landscape.infrastructure.first_boot import scripts_changed
from weighbridge.landscape.infrastructure.kinds import kind_of
from weighbridge.landscape.infrastructure.lowered import lowered, steps_of
from weighbridge.landscape.infrastructure.protections import ignored

_COPIES: Final = (
    "replicate_source_db",
    "snapshot_identifier",
    "replication_source_identifier",
    "global_cluster_identifier",
)
"""Arguments of what is made from something else, and has its settings from there."""


def forcing(kind: str, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[list[tuple[Step, ...]], Confidence]:
    """The paths of what cannot be changed in place and is otherwise now, and how sure it is that their values are."""
    known = kind_of(kind)
    passed_over = ignored(now)
    if known is None or passed_over is None:
        return [], Confidence.LOW
    scripts = [path for path in scripts_changed(kind, was=was, now=now) if path[0] not in passed_over]
    found = list(scripts)
    for name in known.forces:
        path = steps_of(tuple(name.split(".")))
        is_passed = _is_passed_over(path, now) if len(path) > 1 else name in passed_over
        if not is_passed and _differs(at(was, path), at(now, path), is_copy=any(now.get(each) for each in _COPIES)):
            found.append(path)
    is_plain = bool(scripts) or any(
        all(not isinstance(at(each, path), Expression) for each in (was, now)) for path in found
    )  # what fills in a script that is written otherwise does not make it the old one
    return found, Confidence.MEDIUM if is_plain else Confidence.LOW


def shrinking(kind: str, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[Step, ...]]:
    """The paths of what is less now and can only grow in place; what is passed over stays as it was."""
    known, passed_over = kind_of(kind), ignored(now)
    if known is None or passed_over is None or any(now.get(each) for each in _COPIES):
        return []
    return [path for path in lowered(known, was=was, now=now) if path[0] not in passed_over]


def _is_passed_over(path: tuple[Step, ...], values: Mapping[str, Any]) -> bool:
    """Whether `ignore_changes` names what stands within a block, or a block that holds it."""
    wanted = [step for step in path if isinstance(step, str)]
    for lifecycle in nested(values, "lifecycle"):
        names = lifecycle.get("ignore_changes")
        for each in names if isinstance(names, list) else ():
            said = each.text if isinstance(each, Expression) else str(each)
            parts = said.replace("[0]", "").replace(" ", "").split(".")
            if wanted[: len(parts)] == parts:
                return True
    return False


def _differs(before: object, after: object, *, is_copy: bool) -> bool:
    """Whether it is set on both sides, otherwise; or is true on one alone, for nearly all that are switches are off unless set."""
    if before is None or after is None:
        return (before is True or after is True) and before is not after and not is_copy
    return bool(before != after)

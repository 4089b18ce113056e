"""Versions of what holds data: a major one cannot be taken back, for what it wrote cannot be read by the one before."""

import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.kinds import Holds, holds

NAMES: Final = (
    "engine_version", "database_version", "version", "elasticsearch_version", "redis_version", "kafka_version", "server_version",
    "kubernetes_version", "min_master_version", "mongo_db_major_version", "mongo_server_version", "release_label",
)  # fmt: skip
_NUMBERS: Final = re.compile(r"\d+")
_WORD: Final = LatePattern(r"[a-z]+")
_BY_TWO: Final = LatePattern(r"mysql|maria|kubernetes")
"""Engines whose first two numbers make a major version; of the others the first does, below ten of PostgreSQL two."""
CLUSTERS: Final = ("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster")
_UNDONE: Final = "there is no way back but a snapshot of before, which lacks all that was written since"
_CONVERTED: Final = f"another major version: it stops while it is converted, and {_UNDONE}"
_NO_WAY_BACK: Final = "no service goes back to an earlier major version in place, and the apply fails there"
_CLUSTER_STAYS: Final = (
    "a cluster never goes back: what asks for interfaces that the new one lacks fails until it is mended"
)
_NEEDS_LEAVE: Final = ("aws_db_instance", "aws_rds_cluster", "aws_neptune_cluster")
"""Types in which AWS refuses a major version unless the change itself allows it."""
_LEAVE: Final = "allow_major_version_upgrade"


class Raised(Struct, frozen=True, kw_only=True):
    """One version that is another major one now."""

    name: str
    words: str
    is_grave: bool = True


def raised(alteration: Alteration) -> Raised | None:
    """The version that cannot be taken back; None where none is another one."""
    change = alteration.change
    if change.is_data or change.action is not Action.UPDATE:
        return None
    is_cluster = change.type in CLUSTERS
    if not is_cluster and not holds(change.type, Holds.DATABASE, Holds.STREAM, Holds.QUEUE):
        return None
    for name in NAMES:
        was, now = change.before.get(name), change.after.get(name)
        if isinstance(was, str | int | float) and isinstance(now, str | int | float) and was != now:
            engine = "kubernetes" if is_cluster else str(change.after.get("engine", ""))
            turn = f"`{change.written((name,))}` goes from `{was}` to `{now}`"
            if words := _follows(alteration, turned(engine, str(was), now=str(now))):
                return Raised(name=name, words=f"{turn}{words}", is_grave=not is_cluster)
    return None


def _follows(alteration: Alteration, turn: int) -> str:
    """What follows, in words: whether it is refused, and what cannot be undone; empty where it is nothing of that kind."""
    change = alteration.change
    is_cluster = change.type in CLUSTERS
    if turn > 0 and not is_cluster and change.type in _NEEDS_LEAVE and plain(change.after.get(_LEAVE)) in (None, False):
        setting = "AllowMajorVersionUpgrade" if change.spelled else _LEAVE
        return f", another major version: AWS refuses that while `{setting}` is not set, and the apply fails there; once it is set, {_UNDONE}"
    return outcome(turn, is_cluster=is_cluster)


def outcome(turn: int, *, is_cluster: bool) -> str:
    """What follows from another major version, in words; empty where it is the same."""
    if turn < 0:
        return f": {_NO_WAY_BACK}"
    if not turn:
        return ""
    return f", and {_CLUSTER_STAYS}" if is_cluster else f", {_CONVERTED}"


def turned(engine: str, was: str, *, now: str) -> int:
    """1 where the major version is a later one, or of something else; -1 where it is an earlier one; 0 where it is the same."""
    before, after = _major(was, engine), _major(now, engine)
    if not before or not after:
        return 0
    if _WORD.findall(was.lower())[:1] != _WORD.findall(now.lower())[:1] and not engine:
        return 1
    return (after > before) - (after < before)


def _major(version: str, engine: str) -> tuple[int, ...]:
    numbers = tuple(int(each[:6]) for each in _NUMBERS.findall(version)[:2])
    called = f"{engine} {version}".lower()
    by_two = _BY_TWO.search(called) is not None or ("postgres" in called and numbers[:1] < (10,))
    return numbers if by_two else numbers[:1]

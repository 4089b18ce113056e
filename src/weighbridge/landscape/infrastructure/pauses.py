"""What stops a thing for a while although it is changed in place: a database on another machine, in another version."""

from typing import Final

from weighbridge.facts.terraform.changes import Action, ResourceChange, Step, at
from weighbridge.landscape.infrastructure.differences import is_known, plain
from weighbridge.landscape.infrastructure.kinds import kind_of
from weighbridge.landscape.infrastructure.lowered import steps_of

_STANDBY: Final = ("multi_az", "availability_type", "high_availability", "automatic_failover_enabled")

_WAITING: Final = ("aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")


def pauses_of(change: ResourceChange) -> tuple[tuple[Step, ...], ...]:
    """The paths of its values that stop it, where they are set on both sides, to something else."""
    kind = kind_of(change.type)
    if change.action is not Action.UPDATE or kind is None:
        return ()
    found = []
    for path in kind.pauses:
        steps = steps_of(path)
        was, now = at(change.before, steps), at(change.after, steps)
        if was is not None and now is not None and was != now and is_known(was) and is_known(now):
            found.append(steps)
    return tuple(found)


def waits(resource_type: str) -> bool:
    """Whether changes of this type wait for a maintenance window unless told otherwise."""
    return resource_type.startswith(_WAITING)


def is_at_once(change: ResourceChange) -> bool:
    """Whether it is said that nothing waits for the hours that were set apart for such changes."""
    return plain(change.after.get("apply_immediately")) is True


def has_standby(change: ResourceChange) -> bool:
    """Whether another stands ready, so that the pause is that of a switch."""
    return any(plain(change.after.get(name)) not in (None, False, "", "ZONAL", []) for name in _STANDBY)

"""What external checks came to on one tree: of each the newest word, which a gate judges and conditions read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import Status, StatusState

AHEAD: Final = timedelta(minutes=5)
"""How far the clock of whoever says something may be ahead of the gate's."""


def newest_statuses(statuses: Iterable[Status], tree: ObjectId, *, now: datetime | None) -> Mapping[str, Status]:
    """The newest word on each check, by its name.

    Times are those that reporters state, so that who puts an old word on record again brings nothing back. Of two words of
    one moment the one that is no pass counts. A pass whose time is yet to come is none: it counts where nothing else was said.
    """
    newest: dict[str, Status] = {}

    def rank(status: Status) -> tuple[bool, datetime, bool]:
        return not is_ahead(status, now), status.at, status.state is not StatusState.PASSED

    for status in statuses:
        if status.tree == tree and rank(status) >= rank(newest.get(status.name, status)):
            newest[status.name] = status
    return newest


def is_ahead(status: Status, now: datetime | None) -> bool:
    """Whether it tells of a pass that is yet to come."""
    return now is not None and status.state is StatusState.PASSED and status.at > now + AHEAD

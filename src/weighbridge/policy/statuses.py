"""What external checks came to on one tree: of each the newest word, which a gate judges and conditions read."""

from collections.abc import Iterable, Mapping

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import Status, StatusState


def newest_statuses(statuses: Iterable[Status], tree: ObjectId) -> Mapping[str, Status]:
    """The newest word on each check, by its name.

    Times are those that reporters state, so that who puts an old word on record again brings nothing back. Of two words of
    one moment the one that did not pass counts.
    """
    newest: dict[str, Status] = {}
    for status in statuses:
        if status.tree == tree and _rank(status) >= _rank(newest.get(status.name, status)):
            newest[status.name] = status
    return newest


def _rank(status: Status) -> tuple[float, bool]:
    return status.at.timestamp(), status.state is not StatusState.PASSED

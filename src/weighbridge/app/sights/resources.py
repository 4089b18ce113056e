"""What can be seen of what is opened and how much of it."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider


def facts(_seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {}

"""What can be seen of what coding agents may do."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider


def facts(_seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {}

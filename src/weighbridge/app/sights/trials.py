"""What can be seen of whether it was tried."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider
from weighbridge.landscape.trials.changes import Trials


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {Trials: lambda: Trials(seen.change, seen.code, contents=seen.bytes)}

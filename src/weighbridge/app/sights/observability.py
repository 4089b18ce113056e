"""What can be seen of who would notice."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider
from weighbridge.landscape.observability.asked_metrics import AskedMetrics
from weighbridge.landscape.observability.watch_changes import WatchChanges


def facts(seen: Seen) -> dict[type, Provider]:
    """The watches that a change alters, and what those of the tree ask for."""
    return {
        WatchChanges: lambda: WatchChanges(seen.change, seen.bytes),
        AskedMetrics: lambda: AskedMetrics(seen.bytes, trees=seen.trees),
    }

"""What can be seen of what is opened and how much of it."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider
from weighbridge.landscape.resources.leaks.change import Leaks, leaks_of
from weighbridge.landscape.resources.limits.seen import Limits


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {
        Leaks: lambda: leaks_of(seen.code, seen.bytes, is_test=lambda path: path in seen.of_tests),
        Limits: lambda: _limits(seen),
    }


def _limits(seen: Seen) -> Limits:
    return Limits(
        seen.code, seen.bytes, of_tests=seen.of_tests, tree=lambda: seen.head_tree, landscapes=lambda: seen.landscapes
    )

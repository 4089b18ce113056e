"""What can be seen of what is opened and how much of it."""

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider
from weighbridge.landscape.resources.leaks.change import Leaks, leaks_of


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {Leaks: lambda: leaks_of(seen.code, seen.bytes, is_test=lambda path: path in seen.of_tests)}

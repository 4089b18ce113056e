"""What can be seen of a change besides, a family of rules a module: each makes its facts of what is `Seen`."""

from weighbridge.app.sights import agents, documents, intent, observability, resources, trials
from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider


def further_facts(seen: Seen) -> dict[type, Provider]:
    """The facts of these families, by type; none is made before it is asked for."""
    found: dict[type, Provider] = {}
    for family in (agents, documents, intent, observability, resources, trials):
        found |= family.facts(seen)
    return found

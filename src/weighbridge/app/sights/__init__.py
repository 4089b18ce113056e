"""What can be seen of a change besides: each module makes the facts of one family of rules of what is `Seen`.

A module is imported where a rule asks for a fact of the package of the landscape that it serves: most checks ask for none.
"""

import importlib
from collections.abc import Callable
from typing import Final

from weighbridge.app.sights.seen import Seen
from weighbridge.engine.run import Provider

_LANDSCAPE: Final = "weighbridge.landscape."
_SERVED_BY: Final = {
    "agents": "agents",
    "freshness": "documents",
    "intent": "intent",
    "observability": "observability",
    "resources": "resources",
    "trials": "trials",
}
"""The modules beside this, by the packages of the landscape whose facts they make."""


def further_fact(seen: Seen, kind: type) -> Provider | None:
    """What makes the facts of a type; None where no family has such."""
    package = kind.__module__.removeprefix(_LANDSCAPE).partition(".")[0]
    if package not in _SERVED_BY:
        return None
    facts: Callable[[Seen], dict[type, Provider]] = importlib.import_module(f"{__name__}.{_SERVED_BY[package]}").facts
    return facts(seen).get(kind)

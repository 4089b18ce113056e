"""Words that have an order, from the least to the most."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.gate import Level
from weighbridge.policy.policy import EnvironmentLevel
from weighbridge.policy.view.change import FileArea


def _rising(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(word) for word in words)


_ORDERS: Final = (
    _rising(reversed(Severity)),
    _rising(reversed(Confidence)),
    _rising(Level),
    _rising(FileArea),
    _rising(EnvironmentLevel),
)


@cache
def order_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words in their order; empty when they have none."""
    return next((order for order in _ORDERS if set(order) == set(words)), ())

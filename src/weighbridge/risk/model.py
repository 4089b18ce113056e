"""How features become one figure. What stands here needs no training; a trained model keeps to the same protocol."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from weighbridge.risk.features import PLACE, Feature, Features, column

Score = Callable[[Features], float]


class RiskModel(Protocol):
    """Gives changes of one repository a score; only their order matters, more is riskier."""

    @property
    def name(self) -> str:
        """The model with its version, as packages record it."""

    def fit(self, past: Sequence[Features], change: Features) -> Score:
        """A score that `change` and each of `past` can be given alike."""


class Ranking:
    """Where a value stands among others."""

    __slots__ = ("_known", "_sorted")

    def __init__(self, values: Iterable[float]) -> None:
        self._sorted = sorted(values)
        self._known: dict[float, float] = {}

    def percentile(self, value: float) -> float:
        """0 to 100: the share of values that are less, with half of those that are equal; 50 among none."""
        if not self._sorted:
            return 50.0
        # Most features take few values, and every change of the past is asked for.
        known = self._known.get(value)
        if known is None:
            less, not_more = bisect_left(self._sorted, value), bisect_right(self._sorted, value)
            known = self._known[value] = 50 * (less + not_more) / len(self._sorted)
        return known


def percentile_among(value: float, others: Sequence[float]) -> float:
    """What `Ranking` says, for one question: counting is cheaper than sorting then."""
    if not others:
        return 50.0
    less = sum([other < value for other in others])
    equal = sum([other == value for other in others])
    return 100 * (less + equal / 2) / len(others)


SIZE: Final = (Feature.ADDED, Feature.REMOVED)
SPREAD: Final = (Feature.SUBSYSTEMS, Feature.FILES, Feature.ENTROPY)
PAST: Final = (Feature.DEVELOPERS, Feature.UNIQUE_CHANGES)
EXPERIENCE: Final = (Feature.SUBSYSTEM_EXPERIENCE,)


class RankMean:
    """The mean of four groups' mean percentiles: size, spread, the files' past, and how new the author is to them.

    Every group weighs the same; experience counts downwards. Where the author is not known (a change not committed
    yet), the last group is left out for this change and for those it is compared with.
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The model with its version."""
        return "rank-mean 3"

    def fit(self, past: Sequence[Features], change: Features) -> Score:
        """A score out of ranks among `past`."""
        groups = [SIZE, SPREAD, PAST, *([EXPERIENCE] if change.has_author else [])]
        ranked = [(group is EXPERIENCE, [(PLACE[f], Ranking(column(f, past))) for f in group]) for group in groups]

        def score(features: Features) -> float:
            values, total = features.values, 0.0
            for is_experience, rankings in ranked:
                mean = sum([ranking.percentile(values[place]) for place, ranking in rankings]) / len(rankings)
                total += 100 - mean if is_experience else mean
            return total / len(ranked)

        return score

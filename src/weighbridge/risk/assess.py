"""Placing one change among a repository's own: percentiles, and the sentences a person reads."""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.risk import Contribution, FailureScenario, Risk
from weighbridge.risk.features import Feature, Features, column, measure_all
from weighbridge.risk.model import RankMean, RiskModel, percentile_among
from weighbridge.risk.past import PastChange

LEAST: Final = 30
"""Earlier changes below which no percentile is given: among fewer, one step is more than three points."""

WINDOW: Final = 5_000
"""Earlier changes that are read: what the files' past and the author's experience are measured by."""

NEWEST: Final = 1_000
"""Earlier changes of code that a change of code is placed among: as years pass files come to have more people and more changes
behind them, and beside a long past everything new looks risky."""

_FROM_THE_TOP: Final = 75.0
_FROM_THE_BOTTOM: Final = 25.0


def refuse(why: str, *, sample: int = 0, scenarios: tuple[FailureScenario, ...] = ()) -> Risk:
    """No percentile, and the reason."""
    return Risk(
        percentile=None,
        baseline_percentile=None,
        sample=sample,
        window="",
        model="",
        scenarios=scenarios,
        refused=why,
    )


def assess(
    change: PastChange,
    past: Sequence[PastChange],
    *,
    is_cut_off: bool = False,
    scenarios: tuple[FailureScenario, ...] = (),
    model: RiskModel | None = None,
) -> Risk:
    """The risk of `change` after `past` (oldest first); refused on a history too short or cut off by the clone."""
    if is_cut_off:
        why = f"this clone holds only {len(past):,} of the earlier changes: git fetch --unshallow brings the rest"
        return refuse(why, sample=len(past), scenarios=scenarios)
    if len(past) < LEAST:
        why = (
            f"only {len(past)} earlier {'change' if len(past) == 1 else 'changes'} to compare with; {LEAST} are needed"
        )
        return refuse(why, sample=len(past), scenarios=scenarios)
    if not change.files:
        return refuse("no file changed", sample=len(past), scenarios=scenarios)
    used = model or RankMean()
    measured, own = measure_all(past, change)
    of_code = [features for features, earlier in zip(measured, past, strict=True) if earlier.is_of_code][-NEWEST:]
    is_of_code = change.is_of_code and len(of_code) >= LEAST
    others = of_code if is_of_code else measured
    score = used.fit(others, own)
    added = column(Feature.ADDED, others)
    return Risk(
        percentile=round(percentile_among(score(own), [score(features) for features in others]), 1),
        baseline_percentile=round(percentile_among(own[Feature.ADDED], added), 1),
        sample=len(others),
        window=_window_of_code(len(others)) if is_of_code else _window(len(others)),
        model=used.name,
        contributions=tuple(_contributions(own, others)),
        scenarios=scenarios,
        is_among_code=is_of_code,
        is_without_past=not own.has_past,
    )


def _window_of_code(count: int) -> str:
    newest = "the newest" if count >= NEWEST else "all"
    return f"{newest} {count:,} changes of code before this one; changes of texts and settings alone left out"


def _window(count: int) -> str:
    if count >= WINDOW:
        return f"the last {count:,} changes before this one, texts beside code left out; older ones were not read"
    return f"all {count:,} changes before this one, texts beside code left out"


def _contributions(own: Features, measured: Sequence[Features]) -> Iterator[Contribution]:
    """What stands out, the furthest from the middle first; then what is usual, in the study's order."""
    found: list[Contribution] = []
    for feature in Feature:
        if not _is_meant(feature, own):
            continue
        percentile = percentile_among(own[feature], column(feature, measured))
        words = _words(feature, own[feature], percentile=percentile)
        found.append(Contribution(feature=feature, value=own[feature], percentile=round(percentile, 1), words=words))
    yield from sorted(found, key=lambda c: -abs(c.percentile - 50))


def _is_meant(feature: Feature, own: Features) -> bool:
    if feature in (Feature.EXPERIENCE, Feature.RECENT_EXPERIENCE, Feature.SUBSYSTEM_EXPERIENCE):
        return own.has_author
    return own.has_past if feature in (Feature.AGE, Feature.DEVELOPERS, Feature.UNIQUE_CHANGES) else True


_SENTENCES: Final = {
    Feature.SUBSYSTEMS: ("touches {} top-level folder", "touches {} top-level folders"),
    Feature.FOLDERS: ("touches {} folder", "touches {} folders"),
    Feature.FILES: ("changes {} file", "changes {} files"),
    Feature.ADDED: ("adds {} line", "adds {} lines"),
    Feature.REMOVED: ("removes {} line", "removes {} lines"),
    Feature.DEVELOPERS: ("its files were changed by {} person before", "its files were changed by {} people before"),
    Feature.AGE: ("its files last changed {} day ago on average", "its files last changed {} days ago on average"),
    Feature.UNIQUE_CHANGES: (
        "its files come from {} earlier change",
        "its files come from {} different earlier changes",
    ),
    Feature.EXPERIENCE: ("its author made {} change here before", "its author made {} changes here before"),
    Feature.RECENT_EXPERIENCE: ("its author's recent experience is {}", "its author's recent experience is {}"),
    Feature.SUBSYSTEM_EXPERIENCE: (
        "its author made {} change in these top-level folders before",
        "its author made {} changes in these top-level folders before",
    ),
}


def _words(feature: Feature, value: float, *, percentile: float) -> str:
    place = _place(percentile)
    if feature is Feature.FIX:
        return "says that it mends something" if value else "does not say that it mends something"
    if feature is Feature.ENTROPY:
        return f"spreads its lines {'over its files' if value else 'over one file only'} (entropy {value:.2f}){place}"
    one, many = _SENTENCES[feature]
    shown = f"{value:,.0f}" if value == int(value) or value >= 10 else f"{value:.1f}"
    return (one if shown == "1" else many).format(shown) + place


def _place(percentile: float) -> str:
    if percentile in (0, 100):
        return f", {'more' if percentile else 'less'} than any earlier change"
    if percentile >= _FROM_THE_TOP:
        return f", more than {percentile:.0f} % of earlier changes"
    if percentile <= _FROM_THE_BOTTOM:
        return f", less than {100 - percentile:.0f} % of earlier changes"
    return ", as usual here"

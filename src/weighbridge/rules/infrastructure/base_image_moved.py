"""What an image or a service begins with is another generation."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, DOCKERFILE, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.pins import Moved, moved
from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.manifests.images import kind_of_image

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Images, Pipelines),
    roles=(DOCKERFILE, COMPOSE),
    tags=("image", "availability"),
)
_REFUSES: Final = frozenset({"postgres", "postgresql", "postgis", "timescaledb", "pgvector"})
"""The databases that do not start on the files of another generation (https://www.postgresql.org/docs/current/upgrading.html)."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each image of another generation that is shipped or started."""
    for each in moved(case[Images], case[Pipelines]):
        was, now = each.was.version, each.now.version
        if not each.is_shipped or was is None or now is None or was[0] == now[0] or each.was.name != each.now.name:
            continue
        if not each.was.is_known or not each.now.is_known or _is_a_date(was[0]) != _is_a_date(now[0]):
            continue
        words, severity = _judged(each, is_older=now < was)
        if is_for_oneself(each.place.path):
            severity = Severity.LOW
        yield RULE.finding(
            f"{each.who} goes from `{each.was}` to `{each.now}`: {words}",
            each.place,
            anchor=f"{each.who} {each.now.name}",
            severity=severity,
        )


def _judged(each: Moved, *, is_older: bool) -> tuple[str, Severity]:
    is_data = each.is_started and kind_of_image(each.now.name) is not None
    if is_data and each.now.short in _REFUSES:
        return (
            "it does not start on the data that the other has written; that has to be dumped or upgraded first",
            Severity.HIGH,
        )
    if is_data and is_older:
        return "it may not read what the newer one has written", Severity.HIGH
    if is_data and kind_of_image(each.now.name) is ComponentKind.DATABASE:
        return "it changes its files as it starts, and the old one cannot read them again", Severity.MEDIUM
    return "libraries, defaults and what is installed are another generation for all that runs in it", Severity.LOW


def _is_a_date(number: int) -> bool:
    return number > 1900

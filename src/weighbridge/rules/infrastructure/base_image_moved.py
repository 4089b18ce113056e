"""What an image or a service begins with is another generation."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, DOCKERFILE, Images
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
    """One finding for each image of another generation that is shipped or started; those of one file that go the same way are one."""
    found: dict[tuple[str, str, str], list[Moved]] = {}
    for each in moved(case[Images], case[Pipelines]):
        if _is_another_generation(each) and (each.is_shipped or each.is_started):
            found.setdefault((each.place.path, str(each.was), str(each.now)), []).append(each)
    for first, *others in found.values():
        worst = next((each for each in (first, *others) if each.is_kept), first)
        words, severity = _judged(worst, is_older=(worst.now.version or (0, 0)) < (worst.was.version or (0, 0)))
        so = (
            f", as {counted(len(others), 'other')} here do"
            if len(others) > 1
            else ", as another here does"
            if others
            else ""
        )
        yield RULE.finding(
            f"{worst.who} goes from `{worst.was}` to `{worst.now}`{so}: {words}",
            worst.place,
            anchor=f"{worst.who} {worst.now.name}",
            severity=severity if worst.is_shipped else Severity.LOW,
        )


def _is_another_generation(each: Moved) -> bool:
    was, now = each.was.version, each.now.version
    if was is None or now is None or was[0] == now[0] or each.was.name != each.now.name:
        return False
    return each.was.is_known and each.now.is_known and _is_a_date(was[0]) == _is_a_date(now[0])


def _judged(each: Moved, *, is_older: bool) -> tuple[str, Severity]:
    is_data = each.is_started and kind_of_image(each.now.name) is not None
    if is_data and each.now.short in _REFUSES:
        words = "it does not start on the data that the other has written; that has to be dumped or upgraded first"
        return words, Severity.HIGH if each.is_kept else Severity.MEDIUM
    if is_data and is_older:
        return "it may not read what the newer one has written", Severity.HIGH if each.is_kept else Severity.MEDIUM
    if is_data and kind_of_image(each.now.name) is ComponentKind.DATABASE:
        return "it changes its files as it starts, and the old one cannot read them again", Severity.MEDIUM
    return "libraries, defaults and what is installed are another generation for all that runs in it", Severity.LOW


def _is_a_date(number: int) -> bool:
    return number > 1900

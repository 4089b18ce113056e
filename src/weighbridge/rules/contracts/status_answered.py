"""A handler answers with another status than it did."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.status_tables import TabledStatus, tabled_statuses
from weighbridge.landscape.contracts.implicit.statuses import StatusChange, status_changes
from weighbridge.landscape.contracts.implicit.statuses_gone import StatusGone, statuses_gone
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each answer."""
    for change in status_changes(case[Rewritten], case[Landscapes]):
        yield _finding(case, change)
    for gone in statuses_gone(case[Rewritten], case[Landscapes]):
        yield _gone(gone)
    for tabled in tabled_statuses(case[CodeChange], case[Landscapes]):
        yield _of_table(tabled)


def _finding(case: Case, change: StatusChange) -> Finding:
    each = change.rewrite
    leaning = who_leans(case[Landscapes], each.file, symbol=each.symbol)
    if change.askers:
        who = f"{change.askers[0]} requests it and checks for {change.before}"
    elif leaning.names:
        who = f"{leaning.words()}, and nothing in this repository is known to check for {change.before}"
    else:
        who = "nothing in this repository is known to check for it"
    severity = Severity.MEDIUM if change.is_other_kind and leaning.names else Severity.LOW
    return RULE.finding(
        f"it answers {change.after} where it answered {change.before}: {who}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {change.before} {change.after}",
        related=(
            *(RelatedPlace(place=place, message=f"asks for {change.before}") for place in change.askers),
            *leaning.related(),
        ),
        severity=Severity.HIGH if change.askers else severity,
    )


def _gone(gone: StatusGone) -> Finding:
    each = gone.rewrite
    may = "" if gone.is_sure else ", unless what is called instead does"
    return RULE.finding(
        f"it answers {gone.status} no more{may}: {gone.askers[0]} requests it and asks for {gone.status}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {gone.status} gone",
        related=tuple(RelatedPlace(place=place, message=f"asks for {gone.status}") for place in gone.askers),
        severity=Severity.HIGH if gone.is_sure else Severity.MEDIUM,
    )


def _of_table(change: TabledStatus) -> Finding:
    leaning = change.leaning
    if change.askers:
        who = f"{change.askers[0]} requests what may answer so and checks for {change.before}"
    elif leaning.names:
        who = f"{leaning.words()}, and nothing in this repository is known to check for {change.before}"
    else:
        who = "nothing in this repository is known to check for it"
    is_other_kind = change.before // 100 != change.after // 100
    return RULE.finding(
        f"`{change.what}` is answered as {change.after} where it was answered as {change.before}: {who}",
        change.file.at(change.line, symbol=change.what),
        anchor=f"{change.what} {change.before} {change.after}",
        related=(
            *(RelatedPlace(place=place, message=f"asks for {change.before}") for place in change.askers),
            *leaning.related(),
        ),
        severity=Severity.HIGH
        if change.askers
        else Severity.MEDIUM
        if is_other_kind and leaning.names
        else Severity.LOW,
    )

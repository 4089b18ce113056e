"""Find how approvals were given: from the ledger who and when, from kept packages how long the page was and whose the code."""

from collections.abc import Iterator
from datetime import datetime

from weighbridge.app.keep_packages import Kept, package_of
from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.domain.ids import Digest
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.provenance import Origin
from weighbridge.domain.record import Verdict
from weighbridge.policy.people import People
from weighbridge.policy.stamps import ApprovalGiven
from weighbridge.review.page_words import page_words

_AI = (Origin.AI, Origin.MIXED)


def find_approvals(
    ledger: OpenLedger, shelf: Kept, *, people: People, since: datetime, with_packages: bool = True
) -> tuple[ApprovalGiven, ...]:
    """Every approval since a time that is somebody's. Raises `LedgerError`."""
    known: dict[Digest, ReviewPackage | None] = {}
    return tuple(_given(ledger, shelf, people=people, since=since, known=known if with_packages else None))


def _given(
    ledger: OpenLedger,
    shelf: Kept,
    *,
    people: People,
    since: datetime,
    known: dict[Digest, ReviewPackage | None] | None,
) -> Iterator[ApprovalGiven]:
    for judgement in ledger.everything().judgements:
        if judgement.verdict is not Verdict.APPROVE or judgement.voice.at < since:
            continue
        about = judgement.subject
        package = None
        if known is not None:
            if about.decision not in known:
                known[about.decision] = package_of(shelf, about)
            package = known[about.decision]
        yield ApprovalGiven(
            person=people.person(judgement.voice.person),
            at=judgement.voice.at,
            decision=about.decision,
            read_for=judgement.read_for,
            words=page_words(package) if package else None,
            is_ai=package.decision.provenance.origin in _AI if package else None,
        )

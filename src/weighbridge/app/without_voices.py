"""The package that is kept: as the gate was asked, without what people said.

Names and reasons lie beside the ledger so that they can be erased. A kept package travels, and has a history: what stood
in it would outlive the erasure. Whoever reads one asks the ledger for what was said, so nothing is lost: what the
environment, the time, checks and documents came to stays.
"""

from msgspec.structs import replace

from weighbridge.app.ask_gate import Asked
from weighbridge.app.review_change import Weighed
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Record
from weighbridge.policy.case import Case, Paper
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.since import answers_of
from weighbridge.review.compose import summary


def without_voices(asked: Asked, weighed: Weighed) -> ReviewPackage:
    """The package with the gate as it stands before anybody says anything, at the same time and for the same environment."""
    if asked.case.now is None:
        return asked.package  # the ledger could not be read, and nothing that was said is in it
    case = _silent(asked, weighed)
    gate = decide_gate(case)
    said = summary(replace(asked.package.decision, gate=gate), asked.package.presentation.risk)
    shown = replace(
        asked.package.presentation,
        standing=gate,
        answers=answers_of(case),
        summary=said,
        notices=(),
        exceptions=(),
        left_behind=(),
    )
    return replace(asked.package, presentation=shown)


def _silent(asked: Asked, weighed: Weighed) -> Case:
    """The case by itself: nobody spoke, and nobody is known but by what Trust says and the commits."""
    record = asked.case.record
    return replace(
        asked.case,
        people=weighed.case.people,
        involved=weighed.case.involved,
        population=weighed.case.population,
        record=Record(statuses=record.statuses, missing=record.missing, is_anchored=record.is_anchored),
        papers=tuple(_papers(asked, weighed)),
        stamps=None,
    )


def _papers(asked: Asked, weighed: Weighed) -> list[Paper]:
    """The documents that the change brings, and that one was attached which holds: not whose it was, or what it said."""
    own = weighed.find_papers(())
    attached = (paper for paper in asked.case.papers if paper not in own and not paper.problems and not paper.missing)
    return [*own, *(Paper(kind=each.kind, pattern=each.pattern, source="attached to the change") for each in attached)]

"""What a function hands out is put in order the other way round, or by something else."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.order_takers import takers_of
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.turned import Turned, turned_orders
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each definition."""
    for turned in turned_orders(case[Rewritten]):
        yield _finding(case, turned)


def _finding(case: Case, turned: Turned) -> Finding:
    each = turned.rewrite
    place = each.file.at(each.line, symbol=each.symbol)
    if turned.of_model:
        return RULE.finding(
            f"`{turned.of_model}`: {turned.words}; every query of it that says no order, its pages and its `first()` go by that",
            place,
            anchor=f"{each.symbol} {turned.of_model}",
        )
    leaning = who_leans(case[Landscapes], each.file, symbol=each.symbol)
    takers = takers_of(each, case[Landscapes]) if not turned.chooses else ()
    first = ", and the first of it alone is taken" if turned.chooses else ""
    taken = f"; {takers[0]} takes one by its place" if takers else ""
    return RULE.finding(
        f"{turned.words}{first}{taken}; {leaning.words()}",
        place,
        anchor=f"{each.symbol} {turned.words}",
        related=(
            *(RelatedPlace(place=taker, message="takes one by its place") for taker in takers),
            *leaning.related(),
        ),
        severity=Severity.HIGH if takers else leaning.weighed(chooses=bool(turned.chooses)),
    )

"""What a function hands out is no longer sorted."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.order_takers import takers_of
from weighbridge.landscape.contracts.implicit.ordering import LostOrder, lost_orders
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
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
    for lost in lost_orders(case[Rewritten]):
        yield _finding(case, lost)


def _finding(case: Case, lost: LostOrder) -> Finding:
    each = lost.rewrite
    by = f" by `{lost.by}`" if lost.by else ""
    place = each.file.at(each.line, symbol=each.symbol)
    if lost.of_model:
        return RULE.finding(
            f"`{lost.of_model}` has no order of its own any more: every query of it that says none, its pages and its `first()` "
            "take the rows as the database happens to give them",
            place,
            anchor=f"{each.symbol} {lost.of_model}",
        )
    leaning = who_leans(case[Landscapes], each.file, symbol=each.symbol)
    takers = takers_of(each, case[Landscapes]) if not lost.chooses else ()
    what = (
        f"`{lost.chooses}` takes an arbitrary row: nothing sorts them{by} before it any more"
        if lost.chooses
        else f"it is no longer sorted{by}, and comes in whatever order it happens to be stored"
    )
    taken = f"; {takers[0]} takes one by its place" if takers else ""
    return RULE.finding(
        f"{what}{taken}; {leaning.words()}",
        place,
        anchor=f"{each.symbol} {lost.by}",
        related=(
            *(RelatedPlace(place=taker, message="takes one by its place") for taker in takers),
            *leaning.related(),
        ),
        severity=Severity.HIGH if takers else leaning.weighed(chooses=bool(lost.chooses)),
    )

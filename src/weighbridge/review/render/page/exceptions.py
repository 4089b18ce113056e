"""What passes by people's word, here and elsewhere: who said so, why, and how long it lasts."""

from weighbridge.domain.exceptions import ExceptionState, KnownException
from weighbridge.review.exceptional import KIND_WORDS, STATE_WORDS, elsewhere, elsewhere_line, of_this
from weighbridge.review.render.markup import Markup, element
from weighbridge.review.render.page.pieces import chip, folded, said


def exceptions(known: tuple[KnownException, ...]) -> Markup:
    """Those that have to do with the change in a table, and the others in one that is folded away."""
    here, others = of_this(known), elsewhere(known)
    folded_away = folded(f"O{elsewhere_line(known)[1:]}", _table(others)) if others else None
    return element("div", _table(here) if here else None, folded_away)


def _table(known: tuple[KnownException, ...]) -> Markup:
    head = element("tr", [element("th", words, scope="col") for words in ("what", "state", "by", "until", "why")])
    rows = [element("tr", _cells(each), id=each.evidence) for each in known]
    return element("div", element("table", element("thead", head), element("tbody", rows)), class_="scroll")


def _cells(known: KnownException) -> list[Markup]:
    is_bad = known.state is ExceptionState.REVIEW_OVERDUE
    until = f"{known.until:%Y-%m-%d %H:%M} UTC" if known.until else ""
    here = chip("this change") if known.is_of_this else None
    why = [element("span", said(words), class_="because") for words in known.why]
    return [
        element("td", f"{KIND_WORDS[known.kind]}: ", said(known.what), " ", here),
        element("td", chip(STATE_WORDS[known.state], "warn" if is_bad or known.is_of_this else "")),
        element("td", said(known.by)),
        element("td", element("time", until, datetime=known.until.isoformat()) if known.until else ""),
        element("td", said(known.reason), " ", why),
    ]

"""An edge says how one symbol uses another; a route's name is the repository's word, and stands as such."""

from weighbridge.domain.ids import SymbolId
from weighbridge.domain.impact import Certainty, Edge, EdgeKind
from weighbridge.review.render import markdown
from weighbridge.review.render.page import pieces
from weighbridge.review.render.text.explanation import edge_items
from weighbridge.review.sentences import used


def requesting(route: str) -> Edge:
    return Edge(
        source=SymbolId("tests/test_a.py#test_it"),
        target=SymbolId("a.py#every"),
        kind=EdgeKind.REQUESTS,
        certainty=Certainty.INFERRED,
        line=3,
        what=route,
    )


def test_a_call_is_a_call_and_a_request_says_the_route() -> None:
    call = Edge(
        source=SymbolId("b.py#f"), target=SymbolId("a.py#g"), kind=EdgeKind.CALLS, certainty=Certainty.SEEN, line=1
    )

    assert used(call) == "calls"
    assert used(requesting("GET /owners")) == "requests GET /owners of"


def test_it_is_told_in_every_form() -> None:
    path = (requesting("GET /owners"),)

    (item,) = edge_items(path)

    assert item.text == "test_it requests GET /owners of every, line 3 (inferred)"
    assert markdown.chain(path) == "`test_it` requests `GET /owners` of (inferred) `every`"
    assert "requests GET /owners of (inferred)" in str(pieces.chain(path))


def test_a_route_of_a_stranger_stays_words() -> None:
    path = (requesting("GET /<img src=x>`[a](b)"),)

    assert "<img" not in str(pieces.chain(path))
    assert "``GET /<img src=x>`[a](b)``" in markdown.chain(path)

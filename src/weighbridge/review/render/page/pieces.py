"""Small pieces of the page: badges whose shape, word and colour agree, code, places, links to evidence."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import EvidenceId, SymbolId
from weighbridge.domain.impact import Certainty, Edge
from weighbridge.domain.places import Place, Side
from weighbridge.review.render.markup import Content, Markup, element, join, verbatim
from weighbridge.review.sentences import STATE_WORDS, named, ordinal, used

MOST_LISTED: Final = 150
"""Items of one list; nobody reads more on a page, and the JSON package holds them all."""
_QUOTED: Final = re.compile(r"`([^`]+)`")
_SHAPES: Final = {
    Severity.CRITICAL: "M5 1h6l4 4v6l-4 4H5l-4-4V5z",
    Severity.HIGH: "M8 1l7.5 13.5H.5z",
    Severity.MEDIUM: "M8 .8L15.2 8 8 15.2.8 8z",
    Severity.LOW: "M8 2a6 6 0 1 0 .01 0z",
    Severity.NOTE: "M8 5a3 3 0 1 0 .01 0z",
}
_SIGNS: Final = {
    GateState.SATISFIED: "M3 8.5l3.2 3.2L13 4.8",
    GateState.NOT_APPLICABLE: "M3.5 8h9",
    GateState.UNSATISFIED: "M4 4l8 8M12 4l-8 8",
    GateState.ERROR: "M5.2 5.6a2.8 2.8 0 1 1 4 2.6C8.3 8.7 8 9.1 8 10M8 12.6v.6",
    GateState.OVERRIDDEN: "M3 11c0-5 9-5 9-.5M9.5 8.5l2.6 2.3L14 8",
    GateState.BYPASSED: "M2.5 8h10M9.5 4.8L12.8 8l-3.3 3.2",
}


def severity_badge(severity: Severity) -> Markup:
    """`critical` with its octagon, `high` with its triangle …"""
    shape = element(
        "svg", element("path", d=_SHAPES[severity]), viewBox="0 0 16 16", class_="shape", aria_hidden="true"
    )
    return element("span", shape, str(severity), class_=f"badge severity-{severity}")


def state_badge(state: GateState) -> Markup:
    """The state in words, with a sign of its own."""
    sign = element("svg", element("path", d=_SIGNS[state]), viewBox="0 0 16 16", class_="sign", aria_hidden="true")
    return element("span", sign, STATE_WORDS[state], class_=f"badge state-{state}")


def chip(text: str, kind: str = "") -> Markup:
    """A short word set apart."""
    return element("span", text, class_=f"chip {kind}".strip())


def said(text: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    pieces = _QUOTED.split(text)
    return join(*(element("code", piece) if index % 2 else piece for index, piece in enumerate(pieces)))


def code(text: str) -> Markup:
    """A name from the repository; it may break after a slash, a dot or an underscore."""
    return element("code", breakable(text))


def breakable(text: str) -> Markup:
    """`text` that may also break within a path or name, at a slash, a dot or an underscore."""
    first, *others = re.split(r"(?<=[/._#])(?=\w)", text)
    return join(first, *([Markup("<wbr>"), part] for part in others))


def place(at: Place) -> Markup:
    """`path:line`, with its symbol, and the side when it is the old one."""
    old = [" ", chip("before the change")] if at.side is Side.BASE else None
    symbol = [" in ", code(at.symbol)] if at.symbol else None
    return element("span", code(str(at)), symbol, old, class_="place")


def cites(evidence: Sequence[EvidenceId], words: Mapping[EvidenceId, str]) -> list[Content]:
    """Links to what the prose rests on; an id that this page does not hold is shown as it is."""
    return [[" ", _cite(item, words.get(item))] for item in evidence[:6]]


def _cite(evidence: EvidenceId, words: str | None) -> Markup:
    if words is None:
        return element("code", evidence, class_="quiet")
    return element("a", words, href=f"#{evidence}", title=evidence, class_="cite")


def chain(path: Sequence[Edge]) -> Markup:
    """A path of uses as a readable chain: each step says how, and whether it was inferred."""
    if not path:
        return join("")
    steps: list[Content] = [element("li", _symbol(path[0].source))]
    for edge in path:
        unsure = " (inferred)" if edge.certainty is Certainty.INFERRED else ""
        kind = "how inferred" if unsure else "how"
        steps.append(element("li", element("span", f"{used(edge)}{unsure}", class_=kind), " ", _symbol(edge.target)))
    return element("ol", steps, class_="chain")


def _symbol(symbol: SymbolId) -> Markup:
    return element("span", code(named(symbol)), title=symbol)


def table(caption: str, head: Sequence[str], *, rows: Sequence[Sequence[Content]]) -> Markup:
    """A table with a caption for screen readers; the first cell of each row is its header."""
    return element(
        "div",
        element(
            "table",
            element("caption", caption, class_="unseen"),
            element("thead", element("tr", [element("th", h, scope="col") for h in head])),
            element(
                "tbody",
                [element("tr", element("th", r[0], scope="row"), [element("td", c) for c in r[1:]]) for r in rows],
            ),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=caption,
    )


def bar(percent: float, words: str) -> Markup:
    """A percentile as a bar; the words say the same."""
    share = max(0.0, min(percent, 100.0))
    return element(
        "svg",
        element("title", f"{words}: {ordinal(share)} percentile"),
        element("rect", x=0, y=0, width=100, height=6, rx=3, class_="track"),
        element("rect", x=0, y=0, width=round(share, 1), height=6, rx=3, class_="fill"),
        role="img",
        viewBox="0 0 100 6",
        class_="bar",
        preserveAspectRatio="none",
    )


def folded(title: Content, body: Content, *, is_open: bool = False) -> Markup:
    """A part that opens on demand, by mouse or keyboard, without script."""
    return element("details", element("summary", title), body, open="" if is_open else None)


def some(items: Sequence[Markup], *, most: int, rest: str) -> list[Markup]:
    """The first `most` items, the others folded away under their number; beyond `MOST_LISTED` they are only counted."""
    if len(items) <= most:
        return list(items)
    hidden = items[most:MOST_LISTED]
    left = len(items) - MOST_LISTED
    beyond = element("p", f"… and {left:,} more, in the JSON package.") if left > 0 else None
    tag = "ul" if items[0].startswith("<li") else "div"
    fold = folded(f"{len(items) - most:,} more {rest}", [element(tag, hidden, class_="more"), beyond])
    return [*items[:most], element("li", fold, class_="fold") if tag == "ul" else fold]


def diff(patch: str) -> Markup:
    """A patch with its lines marked by sign and colour."""
    return element(
        "pre",
        element("code", [_diff_line(line) for line in patch.rstrip("\n").split("\n")[:200]]),
        class_="diff",
        tabindex="0",
    )


def _diff_line(line: str) -> Markup:
    kind = "meta" if line.startswith(("+++", "---", "@@")) else {"+": "gained", "-": "lost"}.get(line[:1], "same")
    return element("span", verbatim(line) if line else verbatim(" "), class_=kind)

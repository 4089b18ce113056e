"""How fresh documents are, as one HTML file: no network, no script, the same strict policy as a package's."""

from collections.abc import Sequence
from typing import Final

from weighbridge.landscape.freshness.verdicts import Judged, Listed, Resolved, Truth, Verdict
from weighbridge.review.render.html import content_policy, style
from weighbridge.review.render.markup import Markup, element
from weighbridge.review.render.page.pieces import MOST_LISTED, breakable, chip, folded, said, some
from weighbridge.review.render.text.freshness import HEADINGS, WORDS, edited_words, held_against, summary

_CHIPS: Final = {
    Verdict.STALE: "warn",
    Verdict.DOUBTFUL: "level-medium",
    Verdict.FRESH: "level-low",
    Verdict.UNKNOWN: "",
}
_OPEN: Final = 40
"""Documents of a verdict that are not folded away."""
_MOST_NAMED: Final = 60


def render_freshness(listed: Listed) -> str:
    """The page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=content_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{listed.repository}: documents"),
        element("style", Markup(style())),
    )
    found = [(verdict, listed.of(verdict)) for verdict in HEADINGS if listed.of(verdict)]
    contents = [
        element("li", element("a", f"{HEADINGS[verdict]} ({len(those):,})", href=f"#{verdict}"))
        for verdict, those in found
    ]
    missing = [
        element("p", f"Could not look ({each.reason}): {each.detail}. {each.remedy}", class_="notice")
        for each in listed.missing
    ]
    at = element("p", "At commit ", element("code", listed.commit[:12]), class_="quiet") if listed.commit else None
    opening = element("section", element("h1", summary(listed)), at, missing, id="verdict")
    body = element(
        "body",
        element("a", "To the documents", href="#verdict", class_="skip"),
        element(
            "div",
            element("nav", element("ul", contents), class_="contents", aria_label="Verdicts"),
            element("main", opening, [_section(verdict, those) for verdict, those in found]),
            class_="frame",
        ),
    )
    return "<!doctype html>\n" + element("html", head, body, lang="en") + "\n"


def _section(verdict: Verdict, those: Sequence[Judged]) -> Markup:
    title = element("h2", f"{HEADINGS[verdict]} ({len(those):,})")
    items = some([_document(each) for each in those], most=_OPEN, rest="documents")
    return element(
        "section", title, element("p", WORDS[verdict], class_="quiet"), element("ul", items, class_="plain"), id=verdict
    )


def _document(judged: Judged) -> Markup:
    name = element("strong", element("code", breakable(judged.path)))
    mark = chip(judged.verdict, _CHIPS[judged.verdict])
    edited = element("span", edited_words(judged), class_="quiet")
    against = held_against(judged) if judged.verdict in (Verdict.STALE, Verdict.DOUBTFUL) else ()
    if not against:
        reasons = [element("span", said(reason), class_="because") for reason in judged.reasons]
        return element("li", name, " ", mark, edited, " ", reasons, _named(judged))
    points = element("ul", [_against(each) for each in against[:MOST_LISTED]], class_="evidence")
    return element("li", name, " ", mark, edited, points, _named(judged))


def _against(resolved: Resolved) -> Markup:
    quoted = element("div", "“", said(resolved.mention.statement), "”", class_="quiet")
    return element("li", f"line {resolved.mention.line}: ", said(resolved.reason), quoted)


def _named(judged: Judged) -> Markup | None:
    """What else a document names, folded away."""
    if not judged.resolved:
        return None
    rows = [_row(each) for each in judged.resolved[:_MOST_NAMED]]
    left = len(judged.resolved) - _MOST_NAMED
    more = element("p", f"… and {left:,} more, in the JSON.") if left > 0 else None
    head = element("tr", [element("th", words, scope="col") for words in ("line", "it names", "which is")])
    table = element("table", element("thead", head), element("tbody", rows))
    return folded(f"What it names ({len(judged.resolved):,})", [element("div", table, class_="scroll"), more])


def _row(resolved: Resolved) -> Markup:
    mention = resolved.mention
    reason = element("span", said(resolved.reason), class_="because") if resolved.reason else None
    return element(
        "tr",
        element("td", mention.line),
        element("td", element("code", breakable(mention.name)), f" {mention.kind}"),
        element("td", chip(resolved.truth, "warn" if resolved.truth is Truth.BROKEN else ""), " ", reason),
    )

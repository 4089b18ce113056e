"""How far a reset has come, as one HTML file with its burn-down: no network, no script, the same strict policy as a package's."""

from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.policy.reset_progress import ResetProgress, Week
from weighbridge.review.render.html import content_policy, style
from weighbridge.review.render.markup import NOTHING, Markup, element
from weighbridge.review.render.page.pieces import MOST_LISTED
from weighbridge.review.render.text.reset import (
    MEMBER_HEAD,
    WEEK_HEAD,
    around_words,
    landed_words,
    left_words,
    member_rows,
    open_words,
    week_rows,
    window_words,
)

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720.0, 240.0, 44.0, 40.0, 14.0
_KEY: Final = "Line: components left. Bars: covered changes that landed, filled those that came around it."
_FEW: Final = 14
"""More weeks than this share their labels."""


def render_reset(found: ResetProgress, *, repository: str) -> str:
    """The page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=content_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{repository}: reset"),
        element("style", Markup(style())),
    )
    around = [element("li", around_words(change)) for change in reversed(found.around)]
    left = len(around) - MOST_LISTED
    more = element("p", f"and {left:,} earlier ones; --json names all") if left > 0 else NOTHING
    said = (("Landed", landed_words(found)), ("Open", open_words(found)), ("Left", left_words(found)))
    main = element(
        "main",
        element("h1", f"Reset {window_words(found)}"),
        element("p", found.reset.reason) if found.reset.reason else None,
        element("ul", [element("li", element("strong", label), ": ", words) for label, words in said]),
        element("p", found.truncated, class_="notice") if found.truncated else None,
        _section(
            "Week by week", burn_down(found), element("p", _KEY, class_="label"), _table(WEEK_HEAD, week_rows(found))
        )
        if found.weeks
        else None,
        _section("Components", _table(MEMBER_HEAD, member_rows(found))) if found.population else None,
        _section(f"What came around it ({len(around):,})", element("ul", around[:MOST_LISTED]), more)
        if around
        else None,
    )
    body = element("body", element("div", main, class_="frame"))
    return "<!doctype html>\n" + element("html", head, body, lang="en") + "\n"


def _section(title: str, *content: Markup) -> Markup:
    return element("section", element("h2", title), *content)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    return element(
        "table",
        element("thead", element("tr", [element("th", cell, scope="col") for cell in head])),
        element("tbody", [element("tr", [element("td", cell) for cell in row]) for row in rows]),
    )


def burn_down(found: ResetProgress) -> Markup:
    """A bar for what landed each week, the part that came around filled, and a line for the components that are left."""
    weeks, whole = found.weeks, len(found.population)
    highest = max(1, whole, *(week.landed for week in weeks))
    step = (_WIDTH - _LEFT) / max(1, len(weeks))

    def level(number: int) -> float:
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * number / highest, 1)

    ends = [(_LEFT + step * (at + 1), level(week.left)) for at, week in enumerate(weeks)]
    line = " ".join(f"L{x:g} {y:g}" for x, y in ends)
    words = f"components left: from {whole:,} to {found.left:,} over {len(weeks):,} weeks; bars: covered changes that landed"
    return element(
        "svg",
        element("title", words),
        element("path", d=f"M{_LEFT:g} {_TOP:g}V{level(0):g}H{_WIDTH:g}", fill="none", stroke="currentColor"),
        [element("text", f"{n:,}", x=_LEFT - 6, y=level(n) + 4, text_anchor="end", fill="currentColor", font_size=12)
         for n in sorted({0, highest})],
        [_bar(week, at, step=step, floor=level(0), tops=(level(week.landed), level(week.around)))
         for at, week in enumerate(weeks)],
        element("path", d=f"M{_LEFT:g} {level(whole):g}{line}", fill="none", stroke="currentColor", stroke_width=2.5),
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        width="100%",
        role="img",
        aria_label=words,
    )  # fmt: skip


def _bar(week: Week, at: int, *, step: float, floor: float, tops: tuple[float, float]) -> Markup:
    landed, around = tops
    left, width = round(_LEFT + step * at + step * 0.2, 1), round(step * 0.6, 1)
    day = f"{week.start:%m-%d}"
    # Filled is what came around, outlined the rest: neither needs a colour to be told apart.
    return element(
        "g",
        element(
            "title",
            f"week from {week.start:%Y-%m-%d}: {week.landed:,} landed, {week.around:,} around it, {week.left:,} left",
        ),
        element("rect", x=left, y=landed, width=width, height=floor - landed, fill="none", stroke="currentColor")
        if week.landed
        else None,
        element("rect", x=left, y=around, width=width, height=floor - around, fill="currentColor")
        if week.around
        else None,
        element(
            "text", day, x=left + width / 2, y=_HEIGHT - 18, text_anchor="middle", fill="currentColor", font_size=11
        )
        if step > 40 or at % (-(-_FEW // 3)) == 0
        else None,
    )

"""Draws how a policy decides, as an SVG file that stands by itself: a change above, its rules one below the other, the gate at the end.

It has the colours of the reports, light and dark, is described in words, and holds no script.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from textwrap import wrap
from typing import Final

from msgspec import Struct

from weighbridge.policy.policy import Policy, SelfService
from weighbridge.review.policy_words import exception_words, need_words
from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.render.svg_box import head
from weighbridge.review.render.svg_text import fitted
from weighbridge.review.sentences import count, listed
from weighbridge.review.visible import one_line

_WIDTH: Final = 1000
_SPINE: Final = 24
_WHEN, _RULE, _NEED = (48, 330), (400, 210), (632, 320)
"""Where each column begins, and how broad it is."""
_OUT: Final = 976
_TEXT, _LINE, _PAD, _GAP = 12.5, 17.0, 9.0, 14.0
_MOST, _MOST_CODE = 8, 8
_MONO: Final = 7.0
"""How broad one letter of a condition is at most."""
_ROOM: Final = 2 * _PAD + 4
_GATE: Final = 2 * _PAD + 2 * _LINE
_VARIABLES: Final = re.compile(r":root \{[^}]*\}")
_DARK: Final = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}")
_STYLE: Final = """
svg { background: var(--sheet); font-family: var(--sans); }
text { fill: var(--ink); font-size: 12.5px; }
.box { fill: var(--sheet); stroke: var(--strong-line); stroke-width: 1.2; }
.always .box { fill: var(--sunken); }
.rule .box { fill: var(--accent-wash); stroke: var(--accent); }
.good .box { fill: var(--good-wash); stroke: var(--good); }
.bad .box { fill: var(--critical-wash); stroke: var(--critical); }
.blind .box { fill: var(--high-wash); stroke: var(--high); }
.passed .box { fill: var(--medium-wash); stroke: var(--medium); }
.name { font-weight: 640; }
.code { font-family: var(--mono); font-size: 11.5px; }
.detail, .label { fill: var(--soft); font-size: 11.5px; }
.label { font-weight: 640; }
.line { fill: none; stroke: var(--strong-line); stroke-width: 1.2; }
.head { fill: var(--strong-line); }
"""


class _Lines(Struct, frozen=True, kw_only=True):
    """The words of a box, each line with its class."""

    title: str
    lines: tuple[tuple[str, str], ...]
    kind: str = ""

    @property
    def height(self) -> float:
        """What it takes from above to below."""
        return 2 * _PAD + _LINE * len(self.lines)


class _Row(Struct, frozen=True, kw_only=True):
    """One rule: when it applies, what it is called, what it asks."""

    when: _Lines
    rule: _Lines
    needs: tuple[_Lines, ...]

    @property
    def height(self) -> float:
        """That of its highest column."""
        stacked = sum(need.height for need in self.needs) + 6 * max(0, len(self.needs) - 1)
        return max(self.when.height, self.rule.height, stacked)


def draw_policy(policy: Policy) -> str:
    """The flow of a policy's decision as the text of an SVG file; the same policy always gives the same text."""
    rows = tuple(_rows(policy))
    tops, y = [], 96.0
    for row in rows:
        tops.append(y)
        y += row.height + _GAP
    ends = tuple(_ends(policy))
    gate_top = y + 18
    bottom = gate_top + _GATE
    ends_height = max(end.height for end in ends)
    places = _environments(policy)
    places_top = bottom + 30 + ends_height + 40
    height = (places_top + 26 + max(place.height for place in places) + 20) if places else places_top
    drawn: list[Content] = [_top(tops[0] + rows[0].height / 2)]
    drawn += [_row(row, top) for row, top in zip(rows, tops, strict=True)]
    drawn += [_joined(tops, rows, gate_top=gate_top), _gate(gate_top), _fan(ends, bottom)]
    drawn += [_places(places, places_top)] if places else []
    return (
        element(
            "svg",
            element("title", f"How the policy {policy.name} decides", id="title"),
            element("desc", described(policy), id="desc"),
            element("style", Markup(_variables() + _STYLE)),
            drawn,
            xmlns="http://www.w3.org/2000/svg",
            role="img",
            aria_labelledby="title desc",
            viewBox=f"0 0 {_WIDTH} {height:g}",
            width=_WIDTH,
            height=round(height),
        )
        + "\n"
    )


def described(policy: Policy) -> str:
    """The flow in words, for whoever does not see it."""
    parts = [f"{count(len(policy.rules), 'rule')} besides what blocks by itself"]
    for rule in policy.rules:
        when = f"when {' '.join(rule.when.text.split())}" if rule.when is not None else "always"
        parts.append(f"{rule.name}, {when}: {'; '.join(map(need_words, rule.require))}")
    parts += [f"{name} by {words}" for name, words in exception_words(policy)]
    if policy.environments:
        parts.append(f"environments: {listed(list(policy.environments), 99)}")
    return ". ".join(parts) + "."


@cache
def _variables() -> str:
    """The colours and letters of the reports."""
    css = files("weighbridge.review.render.page").joinpath("page.css").read_text("utf-8")
    return "\n".join(found[0] for found in (_VARIABLES.search(css), _DARK.search(css)) if found)


def _rows(policy: Policy) -> Iterator[_Row]:
    blocking = policy.blocking
    found = f"no new finding of {blocking.severity} severity or worse, {blocking.confidence} confidence or better"
    yield _fixed("blocking-findings", "every change", needs=(found,))
    if policy.blind or policy.delicate:
        told = [f"nothing unlooked at for being {listed(sorted(policy.blind), 99)}"] if policy.blind else []
        told += [f"nothing unread on {listed(sorted(policy.delicate), 99)}"] if policy.delicate else []
        yield _fixed("could-not-look", "every change", needs=tuple(told))
    yield _fixed("rejections", "somebody rejected it", needs=("that they say otherwise",))
    for rule in policy.rules:
        when = " ".join(rule.when.text.split()) if rule.when is not None else "every change"
        yield _Row(
            when=_box(
                when, _WHEN[1], kind="" if rule.when is not None else "always", style="code" if rule.when else ""
            ),
            rule=_named(rule.name, "locked" if rule.locked else "", width=_RULE[1]),
            needs=tuple(_box(need_words(need), _NEED[1]) for need in rule.require),
        )
    for freeze in policy.freezes:
        span = f"from {freeze.start:%Y-%m-%d %H:%M} to {freeze.end:%Y-%m-%d %H:%M} UTC"
        yield _fixed(f"freeze {freeze.name}", span, needs=("to wait until it ends",))


def _fixed(name: str, when: str, *, needs: Sequence[str]) -> _Row:
    return _Row(
        when=_box(when, _WHEN[1], kind="always"),
        rule=_named(name, "", width=_RULE[1]),
        needs=tuple(_box(words, _NEED[1]) for words in needs),
    )


def _named(name: str, detail: str, *, width: float) -> _Lines:
    lines = [(line, "name") for line in fitted(name, width - _ROOM, size=_TEXT, most=3)]
    return _Lines(title=name, lines=(*lines, *([(detail, "detail")] if detail else [])), kind="rule")


def _box(text: str, width: float, *, kind: str = "", style: str = "") -> _Lines:
    lines: Sequence[str] = fitted(text, width - _ROOM, size=_TEXT * 0.9, most=_MOST)
    if style == "code":
        lines = wrap(one_line(text), int((width - _ROOM) / _MONO), max_lines=_MOST_CODE, placeholder=" …")
    return _Lines(title=text, lines=tuple((line, style) for line in lines), kind=kind)


def _draw(box: _Lines, x: float, *, y: float, width: float, height: float) -> Markup:
    start = y + _PAD
    return element(
        "g",
        element("title", box.title),
        element("rect", x=x, y=y, width=width, height=height, rx=6, class_="box"),
        [
            element("text", line, x=x + _PAD + 2, y=start + _LINE * (at + 0.74), class_=style or None)
            for at, (line, style) in enumerate(box.lines)
        ],
        class_=box.kind or None,
    )


def _row(row: _Row, top: float) -> Markup:
    middle = top + row.height / 2
    drawn: list[Content] = [
        _arrow([(_SPINE, middle), (_WHEN[0], middle)]),
        _draw(row.when, _WHEN[0], y=middle - row.when.height / 2, width=_WHEN[1], height=row.when.height),
        _arrow([(_WHEN[0] + _WHEN[1], middle), (_RULE[0], middle)]),
        _draw(row.rule, _RULE[0], y=middle - row.rule.height / 2, width=_RULE[1], height=row.rule.height),
    ]
    stacked = sum(need.height for need in row.needs) + 6 * (len(row.needs) - 1)
    y = middle - stacked / 2
    turn = (_RULE[0] + _RULE[1] + _NEED[0]) / 2
    for need in row.needs:
        at = y + need.height / 2
        drawn += [
            _arrow([(_RULE[0] + _RULE[1], middle), (turn, middle), (turn, at), (_NEED[0], at)]),
            _draw(need, _NEED[0], y=y, width=_NEED[1], height=need.height),
            element("path", d=f"M{_NEED[0] + _NEED[1]:g} {at:g}H{_OUT}", class_="line"),
        ]
        y += need.height + 6
    return element("g", drawn)


def _top(first: float) -> Markup:
    labels = [
        element("text", words, x=column[0], y=82, class_="label")
        for words, column in (("applies when", _WHEN), ("rule", _RULE), ("asks for", _NEED))
    ]
    box = _Lines(title="A change", lines=(("A change", "name"),))
    return element(
        "g",
        _draw(box, 8, y=16, width=120, height=box.height),
        element("path", d=f"M{_SPINE} {16 + box.height:g}V{first:g}", class_="line"),
        labels,
    )


def _joined(tops: Sequence[float], rows: Sequence[_Row], *, gate_top: float) -> Markup:
    """The line along which changes go down to the rules, and the one along which what was asked goes to the gate."""
    first, last = tops[0] + rows[0].height / 2, tops[-1] + rows[-1].height / 2
    return element(
        "g",
        element("path", d=f"M{_SPINE} {first:g}V{last:g}", class_="line"),
        element("path", d=f"M{_OUT} {first:g}V{gate_top + _GATE / 2:g}", class_="line"),
        _arrow([(_OUT, gate_top + _GATE / 2), (_NEED[0] + _NEED[1], gate_top + _GATE / 2)]),
    )


def _gate(top: float) -> Markup:
    box = _Lines(
        title="The gate",
        lines=(
            ("The gate", "name"),
            ("the worst of what applies decides: could not look, not met, passed without, met", "detail"),
        ),
        kind="rule",
    )
    return _draw(box, _WHEN[0], y=top, width=_NEED[0] + _NEED[1] - _WHEN[0], height=_GATE)


def _ends(policy: Policy) -> Iterator[_Lines]:
    exceptions = dict(exception_words(policy))
    width = _end_width()
    for name, words, kind in (
        ("satisfied", "all that applies is met", "good"),
        ("not satisfied", "something is still needed", "bad"),
        ("could not decide", "something that must be looked at could not be", "blind"),
        ("overridden", exceptions["overrides"], "passed"),
        ("bypassed", exceptions["break glass"], "passed"),
    ):
        lines = [(name, "name"), *((line, "detail") for line in fitted(words, width - _ROOM, size=11.5, most=9))]
        yield _Lines(title=f"{name}: {words}", lines=tuple(lines), kind=kind)


def _end_width() -> float:
    return (_NEED[0] + _NEED[1] - _WHEN[0] - 4 * 12) / 5


def _fan(ends: Sequence[_Lines], bottom: float) -> Markup:
    width, top = _end_width(), bottom + 30
    height = max(end.height for end in ends)
    drawn: list[Content] = []
    for number, end in enumerate(ends):
        x = _WHEN[0] + number * (width + 12)
        drawn += [
            _arrow([(x + width / 2, bottom), (x + width / 2, top)]),
            _draw(end, x, y=top, width=width, height=height),
        ]
    return element("g", drawn)


def _environments(policy: Policy) -> tuple[_Lines, ...]:
    found = []
    width = _place_width(len(policy.environments))
    for name, environment in policy.environments.items():
        parts = [str(environment.level)]
        if environment.self_service is SelfService.LOW_RISK:
            parts.append("low changes serve themselves in")
        parts += [need_words(need) for need in environment.require]
        words = fitted("; ".join(parts), width - _ROOM, size=11.5, most=9)
        lines = ((name, "name"), *((line, "detail") for line in words))
        found.append(_Lines(title=f"{name}: {'; '.join(parts)}", lines=lines))
    return tuple(found)


def _place_width(number: int) -> float:
    room = _NEED[0] + _NEED[1] - _WHEN[0]
    return min(300.0, (room - 12 * (number - 1)) / number) if number else room


def _places(places: Sequence[_Lines], top: float) -> Markup:
    width = _place_width(len(places))
    height = max(place.height for place in places)
    return element(
        "g",
        element("text", "what passed may enter", x=_WHEN[0], y=top + 14, class_="label"),
        [
            _draw(place, _WHEN[0] + number * (width + 12), y=top + 26, width=width, height=height)
            for number, place in enumerate(places)
        ],
    )


def _arrow(points: Sequence[tuple[float, float]]) -> Markup:
    line = "L".join(f"{x:g} {y:g}" for x, y in points)
    return element("g", element("path", d=f"M{line}", class_="line"), head(points[-2], points[-1]))

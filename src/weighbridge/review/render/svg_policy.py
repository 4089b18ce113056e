"""Draws how a policy decides, as an SVG file that stands by itself: a change above, its rules one below the other, the gate at the end.

It is as narrow as half a window and goes downwards, so that it fits a telephone with little loss.

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

_WIDTH: Final = 500
"""As broad as half a window, where its letters are read without being made smaller."""
_SPINE: Final = 16
_CARD: Final = (36, 428)
"""Where each rule begins, and how broad it is; so do the gate and what an environment asks."""
_INNER: Final = (108, 344)
"""The same of what stands in it behind its label."""
_OUT: Final = 484
_TEXT, _SMALL, _LINE, _PAD, _GAP = 12.5, 11.5, 17.0, 9.0, 14.0
_MOST, _MOST_CODE = 8, 8
_MONO: Final = 7.0
"""How broad one letter of a condition is at most."""
_ROOM: Final = 2 * _PAD + 4
_VARIABLES: Final = re.compile(r":root \{[^}]*\}")
_DARK: Final = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}")
_STYLE: Final = """
svg { background: var(--sheet); font-family: var(--sans); display: block; margin: 0 auto; max-width: 100%; height: auto; }
text { fill: var(--ink); font-size: 12.5px; }
.box { fill: var(--sheet); stroke: var(--strong-line); stroke-width: 1.2; }
.rule .box { fill: var(--accent-wash); stroke: var(--accent); }
.good .box { fill: var(--good-wash); stroke: var(--good); }
.bad .box { fill: var(--critical-wash); stroke: var(--critical); }
.blind .box { fill: var(--high-wash); stroke: var(--high); }
.passed .box { fill: var(--medium-wash); stroke: var(--medium); }
.need .box { fill: var(--sheet); stroke: var(--strong-line); }
.name { font-weight: 640; }
.code { font-family: var(--mono); font-size: 11.5px; }
.detail, .label, .plain { fill: var(--soft); font-size: 11.5px; }
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
    """One rule: what it is called, when it applies, what it asks."""

    name: _Lines
    when: _Lines
    needs: tuple[_Lines, ...]
    joint: str = "when"
    """The word before `when`."""

    @property
    def head(self) -> float:
        """What its name and its condition take."""
        return _PAD + _LINE * (len(self.name.lines) + len(self.when.lines))

    @property
    def height(self) -> float:
        """That of its parts, one below the other."""
        return self.head + sum(need.height + 6 for need in self.needs) + _PAD


def draw_policy(policy: Policy) -> str:
    """The flow of a policy's decision as the text of an SVG file; the same policy always gives the same text."""
    rows = tuple(_rows(policy))
    tops, y = [], 66.0
    for row in rows:
        tops.append(y)
        y += row.height + _GAP
    gate = _gate_box()
    gate_top = y + 8
    ends, ends_top = tuple(_ends(policy)), gate_top + gate.height + 16
    places = tuple(_environments(policy))
    places_top = ends_top + sum(end.height + 8 for end in ends) + 20
    height = (places_top + 26 + sum(place.height + 8 for place in places) + 8) if places else places_top
    drawn: list[Content] = [_top(tops[-1] + _name_middle(rows[-1]))]
    drawn += [_row(row, top) for row, top in zip(rows, tops, strict=True)]
    drawn += [
        _out(tops[0], rows[0], gate=gate_top + gate.height / 2),
        _draw(gate, _CARD[0], y=gate_top, width=_CARD[1]),
    ]
    drawn += [_branches(ends, gate_top + gate.height, top=ends_top)]
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
    yield _fixed("rejections", "somebody rejected it", needs=("that they say otherwise",), joint="when")
    for rule in policy.rules:
        yield _Row(
            name=_named(rule.name, "locked" if rule.locked else ""),
            when=_always("every change") if rule.when is None else _condition(rule.when.text),
            needs=tuple(map(_need, map(need_words, rule.require))),
            joint="for" if rule.when is None else "when",
        )
    for freeze in policy.freezes:
        span = f"{freeze.start:%Y-%m-%d %H:%M} to {freeze.end:%Y-%m-%d %H:%M} UTC"
        yield _fixed(f"freeze {freeze.name}", span, needs=("to wait until it ends",), joint="from")


def _fixed(name: str, when: str, *, needs: Sequence[str], joint: str = "for") -> _Row:
    return _Row(name=_named(name, ""), when=_always(when), needs=tuple(map(_need, needs)), joint=joint)


def _named(name: str, detail: str) -> _Lines:
    lines = [(line, "name") for line in fitted(name, _CARD[1] - _ROOM, size=_TEXT, most=3)]
    return _Lines(title=name, lines=(*lines, *([(detail, "detail")] if detail else [])))


def _always(words: str) -> _Lines:
    return _Lines(title=words, lines=tuple((line, "plain") for line in fitted(words, _INNER[1], size=_SMALL, most=2)))


def _condition(text: str) -> _Lines:
    lines = wrap(one_line(text), int(_INNER[1] / _MONO), max_lines=_MOST_CODE, placeholder=" …")
    return _Lines(title=" ".join(text.split()), lines=tuple((line, "code") for line in lines))


def _need(words: str) -> _Lines:
    lines = fitted(words, _INNER[1] - _ROOM, size=_TEXT * 0.9, most=_MOST)
    return _Lines(title=words, lines=tuple((line, "") for line in lines), kind="need")


def _draw(box: _Lines, x: float, *, y: float, width: float) -> Markup:
    return element(
        "g",
        element("title", box.title),
        element("rect", x=x, y=y, width=width, height=box.height, rx=6, class_="box"),
        _written(box.lines, x + _PAD + 2, top=y + _PAD),
        class_=box.kind or None,
    )


def _written(lines: Sequence[tuple[str, str]], x: float, *, top: float) -> list[Content]:
    """Lines one below the other."""
    return [
        element("text", line, x=x, y=round(top + _LINE * (at + 0.74), 2), class_=style or None)
        for at, (line, style) in enumerate(lines)
    ]


def _name_middle(row: _Row) -> float:
    """How far below its top the arrow reaches a rule."""
    return _PAD + _LINE * len(row.name.lines) / 2


def _row(row: _Row, top: float) -> Markup:
    left, middle = _CARD[0], top + _name_middle(row)
    when = top + _PAD + _LINE * len(row.name.lines)
    card = element(
        "g",
        element("title", f"{row.name.title}, {row.when.title}"),
        element("rect", x=left, y=top, width=_CARD[1], height=row.height, rx=6, class_="box"),
        _written(row.name.lines, left + _PAD + 2, top=top + _PAD),
        _written(((row.joint, "label"),), left + _PAD + 2, top=when),
        _written(row.when.lines, _INNER[0] + 2, top=when),
        class_="rule",
    )
    y = top + row.head + 6
    asks = element("g", _written((("asks for", "label"),), left + _PAD + 2, top=y + _PAD))
    drawn: list[Content] = [_arrow([(_SPINE, middle), (left, middle)]), card, asks]
    for need in row.needs:
        drawn += [
            _draw(need, _INNER[0], y=y, width=_INNER[1]),
            element("path", d=f"M{_INNER[0] + _INNER[1]} {y + need.height / 2:g}H{_OUT}", class_="line"),
        ]
        y += need.height + 6
    return element("g", drawn)


def _top(last: float) -> Markup:
    """A change, and the line along which it goes down to the rules."""
    box = _Lines(title="A change", lines=(("A change", "name"),))
    return element(
        "g",
        _draw(box, 8, y=12, width=100),
        element("path", d=f"M{_SPINE} {12 + box.height:g}V{last:g}", class_="line"),
    )


def _out(first: float, row: _Row, *, gate: float) -> Markup:
    """The line along which what was asked goes to the gate."""
    start = first + row.head + 6 + (row.needs[0].height / 2 if row.needs else 0)
    return element(
        "g",
        element("path", d=f"M{_OUT} {start:g}V{gate:g}", class_="line"),
        _arrow([(_OUT, gate), (_CARD[0] + _CARD[1], gate)]),
    )


def _gate_box() -> _Lines:
    words = "the worst of what applies decides: could not look, not met, passed without, met"
    return _detailed("The gate", words, width=_CARD[1], kind="rule")


def _detailed(name: str, words: str, *, width: float, kind: str = "") -> _Lines:
    """A box with a name and what is said of it."""
    lines = ((line, "detail") for line in fitted(words, width - _ROOM, size=_SMALL, most=9))
    names = ((line, "name") for line in fitted(name, width - _ROOM, size=_TEXT, most=2))
    return _Lines(title=f"{name}: {words}", lines=(*names, *lines), kind=kind)


def _ends(policy: Policy) -> Iterator[_Lines]:
    exceptions = dict(exception_words(policy))
    for name, words, kind in (
        ("satisfied", "all that applies is met", "good"),
        ("not satisfied", "something is still needed", "bad"),
        ("could not decide", "something that must be looked at could not be", "blind"),
        ("overridden", exceptions["overrides"], "passed"),
        ("bypassed", exceptions["break glass"], "passed"),
    ):
        yield _detailed(name, words, width=_end_width(), kind=kind)


def _end_width() -> float:
    return _CARD[0] + _CARD[1] - _INNER[0]


def _branches(ends: Sequence[_Lines], bottom: float, *, top: float) -> Markup:
    """What the gate may come to, one below the other."""
    trunk = (_CARD[0] + _INNER[0]) / 2
    drawn: list[Content] = []
    y = top
    for end in ends:
        middle = y + end.height / 2
        drawn += [_arrow([(trunk, middle), (_INNER[0], middle)]), _draw(end, _INNER[0], y=y, width=_end_width())]
        y += end.height + 8
    last = y - 8 - ends[-1].height / 2
    return element("g", element("path", d=f"M{trunk:g} {bottom:g}V{last:g}", class_="line"), drawn)


def _environments(policy: Policy) -> Iterator[_Lines]:
    for name, environment in policy.environments.items():
        parts = [str(environment.level)]
        if environment.self_service is SelfService.LOW_RISK:
            parts.append("low changes serve themselves in")
        parts += [need_words(need) for need in environment.require]
        yield _detailed(name, "; ".join(parts), width=_CARD[1])


def _places(places: Sequence[_Lines], top: float) -> Markup:
    drawn: list[Content] = []
    y = top + 26
    for place in places:
        drawn.append(_draw(place, _CARD[0], y=y, width=_CARD[1]))
        y += place.height + 8
    label = element("g", element("text", "what passed may enter", x=_CARD[0], y=top + 14, class_="label"))
    return element("g", label, drawn)


def _arrow(points: Sequence[tuple[float, float]]) -> Markup:
    line = "L".join(f"{x:g} {y:g}" for x, y in points)
    return element("g", element("path", d=f"M{line}", class_="line"), head(points[-2], points[-1]))

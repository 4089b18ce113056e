"""The map: pictures, who can notice and through which path, which tests to run, and before and after."""

from collections import Counter
from typing import Final

from weighbridge.domain.impact import Certainty, Impact, Reached, ReachedKind
from weighbridge.domain.package import ReviewPackage, Sequence
from weighbridge.domain.system import Component
from weighbridge.review import sentences
from weighbridge.review.picture import Picture, pictures
from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.render.page.pieces import chain, chip, code, folded, said, some, table
from weighbridge.review.render.svg_map import draw, draw_narrow
from weighbridge.review.render.svg_sequence import draw_sequence, left_out, told_once

_MOST_SEQUENCES: Final = 12
_MOST_DEPENDENTS: Final = 100


def reach(package: ReviewPackage) -> list[Content]:
    """The whole section."""
    decision = package.decision
    impact = decision.impact
    drawn = [_picture(picture, f"map-{index}") for index, picture in enumerate(pictures(decision))]
    return [
        element("p", element("strong", "Blast radius: "), sentences.blast_radius(impact, decision.coverage), "."),
        drawn,
        [element("p", chip("lower bound", "warn"), " ", impact.truncated, ".")] if impact.truncated else None,
        _reached(impact),
        _dependents(impact),
        _tests(impact),
        _components(package),
        _sequences(package.presentation.sequences),
    ]


def _picture(picture: Picture, name: str) -> Markup:
    arrows = [
        element(
            "li",
            f"{a.source.removeprefix('entry:')} {a.words} {a.target}",
            " (new)" if a.is_new else None,
            " (inferred)" if a.certainty is Certainty.INFERRED else None,
        )
        for a in picture.arrows
    ]
    drawn, narrow = draw(picture, name), draw_narrow(picture, name)
    more = f" {picture.left_out[:1].upper()}{picture.left_out[1:]}." if picture.left_out else ""
    return element(
        "figure",
        element(
            "figcaption",
            element("strong", picture.title),
            f": arrows lead from who uses to what is used.{more} ",
            _legend(drawn),
        ),
        element(
            "div",
            drawn,
            narrow,
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label=f"{picture.title}: picture",
        ),
        folded(
            f"{picture.title} in words",
            [element("p", picture.described), element("ul", some(arrows, most=60, rest="uses"))],
        ),
    )


def _legend(drawn: Markup) -> Markup:
    """What the marks mean that this picture has."""
    items = (
        ("changed", "changed", "changed-bar"),
        ("tier-one", "tier 1 (cut corners)", "tier-one"),
        ("new", "new use", "badge-text"),
        ("inferred", "inferred use (dashed)", "arrow inferred"),
    )
    shown = [element("span", words, class_=f"key key-{kind}") for kind, words, mark in items if mark in drawn]
    return element("span", shown, class_="legend")


def _reached(impact: Impact) -> list[Content]:
    shown: list[Content] = []
    for kind in sentences.BESIDES_TESTS:
        found = [r for r in impact.reached if r.kind is kind]
        if found:
            items = [_reach(r) for r in found]
            shown += [
                element("h3", f"{_plural(kind)} reached ({len(found):,})"),
                element("ul", some(items, most=8, rest="reached"), class_="reached"),
            ]
    return shown


def _plural(kind: ReachedKind) -> str:
    return f"{kind[:1].upper()}{kind[1:]}s"


def _reach(item: Reached) -> Markup:
    unsure = chip("inferred", "warn") if item.certainty is Certainty.INFERRED else chip("seen")
    return element("li", element("strong", code(item.name)), " ", unsure, chain(item.path), id=item.evidence)


def _dependents(impact: Impact) -> Markup | None:
    code_users = [d for d in impact.dependents if not d.is_test]
    if not code_users:
        return None
    nearest = sorted(code_users, key=lambda d: d.distance)[:_MOST_DEPENDENTS]
    items = [element("li", chain(d.path) if d.path else code(sentences.named(d.symbol))) for d in nearest]
    number = sentences.count(len(code_users), "dependent")
    title = f"All {number}, each with its path"
    if len(nearest) < len(code_users):
        title = f"The nearest {len(nearest):,} of {number}, each with its path"
    by_component = Counter(d.component or "no component" for d in code_users).most_common(40)
    counted = [element("li", code(name), f" {users:,}") for name, users in by_component]
    return folded(
        title,
        [element("ul", counted, class_="counts") if len(counted) > 1 else None, element("ul", items, class_="reached")],
    )


def _tests(impact: Impact) -> list[Content]:
    words = sentences.guard(impact)
    if not words:
        return []
    files = [element("li", code(path)) for path in impact.test_files]
    return [
        element("h3", "Tests"),
        element("p", f"{words[:1].upper()}{words[1:]}."),
        element("ul", some(files, most=10, rest="test files"), class_="plain") if len(files) > 3 else None,
    ]


def _components(package: ReviewPackage) -> list[Content]:
    components = package.decision.components
    if not components:
        return []
    rows = [_component(c, is_changed=c.name in package.decision.impact.changed_components) for c in components[:200]]
    shown = table("Components around the change", ("Component", "Kind", "Tier", "Area", "Owners"), rows=rows)
    return [
        element("h3", f"Components ({len(components):,})"),
        folded("Show the components", shown) if len(rows) > 12 else shown,
    ]


def _component(c: Component, *, is_changed: bool) -> list[Content]:
    tier = [f"{c.tier.value} ", element("span", said(c.tier.reason), class_="quiet")]
    area = [f"{c.area.value} ", element("span", said(c.area.reason), class_="quiet")]
    return [
        [code(c.name), [" ", chip("changed", "changed")] if is_changed else None],
        str(c.kind),
        tier,
        area,
        ", ".join(c.owners) or "none declared",
    ]


def _sequences(sequences: tuple[Sequence, ...]) -> list[Content]:
    if not sequences:
        return []
    figures = [_sequence(s, f"sequence-{n}", is_open=n < 2) for n, s in enumerate(sequences[:_MOST_SEQUENCES])]
    rest = len(sequences) - _MOST_SEQUENCES
    more = element("p", f"… and {rest:,} more entry points, in the JSON package.") if rest > 0 else None
    return [
        element("h3", f"Before and after ({len(sequences):,})"),
        element("p", "Calls marked + are new with the change; dashed calls marked with a minus are gone."),
        figures,
        more,
    ]


def _sequence(sequence: Sequence, name: str, *, is_open: bool) -> Markup:
    hidden = "".join(f"{clause[:1].upper()}{clause[1:]}. " for clause in left_out(sequence)).rstrip()
    calls = [
        element("li", f"{m.source} to {m.target}: {m.words}", f" ({m.mark})" if m.mark else None)
        for m in told_once(sequence)
    ]
    picture = element(
        "div",
        draw_sequence(sequence, name),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Before and after: {sequence.entry_point}",
    )
    caption = element("figcaption", hidden) if hidden else None
    words = folded("In words", element("ol", some(calls, most=80, rest="calls")))
    return folded(code(sequence.entry_point), element("figure", picture, caption, words), is_open=is_open)

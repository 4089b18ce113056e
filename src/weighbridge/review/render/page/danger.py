"""What is dangerous and why: a card a finding, the ways the change could fail, and what moved its risk."""

from collections.abc import Mapping

from weighbridge.domain.findings import Finding, FindingState, Fix, WeighedFinding, by_importance
from weighbridge.domain.ids import RuleId
from weighbridge.domain.package import Excerpt, ReviewPackage
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.risk import Risk
from weighbridge.domain.rule import LoadedRule
from weighbridge.review import sentences
from weighbridge.review.evidence import evidence_words
from weighbridge.review.render.markup import Content, Markup, element, verbatim
from weighbridge.review.render.page.pieces import (
    MOST_LISTED,
    bar,
    chip,
    cites,
    code,
    diff,
    folded,
    place,
    said,
    severity_badge,
    some,
)
from weighbridge.review.render.page.rule_text import rule_text
from weighbridge.review.rule_page import rule_help
from weighbridge.review.standing import new_findings, tally

Rules = Mapping[RuleId, LoadedRule]


def danger(package: ReviewPackage, rules: Rules) -> list[Content]:
    """The whole section."""
    findings = new_findings(package.decision)
    excerpts = {e.place: e for e in package.presentation.excerpts}
    cards = [_card(finding, excerpts, rules=rules) for finding in findings[:MOST_LISTED]]
    head = sentences.severities(tally(findings)) if findings else "No new finding"
    left = len(findings) - len(cards)
    return [
        element("p", element("strong", head), "."),
        some(cards, most=12, rest="findings"),
        [element("p", f"… and {left:,} more, in the JSON package.")] if left > 0 else None,
        _scenarios(package),
        _risk(package.presentation.risk),
        _standing(package.decision.findings),
        _requests(package),
    ]


def _card(finding: Finding, excerpts: Mapping[Place, Excerpt], *, rules: Rules) -> Markup:
    weaknesses = [[" ", chip(f"CWE-{number}")] for number in finding.weaknesses]
    loaded = rules.get(finding.rule)
    return element(
        "article",
        element("header", severity_badge(finding.severity), " ", place(finding.place), class_="card-head"),
        element("h3", said(finding.message)),
        _excerpt(finding, excerpts.get(finding.place)),
        _steps("How it gets there", finding.flow),
        _steps("See also", finding.related),
        _fix(finding.fix) if finding.fix else None,
        _help(loaded) if loaded else None,
        element(
            "footer",
            code(finding.rule),
            " ",
            chip(f"{finding.confidence} confidence"),
            weaknesses,
            " ",
            element("a", finding.evidence, href=f"#{finding.evidence}", class_="quiet self"),
        ),
        id=finding.evidence,
        class_=f"card severity-{finding.severity}",
    )


def _excerpt(finding: Finding, excerpt: Excerpt | None) -> Markup | None:
    if excerpt is None:  # what tells the finding apart, its anchor, is not written for readers
        return None
    hit = range(finding.place.line, max(finding.place.end_line, finding.place.line) + 1)
    lines = [
        element(
            "span",
            element("span", f"{number:>4} ", class_="number"),
            verbatim(text),
            class_="line hit" if number in hit else "line",
        )
        for number, text in enumerate(excerpt.lines, excerpt.first)
    ]
    return element("pre", element("code", lines), class_="excerpt", tabindex="0")


def _steps(title: str, steps: tuple[RelatedPlace, ...]) -> Markup | None:
    if not steps:
        return None
    items = [element("li", place(step.place), element("span", " ", said(step.message))) for step in steps[:40]]
    return element("div", element("p", title, class_="label"), element("ol", items, class_="steps"))


def _fix(fix: Fix) -> Markup:
    return folded(["Certain fix: ", said(fix.description)], diff(fix.patch), is_open=len(fix.patch) < 700)


def _help(loaded: LoadedRule) -> Markup:
    said = rule_help(loaded.page)
    instead = [element("p", "Do instead", class_="label"), rule_text(said.instead)] if said.instead else None
    return folded("Why this matters", [rule_text(said.why), instead])


def _scenarios(package: ReviewPackage) -> list[Content]:
    risk, words = package.presentation.risk, evidence_words(package)
    if not risk.scenarios:
        return []
    items = [element("li", said(s.words), cites(s.cites, words), id=s.evidence) for s in risk.scenarios]
    return [
        element("h3", "How it could fail"),
        element("ol", some(items, most=8, rest="scenarios"), class_="scenarios"),
    ]


def _risk(risk: Risk) -> list[Content]:
    items = [
        element(
            "li",
            bar(c.percentile, c.feature),
            element(
                "span", said(c.words), element("span", f" {sentences.ordinal(c.percentile)} percentile", class_="quiet")
            ),
            id=c.evidence,
        )
        for c in risk.contributions
    ]
    about = (
        f"{sentences.risk_line(risk)}. Compared with {risk.window}; model: {risk.model}."
        if risk.percentile is not None
        else f"Risk is {sentences.risk_line(risk)}."
    )
    return [element("h3", "Risk"), element("p", about), element("ul", items, class_="contributions") if items else None]


def _standing(weighed: tuple[WeighedFinding, ...]) -> list[Content]:
    """What does not count, with the reason: it is listed, never hidden."""
    others = sorted((w for w in weighed if w.state is not FindingState.NEW), key=lambda w: by_importance(w.finding))
    if not others:
        return []
    items = [_other(w) for w in others]
    return [
        element("h3", f"Known or excused ({len(items):,})"),
        element("ul", some(items, most=6, rest="findings"), class_="plain"),
    ]


def _other(weighed: WeighedFinding) -> Markup:
    finding, excuse = weighed.finding, weighed.suppression
    why = f": {excuse.reason} (until {excuse.expires})" if excuse else ""
    agent = [" ", chip("written by an agent", "warn")] if excuse and excuse.written_by_agent else None
    return element(
        "li",
        chip(weighed.state),
        " ",
        severity_badge(finding.severity),
        " ",
        said(finding.message),
        " ",
        place(finding.place),
        why,
        agent,
        id=finding.evidence,
    )


def _requests(package: ReviewPackage) -> list[Content]:
    """Suppressions that are not honoured, with the reason."""
    refused = [s for s in package.decision.suppressions if s.problem]
    if not refused:
        return []
    items = [
        element("li", chip("not honoured", "warn"), " ", code(s.rule), " ", place(s.place), f": {s.problem}")
        for s in refused
    ]
    return [
        element("h3", f"Suppressions that are not honoured ({len(items):,})"),
        element("ul", some(items, most=6, rest="suppressions"), class_="plain"),
    ]

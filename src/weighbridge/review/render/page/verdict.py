"""The top of the page: the sentence, the gate, what is still needed, and the change at a glance."""

from collections.abc import Mapping, Sequence
from typing import Final

from weighbridge.domain.gate import Gate, Requirement, RequirementKind
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.review import sentences
from weighbridge.review.compose import count_lines
from weighbridge.review.evidence import evidence_words
from weighbridge.review.exceptional import passing_words
from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.render.page.pieces import (
    bar,
    breakable,
    chip,
    cites,
    code,
    folded,
    said,
    severity_badge,
    state_badge,
)
from weighbridge.review.standing import asked_otherwise, needs_nobody, new_findings

_MOST_REASONS: Final = 4
_MOST_WORST: Final = 3
Words = Mapping[EvidenceId, str]


def verdict(package: ReviewPackage) -> Markup:
    """The first screen."""
    gate = package.gate
    report_only = chip("report only: nothing is blocked") if gate.report_only else None
    return element(
        "section",
        element(
            "p",
            state_badge(gate.state),
            " ",
            element("span", f"{gate.level} change", class_=f"chip level-{gate.level}"),
            report_only,
            class_="state",
        ),
        element("h1", package.presentation.summary),
        [
            element("p", chip("mind", "warn"), " ", said(words), class_="in-force")
            for words in asked_otherwise(package.decision)
        ],
        [
            element("p", chip("in force", "warn"), " ", said(words), class_="in-force")
            for words in package.presentation.in_force
        ],
        _worst(package.decision),
        None if needs_nobody(package) else _needs(package),
        _glance(package),
        id="verdict",
        aria_label="Verdict",
        class_="verdict",
    )


def _worst(decision: Decision) -> Markup | None:
    """The worst findings by their messages: whoever reads no further than a large map has met them."""
    findings = new_findings(decision)
    told = [
        element(
            "li",
            severity_badge(finding.severity),
            element("a", said(finding.message), href=f"#{finding.evidence}"),
        )
        for finding in findings[:_MOST_WORST]
    ]
    left = len(findings) - len(told)
    rest = element("p", element("a", f"… and {left:,} more", href="#danger")) if left else None
    return element("div", element("ul", told, class_="checklist"), rest, class_="worst") if told else None


def _needs(package: ReviewPackage) -> Markup:
    gate, words = package.gate, evidence_words(package)
    waiting = gate.open
    given = [need for need in gate.requirements if need.met_by and not need.is_open]
    settled = [need for need in gate.requirements if need not in waiting and need not in given]
    head = f"Still needed ({len(waiting):,})" if waiting else passing_words(package)
    reasons = [element("li", said(reason)) for reason in gate.reasons]
    title = f"Why it is a {gate.level} change"
    listed = element("ul", reasons)
    why = folded(title, listed) if len(reasons) > _MOST_REASONS else [element("p", title, class_="label"), listed]
    done = (
        folded(f"{sentences.count(len(settled), 'requirement')} settled", _checklist(settled, gate, words=words))
        if settled
        else None
    )
    met = _checklist(given, gate, words=words)
    notices = [element("li", said(notice)) for notice in package.presentation.notices]
    left = [element("li", said(words)) for words in package.presentation.left_behind]
    behind = element("ul", left, class_="left-behind") if left else None
    record = folded(f"Notes on the record ({len(notices)})", element("ul", notices)) if notices else None
    return element(
        "div",
        element("h2", head),
        _checklist(waiting, gate, words=words),
        behind,
        met,
        done,
        record,
        why,
        class_="needs",
    )


def _checklist(needs: Sequence[Requirement], gate: Gate, *, words: Words) -> Markup | None:
    return element("ul", [_need(need, gate, words=words) for need in needs], class_="checklist") if needs else None


def _need(need: Requirement, gate: Gate, *, words: Words) -> Markup:
    is_cited = need.kind is RequirementKind.FINDINGS and len(need.cites) == len(need.because)
    why = "" if is_cited else sentences.because(need, gate)
    because = element("span", "because ", said(why), class_="because") if why else None
    open_ = need.is_open
    return element(
        "li",
        state_badge(need.state),
        element(
            "span",
            element("strong" if open_ else "span", said(need.ask)),
            " ",
            because,
            cites(need.cites, words),
            " ",
            chip(need.rule),
            _given(need),
            class_="ask",
        ),
        id=need.evidence,
    )


def _given(need: Requirement) -> Markup | None:
    """Who or what met it, and what was given and did not count."""
    lines = [element("li", said(words), class_="met") for words in need.met_by]
    lines += [element("li", "does not count: ", said(words), class_="not-counted") for words in need.not_counted]
    return element("ul", lines, class_="given") if lines else None


def _glance(package: ReviewPackage) -> Markup:
    decision, risk = package.decision, package.presentation.risk
    examined, total, place = decision.coverage.examined, len(decision.coverage.files), sentences.placed(risk)
    rows: list[tuple[str, Content]] = [
        ("Changed", [sentences.change_size(decision.change)]),
        ("Blast radius", sentences.blast_radius(decision.impact, decision.coverage)),
        ("Risk", [sentences.risk_line(risk), bar(place, "Risk") if place is not None else None]),
        ("Provenance", sentences.provenance_line(decision.provenance)),
        (
            "Examined",
            [f"{sentences.coverage_line(decision.coverage)} ", None if examined == total else chip("not all", "warn")],
        ),
        ("Tests", breakable(guard) if (guard := sentences.guard(decision.impact)) else None),
    ]
    return element("dl", [element("div", element("dt", k), element("dd", v)) for k, v in rows if v], class_="glance")


def question(package: ReviewPackage) -> Markup | None:
    """The one question a reviewer should ask."""
    asked = package.presentation.question
    return element("blockquote", element("p", asked), class_="question") if asked else None


def reproduce(package: ReviewPackage) -> Markup:
    """How to get the same again, and what the decision rests on."""
    decision, trust = package.decision, package.decision.trust
    documents = [
        element("li", code(path), " ", element("code", digest, class_="digest"))
        for path, digest in sorted(trust.documents.items())
    ]
    rests = (
        [
            element(
                "p",
                "Trusted documents, read at ",
                code(package.names.target[:12]),
                f" of {package.names.target_name.removeprefix('refs/heads/')}:",
            ),
            element("ul", documents),
        ]
        if documents
        else element("p", "No trusted document was found: the built-in policy alone decided.")
    )
    return element(
        "div",
        element("pre", element("code", package.presentation.reproduce), tabindex="0"),
        _lines(decision) if decision.change.files else None,
        element(
            "p",
            "Decision ",
            element("code", package.digest, class_="digest"),
            f", by {decision.tool} with policy {decision.gate.policy}.",
        ),
        rests,
    )


def _lines(decision: Decision) -> list[Markup]:
    change = decision.change
    return [
        element(
            "p",
            f"Lines are counted by git's histogram algorithm. This prints the same +{change.lines_added:,} "
            f"-{change.lines_removed:,}, where git's own settings may print others:",
            id="lines",
        ),
        element("pre", element("code", count_lines(change)), tabindex="0"),
    ]

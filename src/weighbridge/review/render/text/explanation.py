"""Evidence explained in blocks: what it is, where, why it counts, what mends it, and what else to read."""

from collections.abc import Iterator

from weighbridge.domain.findings import Finding, WeighedFinding
from weighbridge.domain.gate import Requirement
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.impact import Certainty, ChangedSymbol, Edge, Reached
from weighbridge.domain.outcomes import Outcome
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.risk import Contribution, FailureScenario
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.system import Surface
from weighbridge.review.render.text.blocks import Block, Code, Heading, Item, Paragraph
from weighbridge.review.render.text.markdown import markdown_blocks
from weighbridge.review.rule_page import rule_help, short_page
from weighbridge.review.sentences import STATE_WORDS, count, named, used

Explained = WeighedFinding | Requirement | Outcome | Surface | ChangedSymbol | Reached | Contribution | FailureScenario


def rule_blocks(loaded: LoadedRule, *, with_cases: bool = False) -> Iterator[Block]:
    """A rule's page, under a line that says what it is: whole, or with one case of each kind."""
    rule = loaded.rule
    weaknesses = "".join(f", CWE-{number}" for number in rule.weaknesses)
    yield Paragraph(text=f"severity {rule.severity}, confidence {rule.confidence}{weaknesses}", label=loaded.id)
    page = short_page(loaded.page)
    yield from markdown_blocks(loaded.page if with_cases else page.markdown)
    if page.left_out and not with_cases:
        more = f"{count(page.left_out, 'more case')}: weighbridge explain {loaded.id} --cases"
        yield Paragraph(text=more, style="dim")


def evidence_blocks(evidence_id: EvidenceId, evidence: Explained, *, what: str) -> Iterator[Block]:
    """A piece of evidence of the package about `what`."""
    yield Paragraph(text=f"of {what}", label=evidence_id)
    match evidence:
        case WeighedFinding():
            yield from _weighed(evidence)
        case Requirement():
            yield Heading(text=f"{evidence.ask}: {STATE_WORDS[evidence.state]}")
            yield from (Item(text=reason) for reason in evidence.because)
            yield from _cited(evidence.cites)
        case Outcome():
            yield from _outcome(evidence)
        case Surface():
            symbol = f" ({evidence.symbol})" if evidence.symbol else ""
            yield Heading(text=f"{evidence.path}{symbol} is a sensitive surface: {evidence.kind}")
            yield Paragraph(text=evidence.reason)
        case ChangedSymbol():
            yield Heading(text=f"{evidence.symbol}: {evidence.depth} changed")
            yield from (Item(text=f"{side}: {s}") for side, s in _signatures(evidence) if s)
        case Reached():
            yield Heading(text=f"{evidence.kind} {evidence.name} is reached ({evidence.certainty})")
            yield from edge_items(evidence.path)
        case Contribution():
            yield Heading(text=evidence.words)
            yield Paragraph(text=f"{evidence.feature} is {evidence.value:g}: percentile {evidence.percentile:.0f}")
        case FailureScenario():
            yield Heading(text=evidence.words)
            yield from _cited(evidence.cites)


def why_blocks(loaded: LoadedRule) -> Iterator[Block]:
    """What a rule's page says to the reader of a finding."""
    yield Heading(text=f"Why {loaded.id} exists")
    yield from markdown_blocks(rule_help(loaded.page).markdown)
    yield Paragraph(text=f"The rule: weighbridge explain {loaded.id}", style="dim")


def edge_items(path: tuple[Edge, ...]) -> Iterator[Item]:
    """A path of uses, one step a line, each uncertain step marked."""
    for edge in path:
        sure = "" if edge.certainty is Certainty.SEEN else " (inferred)"
        yield Item(text=f"{named(edge.source)} {used(edge)} {named(edge.target)}, line {edge.line}{sure}", mark=">")


def _weighed(weighed: WeighedFinding) -> Iterator[Block]:
    finding = weighed.finding
    yield Heading(text=finding.message)
    yield Paragraph(
        text=str(finding.place) + (f" in {finding.place.symbol}" if finding.place.symbol else ""), label="where"
    )
    yield Paragraph(text=f"{finding.rule}, {finding.severity}, {finding.confidence} confidence", label="rule ")
    if weighed.suppression is not None:
        excuse = weighed.suppression
        yield Paragraph(text=f"until {excuse.expires}: {excuse.reason} ({excuse.place})", label="excused")
    elif weighed.state != "new":
        yield Paragraph(text=f"known to the {weighed.state}", label="state")
    yield from _places("How it gets there", finding.flow)
    yield from _places("See also", finding.related)
    yield from _fix(finding)


def _places(title: str, places: tuple[RelatedPlace, ...]) -> Iterator[Block]:
    if places:
        yield Heading(text=title)
        yield from (Item(text=f"{each.place}: {each.message}") for each in places)


def _fix(finding: Finding) -> Iterator[Block]:
    if finding.fix is not None:
        yield Heading(text=f"A fix: {finding.fix.description}")
        yield Code(text=finding.fix.patch)


def _outcome(outcome: Outcome) -> Iterator[Block]:
    about = outcome.subject or "the change as a whole"
    yield Heading(text=f"{outcome.rule} could not look at {about}")
    if outcome.missing is not None:
        yield Paragraph(text=f"{outcome.missing.reason}: {outcome.missing.detail}")
        if outcome.missing.remedy:
            yield Paragraph(text=outcome.missing.remedy, label="mend it")


def _signatures(changed: ChangedSymbol) -> tuple[tuple[str, str], ...]:
    return ("before", changed.before), ("after", changed.after)


def _cited(cites: tuple[EvidenceId, ...]) -> Iterator[Block]:
    if cites:
        yield Paragraph(text="It rests on:")
        yield from (Item(text=cited) for cited in cites)

"""Checks a document: a kind, a text and what it must be about in, everything that is wrong with it out.

- A text in which nothing is wrong has every required heading, in order, with something of its own under each.
- What a reader is not shown counts for nothing, and so does what was handed out, the change's own lines, its title and
  its description.
- What could not be judged is a problem with its reason, never a text in which nothing is wrong.
"""

from collections.abc import Iterator

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.risk import FailureScenario
from weighbridge.policy.documents.context import DocumentContext, DocumentProblem, ProblemKind
from weighbridge.policy.documents.fill import fill_template
from weighbridge.policy.documents.filler import filler_in
from weighbridge.policy.documents.form import (
    emptiness,
    filled_parts,
    heading_problems,
    prose,
    shortness,
    template_runs,
    without_template,
)
from weighbridge.policy.documents.kind import Ask, DocumentKind
from weighbridge.policy.documents.naming import unnamed
from weighbridge.policy.documents.outline import Outline, read_outline
from weighbridge.policy.documents.restatement import restatement
from weighbridge.policy.documents.scenarios import unanswered
from weighbridge.policy.documents.steps import steps, ticket
from weighbridge.policy.documents.words import Run, shown, words_of


def check_document(kind: DocumentKind, text: str, *, about: DocumentContext) -> tuple[DocumentProblem, ...]:
    """Everything that is wrong with a document, in order of its lines; nothing for one that does."""
    outline = read_outline(text)
    if isinstance(outline, CouldNotLook):
        return (unjudged(outline),)
    filled, handed_out = filled_parts(kind, outline), fill_template(kind, about)
    template = template_runs(handed_out)
    found = [
        *heading_problems(kind, filled),
        *emptiness(filled, template),
        *_of_content(kind, outline, about=about, handed_out=handed_out, template=template),
    ]
    return tuple(sorted(found, key=lambda problem: problem.line))


def is_untouched(kind: DocumentKind, text: str, *, scenarios: tuple[FailureScenario, ...]) -> bool:
    """Whether nobody wrote anything into the template of a kind that wants words of one's own."""
    outline = read_outline(text)
    if isinstance(outline, CouldNotLook) or not kind.least:
        return False
    handed_out = fill_template(kind, DocumentContext(scenarios=scenarios))
    return not without_template(outline.words, template_runs(handed_out))


def content_problems(kind: DocumentKind, outline: Outline, *, about: DocumentContext) -> Iterator[DocumentProblem]:
    """What is wrong with the text as a whole, whatever its headings are."""
    handed_out = fill_template(kind, about)
    return _of_content(kind, outline, about=about, handed_out=handed_out, template=template_runs(handed_out))


def _of_content(
    kind: DocumentKind, outline: Outline, *, about: DocumentContext, handed_out: str, template: frozenset[Run]
) -> Iterator[DocumentProblem]:
    own = without_template(outline.words, template)
    if kind.least and not own:
        what = "nothing stands in it" if not outline.words else "it is still the template"
        yield DocumentProblem(kind=ProblemKind.TEMPLATE, what=what, remedy=f"say {kind.wants}")
    elif kind.least and (why := filler_in(without_template(prose(outline.lines), template))):
        yield DocumentProblem(kind=ProblemKind.FILLER, what=f"in it {why}", remedy="say what holds for this change")
    elif Ask.OWN_THOUGHT in kind.asks:
        yield from restatement(own, about, least=kind.least)
    else:
        yield from shortness(kind, own)
    yield from _asked(kind, outline, about=about, handed_out=handed_out, template=template)


def _asked(
    kind: DocumentKind, outline: Outline, *, about: DocumentContext, handed_out: str, template: frozenset[Run]
) -> Iterator[DocumentProblem]:
    if Ask.COMPONENTS in kind.asks:
        yield from unnamed(_written(outline, handed_out), about)
    if Ask.SCENARIOS in kind.asks:
        yield from unanswered(outline, about, template=template)
    if Ask.STEP in kind.asks:
        yield from steps(kind, outline.lines, template=kind.template)
    if Ask.TICKET in kind.asks:
        yield from ticket(kind, outline.lines, template=kind.template)


def _written(outline: Outline, handed_out: str) -> list[str]:
    """The words of the lines and headings that were not handed out; headings stand apart."""
    given = {shown(line).strip() for line in handed_out.split("\n")}
    titles = "\n\n".join(each.title for each in outline.sections if f"{'#' * each.level} {each.title}" not in given)
    lines = "\n".join(line.text for line in outline.lines if line.text.strip() not in given)
    return [*words_of(lines), "", *words_of(titles)]


def unjudged(missing: CouldNotLook) -> DocumentProblem:
    """That a document could not be judged."""
    remedy = missing.remedy or "make it readable"
    return DocumentProblem(kind=ProblemKind.COULD_NOT_LOOK, what=missing.detail, remedy=remedy, missing=missing)

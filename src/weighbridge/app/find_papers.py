"""Find the documents that a policy asks of a change, wherever it brings them, and what their content lacks."""

from collections.abc import Iterator, Sequence

from weighbridge.app.document_context import document_context, documents_of_change
from weighbridge.app.sight import Sight
from weighbridge.domain.record import Attachment
from weighbridge.domain.risk import FailureScenario
from weighbridge.policy.case import Paper
from weighbridge.policy.documents.find_documents import JudgedDocument, judge_documents
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.policy.needs import DocumentNeed, needs_within
from weighbridge.policy.policy import Policy


def find_papers(
    sight: Sight,
    policy: Policy,
    *,
    scenarios: tuple[FailureScenario, ...],
    attachments: Sequence[Attachment] = (),
) -> tuple[Paper, ...]:
    """Every document of a kind that the policy asks for anywhere, judged; nothing is read where it asks for none."""
    wanted = dict.fromkeys(_wanted(policy))
    if not wanted:
        return ()
    about = document_context(sight, scenarios)
    known = {kind.name: kind for kind in (*find_kinds(), *policy.documents.values())}
    papers: list[Paper] = []
    for need in wanted:
        kind = known[need.kind].configured(ticket=need.pattern)
        found = documents_of_change(sight, (kind,), about=about, attachments=attachments)
        papers += (_paper(kind, judged, pattern=need.pattern) for judged in judge_documents(kind, found, about=about))
    return tuple(papers)


def _wanted(policy: Policy) -> Iterator[DocumentNeed]:
    asked = [rule.require for rule in policy.rules] + [place.require for place in policy.environments.values()]
    for needs in asked:
        yield from (need for need in needs_within(needs) if isinstance(need, DocumentNeed))


def _paper(kind: DocumentKind, judged: JudgedDocument, *, pattern: str) -> Paper:
    return Paper(
        kind=kind.name,
        pattern=pattern,
        source=judged.document.where,
        problems=tuple(str(problem) for problem in judged.problems if problem.missing is None),
        missing=tuple(str(problem) for problem in judged.problems if problem.missing is not None),
    )

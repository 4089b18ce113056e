"""Whether a rollback plan can be carried out, and whether a ticket is named."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.policy.documents.context import DocumentProblem, ProblemKind
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.policy.documents.outline import Line
from weighbridge.policy.documents.words import Run, own_words, runs_of, shown, words_of

LONGEST_LINE: Final = 500
MOST_LINES: Final = 2_000
_CODE_SPAN: Final = re.compile(r"`([^`\n]{2,200})`")
_MORE_THAN_A_WORD: Final = re.compile(r"[^a-z]")
"""A plain word in a code span names something; what has more in it can be typed or set."""
_CONCRETE: Final = re.compile(
    r"(?:^|\s)(?:--?[a-z][\w-]+|\$ ?[a-z][\w./-]* \S+)"  # an option, a command behind a prompt
    r"|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b"  # a switch
    r"|\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b"  # a commit
    r"|\bv?\d{1,5}\.\d{1,5}(?:\.\d{1,5})?\b"  # a version
    r"|https?://\S"
)


def steps(kind: DocumentKind, lines: Sequence[Line], *, template: str) -> Iterator[DocumentProblem]:
    """That nothing in the text could be done, and nothing says why."""
    text = "\n".join(line.text[:LONGEST_LINE] for line in lines[:MOST_LINES])
    if _has_step(kind, lines, text=text, template=template):
        return
    yield DocumentProblem(
        kind=ProblemKind.NO_STEP,
        what="it has no step that somebody could carry out",
        remedy="give a command, the switch to turn, the commit to revert or the version to go back to; or say why it cannot be undone",
    )


def _has_step(kind: DocumentKind, lines: Sequence[Line], *, text: str, template: str) -> bool:
    handed_out = set(words_of(shown(template)))
    code = [line.text for line in lines if line.is_code] + [
        span for span in _CODE_SPAN.findall(text) if _MORE_THAN_A_WORD.search(span)
    ]
    if any(set(words_of(piece)) - handed_out for piece in code):
        return True
    if any(set(words_of(found.group())) - handed_out for found in _CONCRETE.finditer(text)):
        return True
    known: frozenset[Run] = frozenset(runs_of(words_of(shown(template)), 2))
    own = own_words(words_of(text), known, size=2)
    phrases = [tuple(words_of(shown(phrase))) for phrase in kind.step_words]
    met = {run for size in {len(phrase) for phrase in phrases} for run in runs_of(own, size)}
    return any(phrase in met for phrase in phrases if phrase)


def ticket(kind: DocumentKind, lines: Sequence[Line], *, template: str) -> Iterator[DocumentProblem]:
    """That no ticket is named, or only the one that the template gives as an example."""
    pattern = re.compile(kind.ticket)
    examples = {found.group() for found in pattern.finditer(template)}
    for line in lines[:MOST_LINES]:
        if any(found.group() and found.group() not in examples for found in pattern.finditer(line.text[:LONGEST_LINE])):
            return
    yield DocumentProblem(
        kind=ProblemKind.NO_TICKET,
        what="it names no ticket" + (" but the template's example" if examples else ""),
        remedy=f"name one that looks like `{kind.ticket}`",
    )

"""What is wrong with a document, as lines for a terminal."""

from collections.abc import Iterator, Sequence

from weighbridge.policy.documents.context import DocumentProblem
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.review.render.text.blocks import Block, Item, Paragraph
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line


def problem_blocks(kind: DocumentKind, problems: Sequence[DocumentProblem], *, file: str) -> Iterator[Block]:
    """The verdict, and each problem with what would satisfy it."""
    name = one_line(file) if file != "-" else "what was given"
    if not problems:
        yield Paragraph(text=f"{name}, as {kind.name}: nothing is wrong", style="good")
        return
    yield Paragraph(text=f"{name}, as {kind.name}: {count(len(problems), 'problem')}", style="bad")
    for problem in problems:
        yield Item(text=one_line(str(problem)))

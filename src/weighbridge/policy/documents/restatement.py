"""Whether a text only says again what the change, its title or its description says.

The thresholds were measured by `python -m benchmarks.documents`; decision 0147 has the figures.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.documents.context import DocumentContext, DocumentProblem, ProblemKind
from weighbridge.policy.documents.outline import read_outline
from weighbridge.policy.documents.words import Run, own_words, pieces, runs_of, unrepeated

MOST_COMPARED: Final = 20_000_000
"""Characters of the change and its description that a text is compared with."""
LEAST_SHARE: Final = 0.3
"""Of 734 messages of commits that argue (git, werkzeug, hugo, spring-boot, fastify) 98.5 % have a larger share of their own
against title and diff, the others being lists of new versions; of texts pasted from message or diff none has, shuffled and shortened ones included."""
ENOUGH: Final = 80
"""Whoever has as many words of their own may quote as much as they like."""


class Overlap(Struct, frozen=True, kw_only=True):
    """How much of a text is its own: its words, and those that neither the change nor the text itself had before."""

    words: int
    own: int
    beyond_description: int
    """Own when title and description alone are compared."""

    @property
    def share(self) -> float:
        """The share of words of its own, 1 for a text without words."""
        return self.own / self.words if self.words else 1.0

    @property
    def is_restatement(self) -> bool:
        """Whether too little of it is its own."""
        return self.share < LEAST_SHARE and self.own < ENOUGH


def overlap(words: Sequence[str], about: DocumentContext) -> Overlap:
    """How much of `words` the change, its title or its description has."""
    runs = set(runs_of(words))
    said = _met(runs, texts=(about.title, about.description, _as_shown(about.description)))
    changed = _met(runs, texts=(*about.added, *about.added.values()))
    return Overlap(
        words=len(words),
        own=len(unrepeated(own_words(words, said | changed))),
        beyond_description=len(unrepeated(own_words(words, said))),
    )


def _as_shown(text: str) -> str:
    """The text without what a reader is not shown: a document was read so as well."""
    outline = read_outline(text)
    return "" if isinstance(outline, CouldNotLook) else "\n".join(line.text for line in outline.lines)


def _met(runs: set[Run], *, texts: Iterable[str]) -> set[Run]:
    """Those of the runs that the texts have."""
    met: set[Run] = set()
    for words in pieces(texts):
        met.update(runs.intersection(runs_of(words)))
    return met


def restatement(words: Sequence[str], about: DocumentContext, *, least: int) -> Iterator[DocumentProblem]:
    """That the words repeat what is known already, or say less than `least` words beyond it."""
    missing = about.unread or _too_much(about)
    if missing is not None:
        yield DocumentProblem(
            kind=ProblemKind.COULD_NOT_LOOK,
            what=f"whether it says more than the change could not be seen: {missing.detail}",
            remedy=missing.remedy or "make the change smaller",
            missing=missing,
        )
    found = overlap(words, about)
    if found.is_restatement:
        whose = "the title and the description" if found.beyond_description < found.words / 2 else "the changed lines"
        yield DocumentProblem(
            kind=ProblemKind.RESTATEMENT,
            what=f"it says again what {whose} of the change say: {found.own} of its {found.words} words are its own",
            remedy="say what cannot be read there: why, what else was possible, what can fail",
        )
    elif found.own < least:
        yield DocumentProblem(
            kind=ProblemKind.TOO_LITTLE,
            what=f"{_words(found.own)} of it are its own, beyond the template, the change and its description, and {least} are the least",
            remedy="say what cannot be read there: why, what else was possible, what can fail",
        )


def _words(number: int) -> str:
    return f"{number} word{'' if number == 1 else 's'}"


def _too_much(about: DocumentContext) -> CouldNotLook | None:
    size = len(about.title) + len(about.description) + sum(map(len, about.added.values()))
    if size <= MOST_COMPARED:
        return None
    detail = f"the change adds {size:,} characters, and {MOST_COMPARED:,} are compared"
    return CouldNotLook(reason=Reason.LIMIT, detail=detail, remedy="divide the change")

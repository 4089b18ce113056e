"""Whether a text names what changed: each component by its name, or by anything that changed in it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.documents.context import ChangedPart, DocumentContext, DocumentProblem, ProblemKind
from weighbridge.policy.documents.words import Run, runs_of, shown, words_of

MOST_TO_NAME: Final = 5
"""Of more changed components than this, as many must be named: who changes forty at once says what they have in common."""
LONGEST_NAME: Final = 8
"""Words of a name that are looked for; of a longer one, the last."""
SHORTEST_ALIAS: Final = 4
"""Letters of an alias that is one word, below which it would be met by chance. A component's own name may be shorter."""
_SUGGESTED: Final = 3


def unnamed(words: Sequence[str], about: DocumentContext) -> Iterator[DocumentProblem]:
    """The changed components that the text does not name, up to as many as must be."""
    if isinstance(about.components, CouldNotLook):
        yield DocumentProblem(
            kind=ProblemKind.COULD_NOT_LOOK,
            what=f"which components changed is not known: {about.components.detail}",
            remedy=about.components.remedy or "have the change reviewed first",
            missing=about.components,
        )
        return
    absent = list(_absent(words, about.components))
    must = min(len(about.components), MOST_TO_NAME)
    named = len(about.components) - len(absent)
    for part in absent[: max(0, must - named)]:
        known = ", ".join(f"`{alias}`" for alias in part.aliases[:_SUGGESTED])
        yield DocumentProblem(
            kind=ProblemKind.COMPONENT_UNNAMED,
            what=f"it does not speak of {part.name}, which the change touches",
            remedy=f"say what changes there, by its name{f' or that of {known}' if known else ''}",
        )


def _absent(words: Sequence[str], parts: Iterable[ChangedPart]) -> Iterator[ChangedPart]:
    names = {part.name: [name for name in _names(part) if name] for part in parts}
    sizes = {len(name) for each in names.values() for name in each}
    met: set[Run] = {run for size in sizes for run in runs_of(words, size)}
    return (part for part in parts if not any(name in met for name in names[part.name]))


def _names(part: ChangedPart) -> Iterator[Run]:
    yield tuple(words_of(shown(part.name))[-LONGEST_NAME:])
    for alias in part.aliases:
        words = words_of(shown(alias))[-LONGEST_NAME:]
        if len(words) > 1 or len("".join(words)) >= SHORTEST_ALIAS:
            yield tuple(words)

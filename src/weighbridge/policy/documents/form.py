"""The form of a document: its headings, each once and in order, with something under each that nobody handed out."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from weighbridge.policy.documents.context import DocumentProblem, ProblemKind
from weighbridge.policy.documents.filler import filler_in
from weighbridge.policy.documents.kind import DocumentKind, Part
from weighbridge.policy.documents.outline import Line, Outline, Section, title_key
from weighbridge.policy.documents.words import Run, own_words, runs_of, shown, unrepeated, words_of

TEMPLATE_RUN = 2
TEMPLATE_STRETCH = 4
"""Fewer own words than these between the template's are a light edit of it: of edits that replace, add or leave out every
third word or fewer, none leaves as many; who writes under a prompt that still stands has more."""
LEAST_UNDER_A_HEADING = 3


class Filled(Struct, frozen=True, kw_only=True):
    """A required heading that is there, with the shown lines under it up to the next required one."""

    part: Part
    section: Section
    lines: Sequence[Line]

    @property
    def text(self) -> str:
        """What stands under it."""
        return "\n".join(line.text for line in self.lines)


def filled_parts(kind: DocumentKind, outline: Outline) -> list[Filled]:
    """The required headings that are there, in order of the text."""
    by_key: dict[str, Section] = {}
    for section in outline.sections:
        by_key.setdefault(section.key, section)
    found = []
    for part in kind.parts:
        sections = [by_key[key] for name in part.names if (key := title_key(name)) in by_key]
        if sections:
            found.append((min(sections, key=lambda section: section.line), part))
    found.sort(key=lambda pair: pair[0].line)
    starts = [section.start for section, _ in found] + [len(outline.lines)]
    return [
        Filled(part=part, section=section, lines=outline.lines[section.start : min(section.end, starts[at + 1])])
        for at, (section, part) in enumerate(found)
    ]


def heading_problems(kind: DocumentKind, filled: Sequence[Filled]) -> Iterator[DocumentProblem]:
    """Headings that are missing, and those that stand before one that they must follow."""
    there = {each.part.title: each.section for each in filled}
    last: Section | None = None
    for part in kind.parts:
        section = there.get(part.title)
        if section is None:
            yield DocumentProblem(
                kind=ProblemKind.HEADING_MISSING,
                what=f"the heading “{part.title}” is missing",
                remedy=f"add it, and say under it {part.says or 'what it asks for'}",
            )
        elif last is not None and section.line < last.line:
            yield DocumentProblem(
                kind=ProblemKind.HEADING_MISPLACED,
                what=f"“{section.title}” stands before “{last.title}”",
                remedy="keep the order of the template, so that readers find what they look for",
                line=section.line,
            )
        else:
            last = section


def template_runs(template: str) -> frozenset[Run]:
    """The runs of a template, its prompts included: who only removes the comment marks has written nothing."""
    return frozenset(runs_of(words_of(shown(template)), TEMPLATE_RUN))


def without_template(words: Sequence[str], template: frozenset[Run]) -> list[str]:
    """The words that the template has not."""
    return own_words(words, template, size=TEMPLATE_RUN, stretch=TEMPLATE_STRETCH)


def emptiness(filled: Iterable[Filled], template: frozenset[Run]) -> Iterator[DocumentProblem]:
    """The headings under which nothing of its own stands."""
    for each in filled:
        problem = _empty(each, template)
        if problem is not None:
            yield problem


def _empty(filled: Filled, template: frozenset[Run]) -> DocumentProblem | None:
    title, line = filled.section.title, filled.section.line
    remedy = f"say {filled.part.says or 'what it asks for'}, or why there is nothing to say"
    words = words_of(filled.text)
    if not words:
        what = "there are only marks" if filled.text.strip() else "there is nothing"
        return DocumentProblem(kind=ProblemKind.EMPTY, what=f"{what} under “{title}”", remedy=remedy, line=line)
    own = without_template(words, template)
    if not own:
        what = f"under “{title}” stands what the template says"
        return DocumentProblem(kind=ProblemKind.TEMPLATE, what=what, remedy=remedy, line=line)
    if why := filler_in(without_template(prose(filled.lines), template), heading=words_of(title)):
        return DocumentProblem(kind=ProblemKind.FILLER, what=f"under “{title}” {why}", remedy=remedy, line=line)
    if len(own) < LEAST_UNDER_A_HEADING:
        what = f"under “{title}” stand {len(own)} words of its own"
        return DocumentProblem(kind=ProblemKind.EMPTY, what=what, remedy=remedy, line=line)
    return None


def prose(lines: Sequence[Line]) -> list[str]:
    """The words of the lines that are no code, for code repeats itself; of all lines where there are no others."""
    told = words_of("\n".join(line.text for line in lines if not line.is_code))
    return told or words_of("\n".join(line.text for line in lines))


def shortness(kind: DocumentKind, own: Sequence[str]) -> Iterator[DocumentProblem]:
    """That the whole says too little to be what it is called."""
    length = len(unrepeated(own))
    if length < kind.least:
        yield DocumentProblem(
            kind=ProblemKind.TOO_LITTLE,
            what=f"it has {length} words of its own, repetitions and the template's not counted",
            remedy=f"{kind.least} are the least: {kind.wants}",
        )

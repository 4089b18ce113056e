"""Whether a text answers each failure scenario: by its id, or under its own words."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.risk import FailureScenario
from weighbridge.policy.documents.context import DocumentContext, DocumentProblem, ProblemKind
from weighbridge.policy.documents.filler import filler_in
from weighbridge.policy.documents.form import without_template
from weighbridge.policy.documents.outline import Line, Outline
from weighbridge.policy.documents.words import Run, own_words, runs_of, shown, unrepeated, words_of

LEAST_ANSWER: Final = 6
"""Words of an answer besides the scenario's own: "the cache is empty then, and fills itself" has as many."""
LEAST_MET: Final = 0.5
"""The share of a scenario's runs of words that a block must have to be about it."""
SAME_ANSWER: Final = 30
"""Up to this length an answer that two scenarios share is taken for one that was copied."""
_ID: Final = re.compile(r"(?:wb:)?(scenario-[0-9a-f]{12})")
_ITEM: Final = re.compile(r"\s*(?:[-*+|]|\d{1,9}[.)])(?:\s|$)")


class _Block(Struct, frozen=True, kw_only=True):
    """A heading, paragraph, list item or row of a table: where it begins, its words, and how deep its heading is."""

    line: int
    words: list[str]
    ids: frozenset[str]
    level: int = 0
    """A heading's depth, 0 for what is none."""


class _Answer(Struct, frozen=True, kw_only=True):
    """What stands in and below a block that names scenarios, and what of it is its own; `share` is how many it names."""

    line: int
    own: list[str]
    share: int

    @property
    def is_enough(self) -> bool:
        """Whether it says something for each of those it names."""
        return len(unrepeated(self.own)) >= LEAST_ANSWER * self.share and not filler_in(self.own)


def unanswered(outline: Outline, about: DocumentContext, *, template: frozenset[Run]) -> Iterator[DocumentProblem]:
    """The scenarios without an answer, and those that share one that was copied."""
    if isinstance(about.scenarios, CouldNotLook):
        yield DocumentProblem(
            kind=ProblemKind.COULD_NOT_LOOK,
            what=f"which ways to fail there are is not known: {about.scenarios.detail}",
            remedy=about.scenarios.remedy or "have the change reviewed first",
            missing=about.scenarios,
        )
        return
    answers = _answers(outline, about.scenarios, template=template)
    answered: dict[tuple[str, ...], FailureScenario] = {}
    for scenario in about.scenarios:
        given = answers.get(scenario.evidence, [])
        good = [answer for answer in given if answer.is_enough]
        if not good:
            yield _problem(scenario, given)
            continue
        answer = max(good, key=lambda each: len(each.own))
        other = answered.setdefault(tuple(answer.own), scenario)
        if other is not scenario and answer.share == 1 and len(answer.own) <= SAME_ANSWER:
            yield DocumentProblem(
                kind=ProblemKind.SCENARIO_UNANSWERED,
                what=f"{scenario.evidence} is answered in the same words as {other.evidence}",
                remedy="say what holds for each, or name both at one answer",
                line=answer.line,
            )


def _problem(scenario: FailureScenario, answers: Sequence[_Answer]) -> DocumentProblem:
    words = scenario.words if len(scenario.words) <= 120 else scenario.words[:119] + "…"
    line = answers[0].line if answers else 0
    what = "says nothing beyond its own words" if answers else "is not answered"
    return DocumentProblem(
        kind=ProblemKind.SCENARIO_UNANSWERED,
        what=f"{scenario.evidence} {what}: {words}",
        remedy=f"name wb:{scenario.evidence} and say what happens then, or why it does not, in {LEAST_ANSWER} words at least",
        line=line,
    )


def _blocks(outline: Outline) -> Iterator[_Block]:
    """The text in pieces, headings among them in their places."""
    at = 0
    for section in outline.sections:
        yield from _of_lines(outline.lines[at : section.start])
        at = section.start
        yield _block([Line(number=section.line, text=section.title)], level=section.level)
    yield from _of_lines(outline.lines[at:])


def _of_lines(lines: Sequence[Line]) -> Iterator[_Block]:
    held: list[Line] = []
    for line in lines:
        ends = not line.text.strip() or (_ITEM.match(line.text) is not None and not line.is_code)
        if ends and held:
            yield _block(held)
            held = []
        if line.text.strip():
            held.append(line)
    if held:
        yield _block(held)


def _block(lines: Sequence[Line], *, level: int = 0) -> _Block:
    text = "\n".join(line.text for line in lines)
    words = words_of(_ID.sub(" ", text))
    return _Block(line=lines[0].number, words=words, ids=frozenset(_ID.findall(text)), level=level)


def _answers(
    outline: Outline, scenarios: Sequence[FailureScenario], *, template: frozenset[Run]
) -> dict[str, list[_Answer]]:
    """The answers of each scenario: what names it, and what follows until something else is named or its heading ends."""
    blocks = list(_blocks(outline))
    by_run = _by_run(scenarios)
    sizes: dict[str, int] = {each.evidence: len(set(runs_of(words_of(shown(each.words))))) for each in scenarios}
    met = [_named_in(block, by_run, sizes=sizes) for block in blocks]
    ends = _ends(blocks, met)
    found: dict[str, list[_Answer]] = {}
    for at, ids in enumerate(met):
        if ids:
            words = [word for block in blocks[at : ends[at]] for word in block.words]
            own = without_template(own_words(words, by_run), template)
            for each in ids:
                found.setdefault(each, []).append(_Answer(line=blocks[at].line, own=own, share=len(ids)))
    return found


def _by_run(scenarios: Sequence[FailureScenario]) -> dict[Run, list[str]]:
    found: dict[Run, list[str]] = {}
    for each in scenarios:
        for run in set(runs_of(words_of(shown(each.words)))):
            found.setdefault(run, []).append(each.evidence)
    return found


def _named_in(block: _Block, by_run: Mapping[Run, Sequence[str]], *, sizes: Mapping[str, int]) -> frozenset[str]:
    """The scenarios that a block names by id; where it names none, those whose words it has."""
    if by_id := block.ids & sizes.keys():
        return frozenset(by_id)
    hits = Counter(each for run in set(runs_of(block.words)) for each in by_run.get(run, ()))
    return frozenset(each for each, number in hits.items() if number / sizes[each] >= LEAST_MET)


def _ends(blocks: Sequence[_Block], met: Sequence[frozenset[str]]) -> list[int]:
    """For each block, the place of the next that names a scenario, or of the heading that ends the block's own."""
    ends = [len(blocks)] * len(blocks)
    levels = list(accumulate((block.level for block in blocks), lambda level, own: own or level, initial=0))[1:]
    next_named = len(blocks)
    next_heading = [len(blocks)] * 7
    for at in range(len(blocks) - 1, -1, -1):
        ends[at] = min(next_named, *next_heading[: levels[at] + 1]) if levels[at] else min(next_named, *next_heading)
        if met[at]:
            next_named = at
        if blocks[at].level:
            next_heading[blocks[at].level] = at
    return ends

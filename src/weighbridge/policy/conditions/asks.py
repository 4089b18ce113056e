"""Questions that go over the whole document at once: asked once for all conditions, and answered with the reason where they cannot be."""

import re
from bisect import bisect_left
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from weighbridge.domain.findings import FindingState
from weighbridge.domain.outcomes import CouldNotLook, OutcomeState, Reason
from weighbridge.landscape.globs import why_not_a_glob
from weighbridge.policy.conditions.path_globs import literal_root
from weighbridge.policy.conditions.regexes import all_paths_lie_in, any_path_lies_in
from weighbridge.policy.view.analysis import OutcomeReason
from weighbridge.policy.view.view import View

MOST_STARS = 3
"""How often `*` may stand in the pattern of a rule."""

_RULE = re.compile(r"[a-z0-9*][a-z0-9*-]*(/[a-z0-9*][a-z0-9*-]*)?")


class Question(StrEnum):
    """What is asked, by the function that asks it."""

    TOUCHES = "touches"
    TOUCHES_ONLY = "touches_only"
    FOUND = "found"
    LOOKED = "looked"

    @property
    def is_of_paths(self) -> bool:
        """Whether its patterns are of paths; those of the others are of rules."""
        return self in (Question.TOUCHES, Question.TOUCHES_ONLY)

    @property
    def reads(self) -> tuple[str, ...]:
        """What of the document an answer depends on."""
        return ("change.files",) if self.is_of_paths else ("findings", "outcomes")


class Ask(Struct, frozen=True, kw_only=True):
    """One question with its patterns."""

    question: Question
    patterns: tuple[str, ...]

    @property
    def key(self) -> str:
        """What its answer stands under."""
        return "\n".join((self.question, *self.patterns))

    def answer(self, subjects: "Subjects") -> bool | CouldNotLook:
        """The answer for one document."""
        match self.question:
            case Question.TOUCHES:
                return subjects.touches(self.patterns)
            case Question.TOUCHES_ONLY:
                return subjects.touches_only(self.patterns)
            case Question.FOUND:
                return subjects.found(self.patterns)
            case Question.LOOKED:
                return subjects.blind(self.patterns) is None


class Subjects(Struct, frozen=True, kw_only=True):
    """What questions are asked of: every changed path on either side, sorted, and rules with what came of them.

    `with_findings` are the rules with a new finding, `unseeing` those that could not look somewhere, `asked` all of them.
    """

    paths: tuple[str, ...]
    with_findings: frozenset[str]
    unseeing: dict[str, CouldNotLook]
    asked: frozenset[str]

    def touches(self, patterns: tuple[str, ...]) -> bool:
        """Whether any path lies in one of the globs."""
        return any(self._any_in(pattern) for pattern in patterns)

    def _any_in(self, pattern: str) -> bool:
        root = literal_root(pattern)
        if root is None:
            return any_path_lies_in(self.paths, (pattern,))
        folder, is_itself = root
        if not folder:
            return bool(self.paths)
        return self._any_below(f"{folder}/") or (is_itself and folder in self.paths)

    def _any_below(self, folder: str) -> bool:
        at = bisect_left(self.paths, folder)
        return at < len(self.paths) and self.paths[at].startswith(folder)

    def touches_only(self, patterns: tuple[str, ...]) -> bool:
        """Whether there are paths and each lies in one of the globs."""
        return bool(self.paths) and all_paths_lie_in(self.paths, patterns)

    def found(self, patterns: tuple[str, ...]) -> bool | CouldNotLook:
        """Whether a new finding is there; where none is, only rules that looked can say so."""
        if any(rule in self.with_findings for rule in _meant(patterns, self.with_findings)):
            return True
        return self.blind(patterns) or False

    def blind(self, patterns: tuple[str, ...]) -> CouldNotLook | None:
        """What kept one of the rules from looking, if anything did."""
        meant = _meant(patterns, self.asked)
        if not meant:
            named = ", ".join(patterns)
            return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"no rule {named} looked at this change")
        return next((self.unseeing[rule] for rule in sorted(meant) if rule in self.unseeing), None)


def subjects_of(view: View) -> Subjects:
    """What questions are asked of, in one document. Who renames a file touches both places."""
    files = view.change.files
    unseeing: dict[str, CouldNotLook] = {}
    for outcome in view.outcomes:
        if outcome.state is OutcomeState.COULD_NOT_LOOK:
            detail = f"{outcome.rule} could not look at {outcome.subject or 'the change'}"
            reason = Reason.FAILED if outcome.reason is OutcomeReason.NONE else Reason(outcome.reason)
            unseeing.setdefault(outcome.rule, CouldNotLook(reason=reason, detail=detail))
    return Subjects(
        paths=tuple(sorted({path for file in files for path in (file.path, file.old_path) if path})),
        with_findings=frozenset(f.rule for f in view.findings if f.state is FindingState.NEW),
        unseeing=unseeing,
        asked=frozenset(outcome.rule for outcome in view.outcomes),
    )


def _meant(patterns: tuple[str, ...], rules: frozenset[str]) -> list[str]:
    """Those of `rules` that the patterns name."""
    plain = [pattern for pattern in patterns if pattern in rules]
    if any("*" in pattern for pattern in patterns):
        return [*plain, *filter(_rules(patterns).fullmatch, rules)]
    return plain


@lru_cache(maxsize=1024)
def _rules(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(pattern).replace(r"\*", ".*") for pattern in patterns))


def why_not_a_pattern(question: Question, pattern: str) -> str:
    """What keeps `pattern` from being one of this question's, in words; empty when nothing does."""
    if question.is_of_paths:
        return why_not_a_glob(pattern) if pattern else "a pattern must not be empty"
    if pattern.count("*") > MOST_STARS:
        return f"at most {MOST_STARS} `*` fit in one pattern"
    return "" if _RULE.fullmatch(pattern) else "a rule is written `family/name`, with `*` for any"

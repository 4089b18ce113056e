"""Questions that go over the whole document at once: asked once for all conditions, and answered with the reason where they cannot be."""

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from weighbridge.domain.findings import FindingState
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, OutcomeState, Reason
from weighbridge.landscape.globs import PathGlobs, why_not_a_glob
from weighbridge.policy.view.view import View

ANSWERS = "@asked"
"""The name that answers stand under; nobody can write it in an expression."""

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

    def answer(self, view: View) -> bool | CouldNotLook:
        """The answer for one document."""
        match self.question:
            case Question.TOUCHES:
                globs = PathGlobs(self.patterns)
                return any(globs.matches(RepoPath(path)) for path in _paths(view))
            case Question.TOUCHES_ONLY:
                globs = PathGlobs(self.patterns)
                return bool(view.change.files) and all(globs.matches(RepoPath(path)) for path in _paths(view))
            case Question.FOUND:
                return self._found(view)
            case Question.LOOKED:
                return not isinstance(self._blind(view), CouldNotLook)

    def _found(self, view: View) -> bool | CouldNotLook:
        """Whether a new finding is there; where none is, only rules that looked can say so."""
        rules = _rules(self.patterns)
        if any(f.state is FindingState.NEW and rules.fullmatch(f.rule) for f in view.findings):
            return True
        return self._blind(view) or False

    def _blind(self, view: View) -> CouldNotLook | None:
        """What kept one of the rules from looking, if anything did."""
        rules = _rules(self.patterns)
        outcomes = [outcome for outcome in view.outcomes if rules.fullmatch(outcome.rule)]
        named = ", ".join(self.patterns)
        for outcome in outcomes:
            if outcome.state is OutcomeState.COULD_NOT_LOOK:
                reason = outcome.reason if isinstance(outcome.reason, Reason) else Reason.FAILED
                return CouldNotLook(
                    reason=reason, detail=f"{outcome.rule} could not look at {outcome.subject or 'the change'}"
                )
        if not outcomes:
            return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"no rule {named} looked at this change")
        return None


def _paths(view: View) -> list[str]:
    """Every changed path, on either side: who renames a file touches both places."""
    old = [file.old_path for file in view.change.files if isinstance(file.old_path, str)]
    return [*(file.path for file in view.change.files), *old]


@lru_cache(maxsize=1024)
def _rules(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(pattern).replace(r"\*", ".*") for pattern in patterns))


def why_not_a_pattern(question: Question, pattern: str) -> str:
    """What keeps `pattern` from being one of this question's, in words; empty when nothing does."""
    if question.is_of_paths:
        return why_not_a_glob(pattern) if pattern else "a pattern must not be empty"
    return "" if _RULE.fullmatch(pattern) else "a rule is written `family/name`, with `*` for any"

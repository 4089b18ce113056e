"""Questions that go over the whole document at once: asked once for all conditions, and answered with the reason where they cannot be."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct

from weighbridge.domain.findings import FindingState
from weighbridge.domain.landing import landed
from weighbridge.domain.outcomes import CouldNotLook, OutcomeState, Reason
from weighbridge.landscape.globs import why_not_a_glob
from weighbridge.policy.conditions.path_globs import literal_root
from weighbridge.policy.conditions.regexes import all_paths_lie_in, any_path_lies_in
from weighbridge.policy.view.analysis import OutcomeReason

MOST_STARS = 3
"""How often `*` may stand in the pattern of a rule."""

_LANDS_ON = "change.files[].lands_on"
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
                return subjects.looked(self.patterns)


class Subjects(Struct, frozen=True, kw_only=True, dict=True):
    """What questions are asked of; None for what the document does not hold.

    `paths` are those of all changed files on either side, sorted. `lands_on` are the places of the base that they land
    on under another spelling, None where any file does not say. `with_findings` are the rules with a new finding,
    `unseeing` those that could not look somewhere, `asked` all of them.
    """

    paths: tuple[str, ...] | None
    lands_on: tuple[str, ...] | None
    with_findings: frozenset[str] | None
    unseeing: dict[str, CouldNotLook]
    asked: frozenset[str] | None

    @cached_property
    def landing(self) -> tuple[str, ...]:
        """What the paths become where a disk holds several spellings for one, sorted."""
        return tuple(sorted(map(landed, self.paths or ())))

    def touches(self, patterns: tuple[str, ...]) -> bool | CouldNotLook:
        """Whether any path lies in one of the globs, as it is spelled or as a disk may take it."""
        if self.paths is None:
            return _absent("change.files")
        paths, elsewhere = self.paths, self.lands_on or ()
        if any(_any_in(paths, pattern) for pattern in patterns):
            return True
        if any(_any_lands_in(self.landing, pattern) for pattern in patterns):
            return True
        if elsewhere and any(_any_in(elsewhere, pattern) for pattern in patterns):
            return True
        return _absent(_LANDS_ON) if self.lands_on is None else False

    def touches_only(self, patterns: tuple[str, ...]) -> bool | CouldNotLook:
        """Whether there are paths and each lies in one of the globs, with everything that it lands on."""
        if self.paths is None:
            return _absent("change.files")
        if not self.paths or not all_paths_lie_in(self.paths, patterns):
            return False
        if self.lands_on is None:
            return _absent(_LANDS_ON)
        return not self.lands_on or all_paths_lie_in(self.lands_on, patterns)

    def found(self, patterns: tuple[str, ...]) -> bool | CouldNotLook:
        """Whether a new finding is there; where none is, only rules that looked can say so."""
        if self.with_findings is None:
            return _absent("findings")
        return bool(_meant(patterns, self.with_findings)) or self.blind(patterns) or False

    def looked(self, patterns: tuple[str, ...]) -> bool | CouldNotLook:
        """Whether such rules were asked and could all look."""
        return _absent("outcomes") if self.asked is None else self.blind(patterns) is None

    def blind(self, patterns: tuple[str, ...]) -> CouldNotLook | None:
        """What kept one of the rules from looking, if anything did."""
        if self.asked is None:
            return _absent("outcomes")
        meant = _meant(patterns, self.asked)
        if not meant:
            named = ", ".join(patterns)
            return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"no rule {named} looked at this change")
        return next((self.unseeing[rule] for rule in sorted(meant) if rule in self.unseeing), None)


def subjects_of(values: Mapping[str, Any]) -> Subjects:
    """What questions are asked of, in the plain values of a document. Who renames a file touches both places."""
    files = values.get("change", {}).get("files")
    findings = values.get("findings")
    outcomes = values.get("outcomes")
    unseeing: dict[str, CouldNotLook] = {}
    for outcome in outcomes or ():
        if outcome.get("state") == OutcomeState.COULD_NOT_LOOK:
            rule = outcome.get("rule", "")
            detail = f"{rule} could not look at {outcome.get('subject') or 'the change'}"
            reason = outcome.get("reason", OutcomeReason.NONE)
            known = Reason.FAILED if reason == OutcomeReason.NONE else Reason(reason)
            unseeing.setdefault(rule, CouldNotLook(reason=known, detail=detail))
    paths = None if files is None else _paths(files)
    return Subjects(
        paths=paths,
        lands_on=_lands_on(files or ()),
        with_findings=None if findings is None else _with_findings(findings),
        unseeing=unseeing,
        asked=None if outcomes is None else frozenset([outcome.get("rule", "") for outcome in outcomes]),
    )


def _paths(files: list[dict[str, Any]]) -> tuple[str, ...]:
    found = {path for file in files for path in (file.get("path"), file.get("old_path")) if path}
    return tuple(sorted(found))


def _lands_on(files: Sequence[dict[str, Any]]) -> tuple[str, ...] | None:
    """What the files land on; None where one of them does not say."""
    told = [file.get("lands_on") for file in files]
    return tuple(sorted({path for paths in told for path in paths or ()})) if None not in told else None


def _with_findings(findings: list[dict[str, Any]]) -> frozenset[str]:
    """The rules with a finding that is new; one of which nobody says what it is counts as new."""
    new = FindingState.NEW
    return frozenset([finding.get("rule", "") for finding in findings if finding.get("state", new) == new])


def _absent(path: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"`{path}` is absent")


def _any_in(paths: tuple[str, ...], pattern: str) -> bool:
    root = literal_root(pattern)
    if root is None:
        return any_path_lies_in(paths, (pattern,))
    folder, is_itself = root
    return _any_below(paths, folder, is_itself=is_itself) if folder else bool(paths)


def _any_below(paths: tuple[str, ...], folder: str, *, is_itself: bool) -> bool:
    """Whether one of the sorted paths lies in a folder, or is the file of that name."""
    return _first_from(paths, f"{folder}/").startswith(f"{folder}/") or (
        is_itself and _first_from(paths, folder) == folder
    )


def _any_lands_in(landing: tuple[str, ...], pattern: str) -> bool:
    """Whether one of the landed paths lies in what a glob names outright, however either is spelled."""
    root = _landed_root(pattern)
    return root is not None and _any_below(landing, root[0], is_itself=root[1])


@lru_cache(maxsize=4096)
def _landed_root(pattern: str) -> tuple[str, bool] | None:
    root = literal_root(pattern)
    return (landed(root[0]), root[1]) if root is not None and landed(root[0]) else None


def _first_from(paths: tuple[str, ...], start: str) -> str:
    at = bisect_left(paths, start)
    return paths[at] if at < len(paths) else ""


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

"""Composes the review package: the decision as it stands, and beside it what helps a person to read it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.change import Change, ChangeKind
from weighbridge.domain.impact import ReachedKind
from weighbridge.domain.package import Decision, Excerpt, Names, Presentation, ReviewPackage, Sequence
from weighbridge.domain.risk import Risk
from weighbridge.review.canonical import decision_digest, rfc3339
from weighbridge.review.question import review_question
from weighbridge.review.sentences import calm_line, count, headline, listed, severities
from weighbridge.review.standing import is_quiet, new_findings, tally


def compose(
    decision: Decision,
    risk: Risk,
    *,
    made_at: datetime,
    sequences: Iterable[Sequence] = (),
    excerpts: Iterable[Excerpt] = (),
    in_force: Iterable[str] = (),
) -> ReviewPackage:
    """The package of `decision`; its digest is that of the decision alone, whatever this clone calls things."""
    decision, names = _apart(decision)
    presentation = Presentation(
        summary=summary(decision, risk),
        question="" if is_quiet(decision) else review_question(decision),
        reproduce=reproduce(decision, names),
        risk=risk,
        sequences=tuple(sequences),
        made_at=rfc3339(made_at.replace(microsecond=0)),
        excerpts=tuple(excerpts),
        names=names,
        in_force=tuple(in_force),
    )
    return ReviewPackage(decision=decision, presentation=presentation, digest=decision_digest(decision))


def as_decided(package: ReviewPackage) -> ReviewPackage:
    """A package as its decision alone tells it, for who signs that: no digest covers what stands beside it.

    Whoever may keep packages can have written that. The risk with its scenarios stays: it is in no decision.
    """
    decision, beside = package.decision, package.presentation
    said = Presentation(
        summary=summary(decision, beside.risk),
        question="" if is_quiet(decision) else review_question(decision),
        reproduce=reproduce(decision, Names()),
        risk=beside.risk,
        made_at=beside.made_at,
    )
    return replace(package, presentation=said)


def _apart(decision: Decision) -> tuple[Decision, Names]:
    """What was decided, and the names that differ between clones which decide the same."""
    change, trust = decision.change, decision.trust
    names = Names(
        repository=change.repository,
        range_text=change.range_text,
        target=trust.target,
        target_name=trust.target_name,
    )
    anonymous = replace(
        decision,
        change=replace(change, repository="", range_text=""),
        trust=replace(trust, target="", target_name=""),
    )
    return anonymous, names


def summary(decision: Decision, risk: Risk) -> str:
    """The change in one sentence: where it is, what is dangerous about it, whom it reaches, what nobody saw."""
    change = decision.change
    if not change.files and not new_findings(decision):
        return "Nothing changed."
    if is_quiet(decision):
        return calm_line(decision, risk)
    coverage = decision.coverage
    findings = new_findings(decision)
    parts = [f"{severities(tally(findings))} {'finding' if len(findings) == 1 else 'findings'}"] if findings else []
    if tier_one := decision.impact.names(ReachedKind.TIER_ONE):
        parts.append(f"it reaches tier-1 {listed(tier_one)}")
    elif decision.surfaces:
        kinds = tuple(dict.fromkeys(str(s.kind) for s in decision.surfaces))
        parts.append(f"it touches a sensitive surface ({listed(kinds)})")
    if hidden := len(coverage.files) - coverage.examined:
        parts.append(f"{count(hidden, 'file')} could not be examined")
    if not parts:
        parts.append(_calm(decision))
    return f"{headline(decision)}: {'; '.join(parts)}."


def _calm(decision: Decision) -> str:
    if decision.gate.state.is_open:
        return f"nothing dangerous found; {count(len(decision.gate.open), 'requirement')} open"
    return "nothing dangerous found"


def reproduce(decision: Decision, names: Names) -> str:
    """The exact command that weighs this change again, with object ids in the place of names that move."""
    change = decision.change
    given = "".join(f" --input {each.kind}=FILE" for each in decision.inputs)
    options = f"{f' --target {names.target}' if names.target else ''}{given}"
    remarks = [f"{each.kind} is {each.digest}" for each in decision.inputs]
    if change.kind in _UNCOMMITTED:
        what = _UNCOMMITTED[change.kind]
        remarks = [_against(change), *remarks]
    elif change.head_commit is None:
        what = ""
        remarks = [_against(change), *remarks]
    elif change.base_commit is None:
        what = f" {change.head_commit}"
    else:
        what = f" {change.base_commit}..{change.head_commit}"
    return f"weighbridge review{what}{options}" + (f"  # {', '.join(remarks)}" if remarks else "")


_UNCOMMITTED: Final = {ChangeKind.STAGED: " --staged", ChangeKind.WORKTREE: " --worktree"}


def _against(change: Change) -> str:
    """What must be checked out for the command to see the same: only a tree names what has no commit."""
    return f"tree {change.head_tree} on {change.base_commit or change.base_tree}"


def count_lines(change: Change) -> str:
    """The git command that prints as many lines as the change is said to have: by git's defaults it may count others."""
    tree = change.kind not in (ChangeKind.STAGED, ChangeKind.WORKTREE)
    command = "diff-tree -r" if tree else "diff --cached" if change.kind is ChangeKind.STAGED else "diff"
    head = f" {change.head_commit or change.head_tree}" if tree else ""
    how = "--shortstat -M -l1000 --diff-algorithm=histogram --no-ext-diff --no-textconv"
    return f"git {command} {how} {change.base_commit or change.base_tree}{head}"

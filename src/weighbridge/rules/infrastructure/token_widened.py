"""The token of a workflow may do more than before."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.pipelines.rights import STRONG, Widening, widenings

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(250,),
    tags=("pipeline", "iam"),
)
_FINDINGS: Final = "security-events"
_SCANNERS: Final = ("github/codeql-action/", "ossf/scorecard-action")
"""Actions that hand in what a scanner found, and fail without that right."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each place at which more is given."""
    pipelines = case[Pipelines]
    for old, new in pipelines.of_head:
        for each in widenings(old, new, all_of=pipelines):
            who = f"`{each.job}`" if each.job else "every job that says nothing of its own"
            who = (
                "what anybody outside may start, with another's action by a name that can be moved,"
                if each.is_for_all
                else who
            )
            who = "the next job that says nothing of its own" if each.is_latent else who
            yield RULE.finding(
                f"{who} {_words(each)}; so may each action and script in it",
                new.at(each.line),
                anchor=each.key,
                severity=_severity(each, new),
            )


def _words(each: Widening) -> str:
    if each.is_default:
        return (
            "has what the repository's settings give, which may be the right to write everything: `permissions` is gone"
        )
    if each.is_whole:
        return "may write everything in the repository"
    strong = [f"{STRONG[scope]} (`{scope}: write`)" for scope in each.scopes if scope in STRONG]
    weak = [f"`{scope}`" for scope in each.scopes if scope not in STRONG]
    said = " and ".join([*strong, *([f"write {', '.join(weak)}"] if weak else [])])
    return f"may {said}" if each.is_for_all else f"may {said}, and could not"


def _severity(each: Widening, new: Pipeline) -> Severity:
    """A right is the graver the more run with it, and the less these are known."""
    if each.is_default and each.job and new.jobs[each.job].uses is not None:
        return Severity.MEDIUM  # what is called says itself how much less it takes
    if each.is_latent or each.is_for_all:
        return Severity.MEDIUM
    if each.is_whole or each.is_default:
        return Severity.HIGH
    if not any(scope in STRONG for scope in each.scopes):
        return Severity.MEDIUM if new.is_for_outsiders else Severity.LOW
    is_wide = not each.job and "pull_request" in new.triggers and not _is_taken_up(each, new)
    return Severity.HIGH if new.is_for_outsiders or is_wide else Severity.MEDIUM


def _is_taken_up(each: Widening, new: Pipeline) -> bool:
    """Whether the one grave right is that to hand in what scanners found, and each job that gets it does so."""
    jobs = [job for job in new.jobs.values() if job.rights is None]
    return {scope for scope in each.scopes if scope in STRONG} == {_FINDINGS} and all(
        any(step.action.startswith(_SCANNERS) for step in job.steps) for job in jobs
    )

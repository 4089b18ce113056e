"""Terraform that is still used is declared no longer, or a module and its callers do not agree any more."""

from collections.abc import Iterable, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.undeclared import lost_names, refused_calls

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each name; what callers in other folders run into is graver, for nothing of their own changed."""
    sources = case[Infrastructure].sources
    for lost in lost_names(sources):
        yield RULE.finding(
            f"`{lost.name}` is no longer declared, but {_named(lost.users)} still uses it: Terraform refuses every plan and apply"
            " of this folder until the reference goes too",
            lost.place,
            anchor=f"undeclared {lost.folder} {lost.name}",
        )
    for each in refused_calls(sources):
        callers = _named(each.callers)
        words = (
            f"variable `{each.variable}` is removed from the module, but {callers} still passes it: Terraform refuses the next plan"
            ' there with "Unsupported argument"; remove it from the calls too'
            if each.is_gone
            else f"variable `{each.variable}` must be given from now on, for it has no default, but {callers} calls the module"
            ' without it: Terraform refuses the next plan there with "Missing required argument"; give it a default or set it in the calls'
        )
        yield RULE.finding(words, each.place, anchor=f"variable {each.folder} {each.variable}", severity=Severity.HIGH)


def _named(paths: Sequence[RepoPath]) -> str:
    return f"`{paths[0]}`{f' (and {len(paths) - 1} more)' if len(paths) > 1 else ''}"

"""Code that anybody proposes runs with the secrets of the repository."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.outsiders import TakenCode, taken_code

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(829, 94),
    tags=("pipeline", "exposure"),
)

_CACHE = "the cache, from which later runs with secrets take what it left,"


def check(case: Case) -> Iterable[Finding]:
    """One finding for each job that takes such code and did not, or now has more at hand."""
    for old, new in case[Pipelines].whole_of_head:
        before = {each.job.name: _severity(each) for each in taken_code(old)} if old is not None else {}
        for each in taken_code(new):
            known, severity = before.get(each.job.name), _severity(each)
            if known is not None and known.rank <= severity.rank:
                continue
            what = "secrets or a token that may write" if each.has_power else _CACHE
            let_in = "; somebody lets it in, and it may be another by then" if each.is_let_in else ""
            yield RULE.finding(
                f"on `{each.event}` whoever proposes a change has their code in `{each.job.name}`, which has {what} at hand{let_in}",
                new.at(each.line),
                anchor=f"{each.job.name} {each.event}",
                severity=severity,
            )


def _severity(each: TakenCode) -> Severity:
    if each.is_let_in or not each.is_run:
        return Severity.MEDIUM
    if not each.has_power:
        return Severity.HIGH if each.is_surely_run else Severity.MEDIUM
    return Severity.CRITICAL if each.event == "pull_request_target" else Severity.HIGH

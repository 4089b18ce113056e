"""A pipeline hands secrets to more than need them."""

import re
from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.secrets import is_for_others, is_given_away

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(200, 798),
    tags=("pipeline", "exposure", "secrets"),
)
_ALL_SECRETS = re.compile(r"\$\{\{\s*(?:toJSON\s*\(\s*secrets\s*\)|secrets)\s*\}\}", re.IGNORECASE)
_SECRET = re.compile(r"\$\{\{[^}]*\bsecrets\.(?!GITHUB_TOKEN\b)\w+")

Found = tuple[str, int, str, Severity]


def check(case: Case) -> Iterable[Finding]:
    """One finding for each place that hands on more, and did not before."""
    pipelines = case[Pipelines]
    known = {key for old in pipelines.before for key, *_ in _found(old)}
    for _, new in pipelines.of_head:
        for key, line, words, severity in _found(new):
            if key not in known:
                yield RULE.finding(words, new.at(line), anchor=key, severity=severity)


def _found(pipeline: Pipeline) -> Iterator[Found]:
    for job in pipeline.jobs.values():
        if job.secrets is not None and job.secrets.value == "inherit" and job.uses is not None:
            called = job.uses.value
            severity = Severity.LOW if called.startswith("./") else Severity.MEDIUM
            if pipeline.is_for_outsiders and not called.startswith("./"):
                severity = Severity.HIGH
            words = f"`{called.partition('@')[0]}` gets every secret that `{job.name}` could have, whichever it needs"
            yield f"{job.name} inherit", job.secrets.line, words, severity
    scripts = [(step.label, step.script) for _, step in pipeline.steps if step.script is not None]
    values = [
        (step.label, text) for _, step in pipeline.steps for text in (*step.env.values(), *step.settings.values())
    ]
    values += [("the workflow", text) for text in pipeline.env.values()]
    values += [(job.name, text) for job in pipeline.jobs.values() for text in job.env.values()]
    for name, text in [*scripts, *values]:
        if _ALL_SECRETS.search(text.value):
            yield f"{name} all", text.line, f"`{name}` gets all secrets at once, in the clear", Severity.HIGH
    for name, text in pipeline.env.items():
        if _SECRET.search(text.value):
            words = f"every action and script of every job sees the secret in `{name}`"
            yield f"env {name}", text.line, words, Severity.HIGH if pipeline.is_for_outsiders else Severity.MEDIUM
    for env in (pipeline.env, *(job.env for job in pipeline.jobs.values()), *(step.env for _, step in pipeline.steps)):
        for name, text in env.items():
            if is_given_away(name, text.value):
                words = f"whoever may read the repository has what `{name}` is set to, and its history keeps it"
                yield f"value {name}", text.line, words, Severity.HIGH if is_for_others(name) else Severity.MEDIUM

"""A pipeline hands secrets to more than need them."""

import re
from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.secrets import is_for_others, is_given_away, is_secret_name
from weighbridge.landscape.infrastructure.written_secrets import is_issued

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

_HELD = re.compile(r"[0-9a-f]{40}|.*\d.*")
"""A commit, or a name with a number, as tags have."""
_KEY = re.compile(r"[A-Za-z0-9/+]{40}")
"""The secret that goes with a key's id, as long as AWS makes it."""
_OPEN = ("AKIA", "ASIA", "AIza")
"""What names a key, or may be one that browsers are given."""

Found = tuple[str, int, str, Severity]


def check(case: Case) -> Iterable[Finding]:
    """One finding for each place that hands on more, and did not before."""
    pipelines = case[Pipelines]
    known = {key for old in pipelines.before for key, *_ in (*_inherited(old, pipelines), *_found(old))}
    for _, new in pipelines.of_head:
        for key, line, words, severity in (*_inherited(new, pipelines), *_found(new)):
            if key not in known:
                yield RULE.finding(words, new.at(line), anchor=key, severity=severity)


def _inherited(pipeline: Pipeline, all_of: Pipelines) -> Iterator[Found]:
    """Jobs that give all secrets to a workflow: to whatever is pushed to a branch of others is the gravest."""
    for job in pipeline.jobs.values():
        if job.secrets is not None and job.secrets.value == "inherit" and job.uses is not None:
            called, _, version = job.uses.value.partition("@")
            is_here = called.startswith("./")
            moves = not is_here and _HELD.fullmatch(version) is None and not all_of.is_ours(called.partition("/")[0])
            severity = Severity.LOW if is_here else Severity.MEDIUM
            if not is_here and (pipeline.is_for_outsiders or moves):
                severity = Severity.HIGH
            words = f"`{called}` gets every secret that `{job.name}` could have, whichever it needs"
            if moves:
                words += f"; whoever may push to `{version}` there decides what it does with them"
            yield f"{job.name} inherit", job.secrets.line, words, severity


def _found(pipeline: Pipeline) -> Iterator[Found]:
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
    yield from _written(pipeline)


def _written(pipeline: Pipeline) -> Iterator[Found]:
    """Values that stand in the file: in variables, and in what a step is given."""
    steps = [step for _, step in pipeline.steps]
    given = [pipeline.env, *(job.env for job in pipeline.jobs.values())]
    given += [values for step in steps for values in (step.env, step.settings)]
    for values in given:
        has_key = any(_is_key_id(text.value) for text in values.values())
        for name, text in values.items():
            value = text.value.strip().strip("\"'")
            is_of_pair = has_key and is_secret_name(name) and _KEY.fullmatch(value) is not None
            is_sure = is_of_pair or (is_issued(value) and not value.startswith(_OPEN))
            if is_sure or is_given_away(name, value):
                words = f"whoever may read the repository has what `{name}` is set to, and its history keeps it"
                yield (
                    f"value {name}",
                    text.line,
                    words,
                    Severity.HIGH if is_sure or is_for_others(name) else Severity.MEDIUM,
                )


def _is_key_id(value: str) -> bool:
    """Whether it names a key of AWS, and is none of those that its documentation shows."""
    return value[:4] in ("AKIA", "ASIA") and is_issued(value.strip())

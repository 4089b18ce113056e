"""What of a pipeline checks, and what deploys; and where a check counts less than before."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.infrastructure.pipelines.commands import CALLED_TESTS, TESTS, is_idle
from weighbridge.landscape.infrastructure.pipelines.github import is_never
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pair, Pipeline, Step

_CHECKS: Final = re.compile(
    r"(?<![a-z])(?:tests?|pytest|unittest|jest|vitest|mocha|rspec|phpunit|lint\w*|linter|check(?:s|er|style)?|scan\w*|verif\w+|audit|security|sast"
    r"|codeql(?:-action/analyze)?|semgrep|trivy\w*|snyk|sonar\w*|grype|checkov|tfsec|kics|gitleaks|trufflehog|zizmor|mypy|ruff|eslint|clippy|vet"
    r"|typecheck|tsc|dependency-review\w*|govulncheck|osv-scanner|bandit|hadolint|e2e|integration|validate|coverage|weighbridge)(?![a-z])",
    re.IGNORECASE,
)
_SCANS: Final = re.compile(
    r"codeql|semgrep|trivy|snyk|sonar|grype|checkov|tfsec|kics|gitleaks|trufflehog|zizmor|dependency-review|govulncheck|osv-scanner|bandit"
    r"|(?<![a-z])(?:sast|security|audit|scan)(?![a-z])|secret",
    re.IGNORECASE,
)
_ONLY_TELLS: Final = re.compile(
    r"upload|download|codecov|coveralls|report|comment|notify|slack|cache|artifact|setup-|checkout|publish|badge|summary|label|stale|annotat|sarif"
    r"|check-?run|changed-files|paths-filter|install|(?:generat|creat)\w*[^\n]{0,40}\bsboms?\b|\bsbom[^\n]{0,40}(?:generat|creat)",
    re.IGNORECASE,
)
_DEPLOYS: Final = re.compile(
    r"(?<![a-z])(?:deploy\w*|release|publish\w*|rollout|promote|prod(?:uction)?)(?![a-z])", re.IGNORECASE
)
DEPLOYS_BY: Final = re.compile(
    r"terraform\s+(?:-\S{1,200}\s+){0,10}apply|tofu\s+(?:-\S{1,200}\s+){0,10}apply|kubectl\s+(?:-\S{1,200}\s+(?:[^-\s]\S{0,200}\s+)??){0,5}(?:apply|set|rollout)|helm\s+(?:-\S{1,200}\s+(?:[^-\s]\S{0,200}\s+)??){0,5}(?:upgrade|install)"
    r"|docker\s+push|npm\s+publish|twine\s+upload|cargo\s+publish|gem\s+push|mvn\b[^\n]{0,300}?\bdeploy|gradlew?\b[^\n]{0,300}?\bpublish"
    r"|gcloud\b[^\n]{0,300}?\bdeploy|aws\s+(?:s3\s+sync|ecs\s+update-service|cloudformation\s+deploy)|flyctl\s+deploy|vercel\b[^\n]{0,300}?--prod|cdk\s+deploy"
    r"|serverless\s+deploy|pulumi\s+up|ansible-playbook|gh\s+release\s+create",
    re.IGNORECASE,
)
_IGNORED: Final = re.compile(r"\|\|\s*(?:true|:|exit\s+0|echo\b[^\n]*)\s*(?:$|[;)#])|^\s*set\s+\+e\b", re.MULTILINE)
_SOFT: Final = (
    ("exit-code", "1", "0"), ("soft_fail", "false", "true"), ("soft-fail", "false", "true"), ("fail-build", "true", "false"),
    ("fail-on-error", "true", "false"), ("fail_on_error", "true", "false"), ("fail-on-findings", "true", "false"),
    ("exit-zero", "false", "true"), ("continue-on-error", "false", "true"), ("warn-only", "false", "true"),
)  # fmt: skip
"""Settings of scanners by which what they find fails nothing: name, what it is by default, what lets all pass."""
_BEFORE_A_MERGE: Final = ("pull_request", "pull_request_target", "merge_group", "workflow_call")
_OF_A_PROPOSAL: Final = re.compile(r"pull|queue|\*\*|\bpr/|branches-ignore", re.IGNORECASE)
"""In the filters of pushes: branches on which a robot, or everybody, proposes."""


class Lapse(Struct, frozen=True, kw_only=True):
    """One thing that checks, or waits, less: where in head or, if it is gone, in base, and what it comes to."""

    pipeline: Pipeline
    line: int
    key: str
    words: str
    is_grave: bool = True


def is_check(job: Job, step: Step | None = None) -> bool:
    """Whether a step, or any of a job, tells good from bad."""
    if step is None:
        return any(is_check(job, each) for each in job.steps) or _is_called_check(job)
    said = f"{step.name} {step.action}"
    if _ONLY_TELLS.search(said):
        return False
    return bool(_CHECKS.search(f"{said} {step.script.value if step.script else ''}"))


def is_deployment(job: Job) -> bool:
    """Whether a job brings something to where others use it."""
    if job.environment or _DEPLOYS.search(job.name):
        return True
    scripts = (each.script.value for each in job.steps if each.script is not None)
    return any(DEPLOYS_BY.search(each) for each in scripts) or any(_DEPLOYS.search(each.action) for each in job.steps)


def softened(pair: Pair, all_of: Pipelines) -> Iterator[Lapse]:
    """The checks that count less than before: their failure is ignored, or they do not run any more."""
    new = pair.new
    if new is not None:
        for job in new.jobs.values():
            was = all_of.counterpart(job, pair.old)
            if was is not None:
                yield from _of_job(was, job, new=new)
        if pair.old is not None:
            yield from _of_triggers(pair.old, new)
    if pair.old is not None and not pair.is_unread:
        yield from _gone(pair.old, new, all_of=all_of)


def _of_job(was: Job, job: Job, *, new: Pipeline) -> Iterator[Lapse]:
    if is_check(job) and job.is_optional and not was.is_optional:
        words = f"`{job.name}` may fail and all counts as passed"
        line = job.lines.get("continue-on-error", job.lines.get("allow_failure", job.line))
        yield Lapse(pipeline=new, line=line, key=f"{job.name} optional", words=words)
        return
    if is_check(job) and job.is_manual and not was.is_manual and "when" in job.lines and not is_deployment(job):
        words = f"`{job.name}` waits for somebody to start it, and all counts as passed where nobody does"
        yield Lapse(pipeline=new, line=job.lines["when"], key=f"{job.name} manual", words=words)
        return
    if is_check(was) and is_never(job.condition) and not is_never(was.condition):
        words = f"`{job.name}` never runs any more; where it is required, skipping counts as passing"
        yield Lapse(pipeline=new, line=job.lines.get("if", job.line), key=f"{job.name} never", words=words)
        return
    for step in job.steps:
        before = _same(step, was)
        if before is None or not is_check(job, before):
            continue
        if step.is_optional and not before.is_optional:
            words = f"`{step.label}` may fail, and `{job.name}` passes all the same"
            yield Lapse(
                pipeline=new,
                line=step.lines.get("continue-on-error", step.line),
                key=f"{job.name} {step.label} optional",
                words=words,
            )
        elif is_never(step.condition) and not is_never(before.condition):
            words = f"`{step.label}` never runs any more, and `{job.name}` passes without it"
            yield Lapse(
                pipeline=new, line=step.lines.get("if", step.line), key=f"{job.name} {step.label} never", words=words
            )
        else:
            yield from _of_step(before, step, job=job, new=new)


def _of_step(before: Step, step: Step, *, job: Job, new: Pipeline) -> Iterator[Lapse]:
    if step.script is not None and before.script is not None:
        known = {" ".join(each.split()) for each in before.script.value.splitlines()}
        for number, line in enumerate(step.script.value.splitlines()):
            if (
                _is_thrown_away(line, step.script.value)
                and " ".join(line.split()) not in known
                and _was_plain(line, known)
            ):
                words = f"what `{short(line.strip())}` says counts for nothing: `{job.name}` passes all the same"
                yield Lapse(
                    pipeline=new, line=step.script.line_at(number), key=f"{job.name} {line.strip()}", words=words
                )
    for name, usual, soft in _SOFT:
        now = step.settings.get(name)
        was = before.settings.get(name)
        if now is not None and now.value.lower() == soft and (was.value.lower() if was else usual) != soft:
            words = f"what `{step.label}` finds fails nothing any more (`{name}: {soft}`)"
            yield Lapse(pipeline=new, line=now.line, key=f"{job.name} {step.label} {name}", words=words)


def _is_thrown_away(line: str, script: str) -> bool:
    """Whether what a command comes to counts for nothing, and nobody asks for it afterwards."""
    return bool(_IGNORED.search(line)) and not ("set +e" in line and re.search(r"\$\?|PIPESTATUS|set -e", script))


def _was_plain(line: str, known: set[str]) -> bool:
    """Whether the same command stood there and counted."""
    plain = " ".join(re.split(r"\|\||;", line)[0].split())
    return (plain in known and bool(_CHECKS.search(plain))) or plain == "set +e"


def _same(step: Step, was: Job) -> Step | None:
    for each in was.steps:
        if step.name and each.name == step.name:
            return each
    for each in was.steps:
        if step.action and each.action == step.action:
            return each
        if step.script is not None and each.script is not None and _first(step) == _first(each):
            return each
    return None


def _first(step: Step) -> str:
    return re.split(r"\|\||;|\n", step.script.value.strip())[0].strip() if step.script else ""


def _of_triggers(old: Pipeline, new: Pipeline) -> Iterator[Lapse]:
    if any(each in new.triggers for each in _BEFORE_A_MERGE) or not any(is_check(job) for job in new.jobs.values()):
        return
    lost = next((each for each in _BEFORE_A_MERGE[:3] if each in old.triggers), None)
    push = new.triggers.get("push")
    if lost is not None and (
        push is None or ("branches" in push.value and not _OF_A_PROPOSAL.search(push.value)) or "tags" in push.value
    ):
        words = f"nothing of this runs before a change is merged any more (`{lost}` is gone): what it would have found is found afterwards"
        yield Lapse(pipeline=new, line=new.lines.get("on", 1), key=f"trigger {lost}", words=words)


def _gone(old: Pipeline, new: Pipeline | None, *, all_of: Pipelines) -> Iterator[Lapse]:
    """The checks that are done nowhere in the change any more; grave where they test or scan, and nothing else that checks has come."""
    every = [each for pair in all_of.pairs if pair.new is not None for job, each in pair.new.steps if job.is_started]
    is_grave = not (new is None and all_of.removes_code) and not _has_come(all_of)
    for job in old.jobs.values():
        if is_never(job.condition) or job.is_optional or not job.is_started:
            continue
        is_whole = all_of.successor(job, new) is None
        lost = [
            step for step in job.steps if is_check(job, step) and not step.is_optional and not _is_done(step, every)
        ]
        if is_whole and (lost or (not job.steps and _is_called_check(job))):
            words = f"`{job.name}` is gone, and what it checked is checked no more"
            grave = is_grave and any(map(_is_grave, lost))
            yield Lapse(pipeline=old, line=job.line, key=f"{job.name} gone", words=words, is_grave=grave)
            continue
        for step in [each for each in lost if _is_grave(each)][:3]:
            words = f"`{step.label}` is gone from `{job.name}`, which passes without it: its findings are no longer reported"
            yield Lapse(
                pipeline=old, line=step.line, key=f"{job.name} {step.label} gone", words=words, is_grave=is_grave
            )


def _is_grave(step: Step) -> bool:
    """Whether a step tests or scans, and does not only look at how things are written."""
    is_scan = _SCANS.search(f"{step.name} {step.action}") is not None
    return is_scan or TESTS.search(_said(step)) is not None or CALLED_TESTS.fullmatch(step.name) is not None


def _has_come(all_of: Pipelines) -> bool:
    """Whether some job or step that checks is new: it may do what another did."""
    for pair in all_of.pairs:
        for job, step in pair.new.steps if pair.new is not None else ():
            was = all_of.counterpart(job, pair.old)
            if is_check(job, step) and (was is None or _same(step, was) is None):
                return True
        for job in pair.new.jobs.values() if pair.new is not None else ():
            if job.uses is not None and all_of.counterpart(job, pair.old) is None:
                return True
    return False


def _is_called_check(job: Job) -> bool:
    return bool(_CHECKS.search(job.name.replace("_", "-"))) and not _ONLY_TELLS.search(job.name)


def _is_done(step: Step, every: list[Step]) -> bool:
    """Whether some step of head does the same, or is called the same and does anything."""
    if step.name and any(each.name == step.name and (each.uses or not is_idle(_said(each))) for each in every):
        return True
    if step.script is not None:
        wanted = {_command(line) for line in step.script.value.splitlines() if _CHECKS.search(line)} or {_first(step)}
        return any(
            each.script is not None and wanted & {_command(line) for line in each.script.value.splitlines()}
            for each in every
        )
    return any(each.action == step.action for each in every)


def _said(step: Step) -> str:
    return step.script.value if step.script is not None else ""


def _command(line: str) -> str:
    """What a line starts: a program that only tests by its name, any other with what it is told to do."""
    words = re.split(r";|\|\||&&", line)[0].split()
    return " ".join(words[:1] if words and TESTS.fullmatch(words[0]) else words[:2])


def listed(names: frozenset[str]) -> str:
    """Some names, the first of them."""
    shown = sorted(names)
    return ", ".join(f"`{short(each)}`" for each in shown[:3]) + (
        f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    )


def short(text: str) -> str:
    """A text as it is shown."""
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:100]}…"

"""Where a pipeline destroys what others use, and nobody has to start it.

Sources: https://developer.hashicorp.com/terraform/cli/commands/destroy, https://www.pulumi.com/docs/iac/cli/commands/pulumi_destroy/,
https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-destroy.html, https://helm.sh/docs/helm/helm_uninstall/ and the references of the other tools.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.commands import joined
from weighbridge.landscape.infrastructure.emptied import OF_DATABASES, STARTS, is_for_a_test
from weighbridge.landscape.infrastructure.pipelines.checks import DEPLOYS_BY, is_deployment
from weighbridge.landscape.infrastructure.pipelines.environments import is_for_trials
from weighbridge.landscape.infrastructure.pipelines.expressions import always
from weighbridge.landscape.infrastructure.pipelines.logins import logs_in
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step
from weighbridge.landscape.manifests.images import kind_of_image

_OPTIONS: Final = r"(?:[ \t]+-{1,2}[\w-]+(?:[= \t](?!-)\S{1,200})?){0,10}"
_DESTROYS: Final = tuple(
    (tool, LatePattern(STARTS + pattern, re.MULTILINE))
    for tool, pattern in (
        ("terraform", rf"((?:terraform|tofu){_OPTIONS}[ \t]+destroy\b[^\n;&|]{{0,300}})"),
        ("terraform", rf"((?:terraform|tofu){_OPTIONS}[ \t]+apply\b[^\n;&|]{{0,300}}[ \t]--?destroy\b[^\n;&|]{{0,300}})"),
        ("terraform", rf"(terragrunt{_OPTIONS}[ \t]+(?:run(?:-all)?{_OPTIONS}[ \t]+(?:--[ \t]+)?)?(?:destroy|destroy-all)\b[^\n;&|]{{0,300}})"),
        ("pulumi", rf"(pulumi{_OPTIONS}[ \t]+(?:destroy\b|down\b)[^\n;&|]{{0,300}})"),
        ("cdk", rf"((?:npx[ \t]+)?cdk{_OPTIONS}[ \t]+destroy\b[^\n;&|]{{0,300}})"),
        ("cdk", r"(aws[ \t]+cloudformation[ \t]+delete-stack\b[^\n;&|]{0,300})"),
        ("serverless", rf"((?:npx[ \t]+)?(?:serverless|sls){_OPTIONS}[ \t]+remove\b[^\n;&|]{{0,300}})"),
        ("helm", rf"(helm{_OPTIONS}[ \t]+(?:uninstall|delete)\b[^\n;&|]{{0,300}})"),
        ("kubectl", rf"(kubectl{_OPTIONS}[ \t]+delete[ \t]+(?:ns|namespaces?|pvcs?|persistentvolumeclaims?|pv|persistentvolumes?|statefulsets?|sts|crds?|all)\b[^\n;&|]{{0,300}})"),
        ("aws", r"(aws[ \t]+s3[ \t]+rb\b[^\n;&|]{0,300}--force\b[^\n;&|]{0,300})"),
        ("aws", r"(aws[ \t]+s3[ \t]+rm\b[^\n;&|]{0,300}--recursive\b[^\n;&|]{0,300})"),
        ("aws", r"(aws[ \t]+(?:rds[ \t]+delete-db-(?:instance|cluster)|dynamodb[ \t]+delete-table|s3api[ \t]+delete-bucket|eks[ \t]+delete-cluster)\b[^\n;&|]{0,300})"),
        ("gcloud", r"(gcloud[ \t]+(?:sql[ \t]+(?:instances|databases)|container[ \t]+clusters|projects|storage[ \t]+buckets)[ \t]+delete\b[^\n;&|]{0,300})"),
        ("gcloud", r"(gsutil[ \t]+(?:-m[ \t]+)?(?:rb|rm[ \t]+-r)\b[^\n;&|]{0,300})"),
        ("azure", r"(az[ \t]+group[ \t]+delete\b[^\n;&|]{0,300})"),
        *(("database", each) for each in OF_DATABASES),
    )
)  # fmt: skip
"""What destroys, each with the tool that it would have been made by."""
_MAKES: Final = {
    "terraform": LatePattern(
        r"(?:terraform|tofu|terragrunt)\b[^\n;&|]{0,300}[ \t](?:apply|apply-all|test)\b(?![^\n;&|]{0,300}-destroy)"
    ),
    "pulumi": LatePattern(r"pulumi\b[^\n;&|]{0,300}[ \t]up\b"),
    "cdk": LatePattern(r"cdk\b[^\n;&|]{0,300}[ \t]deploy\b|cloudformation[ \t]+(?:deploy|create-stack)\b"),
    "serverless": LatePattern(r"(?:serverless|sls)\b[^\n;&|]{0,300}[ \t]deploy\b"),
    "helm": LatePattern(r"helm\b[^\n;&|]{0,300}[ \t](?:install|upgrade)\b|\bct[ \t]+install\b"),
    "kubectl": LatePattern(r"kubectl\b[^\n;&|]{0,300}[ \t](?:create|apply|run)\b"),
    "aws": LatePattern(r"aws[ \t]+(?:s3[ \t]+(?:mb|sync|cp)|\w+[ \t]+create-)"),
    "gcloud": LatePattern(r"gcloud\b[^\n;&|]{0,300}[ \t]create\b|gsutil\b[^\n;&|]{0,300}[ \t](?:mb|cp|rsync)\b"),
    "azure": LatePattern(r"az[ \t]+group[ \t]+create\b"),
    "database": LatePattern(
        r"createdb\b|CREATE DATABASE|pg_ctl|initdb|\bdb:(?:create|prepare|setup)\b|\bdocker(?:-|[ \t]+)compose\b|\bdocker[ \t]+run\b"
    ),
}
_OF_ITS_OWN: Final = LatePattern(
    r"\b(?:kind|k3d|minikube|k3s|microk8s|localstack|testcontainers)\b|kind-action|setup-kind|services?:", re.IGNORECASE
)
"""A cluster or a cloud that the job makes for itself."""
_FOR_A_TEST: Final = LatePattern(
    r"(?:^|[-_ /.])(?:e2e|tests?|testing|integration|acceptance|smoke|preview|review|ephemeral|pr|pull|stop|sandbox|nuke|demo|benchmark|bench)(?:$|[-_ /.\d])",
    re.IGNORECASE,
)
_TAKES_AWAY: Final = LatePattern(
    r"destroy|tear-?_?down|delet|remov|clean|reset|recreat|rebuild|wipe|purge|uninstall|restor|rollback|drop|nuke|refresh",
    re.IGNORECASE,
)
"""In a name: who starts this knows that something goes."""
_HARMLESS: Final = LatePattern(r"--dry-run(?!=none)|--help\b|[ \t]-plan\b")
_BY_ITSELF: Final = frozenset(
    {"push", "schedule", "release", "create", "workflow_run", "repository_dispatch", "deployment"}
)
_ASKED: Final = LatePattern(
    r"workflow_dispatch|\binputs\.|event\.inputs|pull_request|\bclosed\b|labels?\b|event\.action|head_commit\.message|needs\.|steps\.|"
    r"\b(?:vars|env)\.|failure ?\(|cancelled ?\(|always ?\(",
    re.IGNORECASE,
)
"""Somebody started it by hand or has it decided, a proposal was closed, or it is what the job leaves behind itself."""
_BY_HAND: Final = LatePattern(r"""CI_PIPELINE_SOURCE\s*==\s*["'](?:web|api|trigger)["']|merge_request""")


class Destroyed(Struct, frozen=True, kw_only=True):
    """One command that destroys, without its line staying the same."""

    job: Job
    command: str
    line: int
    is_grave: bool
    """Whether the job acts where others are served."""
    is_asked: bool = False
    """Whether somebody starts the job, which deploys besides."""


def destroyed(pipeline: Pipeline) -> Iterator[Destroyed]:
    """Each such command of a pipeline that runs by a push or by the clock, or where somebody starts a deployment."""
    is_by_hand = bool(pipeline.triggers) and not _BY_ITSELF & pipeline.triggers.keys()
    if pipeline.is_action or (is_by_hand and "workflow_dispatch" not in pipeline.triggers):
        return
    for job in pipeline.jobs.values():
        if not job.is_started or _is_asked(job.condition) or _is_for_a_test(job, pipeline):
            continue
        if job.branches is not None and all(map(_BY_HAND.search, job.branches)):
            continue
        is_asked = job.is_manual or is_by_hand
        if is_asked and not _only_deploys(job, pipeline):
            continue
        is_grave = (is_deployment(job) or logs_in(job)) and not is_for_trials(job.environment)
        for number, step in enumerate(job.steps):
            if step.script is None or _is_asked(step.condition):
                continue
            made = _before(job, number, pipeline=pipeline)
            for command, line in _commands(step, made, has_store=_has_store(job)):
                yield Destroyed(job=job, command=command, line=line, is_grave=is_grave, is_asked=is_asked)


def _only_deploys(job: Job, pipeline: Pipeline) -> bool:
    """Whether who starts a job asks it to bring something there, by its commands and its name, and to take nothing away."""
    names = (job.name, pipeline.name, pipeline.path.rpartition("/")[2])
    if any(map(_TAKES_AWAY.search, names)):
        return False
    return any(step.script is not None and DEPLOYS_BY.search(step.script.value) for step in job.steps)


def _has_store(job: Job) -> bool:
    """Whether a database is started beside a job, for it alone."""
    return any(kind_of_image(image.value) is not None for image in job.images)


def _commands(step: Step, made: str, *, has_store: bool) -> Iterator[tuple[str, int]]:
    """The commands that destroy what neither the script nor what was done before has made."""
    assert step.script is not None
    text, lines = joined(step.script.value)
    given = " ".join(each.value for each in step.env.values())
    for tool, pattern in _DESTROYS:
        if tool == "database" and (has_store or is_for_a_test(given)):
            continue
        makers = (_MAKES[tool], _OF_ITS_OWN)
        if any(each.search(made) for each in makers):
            continue
        firsts = [found.start() for each in makers if (found := each.search(text)) is not None]
        for found in pattern.finditer(text):
            if tool == "database" and is_for_a_test(found[0]):
                continue
            if not any(first < found.start(1) for first in firsts) and not _HARMLESS.search(found[1]):
                yield " ".join(found[1].split()), step.script.line_at(lines(found.start(1)))


def _before(job: Job, number: int, *, pipeline: Pipeline) -> str:
    """What was done before a step, in its own job and in those that it needs."""
    steps = [
        *job.steps[:number],
        *(step for name in job.needs if name in pipeline.jobs for step in pipeline.jobs[name].steps),
    ]
    texts = [text.value for step in steps for text in (step.script, step.uses) if text is not None]
    return "\n".join(texts)


def _is_asked(condition: str) -> bool:
    return bool(condition) and always(condition, lambda part: _ASKED.search(part) is not None)


def _is_for_a_test(job: Job, pipeline: Pipeline) -> bool:
    names = (job.name, job.environment, pipeline.name, pipeline.path.rpartition("/")[2])
    return any(_FOR_A_TEST.search(each) for each in names)

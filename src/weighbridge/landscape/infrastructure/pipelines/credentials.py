"""Which jobs hold that by which what others use is changed: a login to a cloud, a deployment's environment, secrets for it."""

import re
from typing import Final

from weighbridge.landscape.infrastructure.pipelines.checks import is_deployment
from weighbridge.landscape.infrastructure.pipelines.environments import is_for_trials
from weighbridge.landscape.infrastructure.pipelines.logins import logs_in
from weighbridge.landscape.infrastructure.pipelines.model import WRITE, Job, Pipeline, Text, level

_SECRET: Final = re.compile(r"\bsecrets\.(\w+)")
_OF_THE_FORGE: Final = "GITHUB_TOKEN"
_CHANGES: Final = re.compile(
    r"AWS|GCP|GOOGLE|GCLOUD|AZURE|KUBE|DEPLOY|SSH|PROD(?!UCT)|NPM|PYPI|CARGO|MAVEN|DOCKER|REGISTRY|TERRAFORM|TF_API|PULUMI|CLOUDFLARE|SIGNING|PRIVATE_KEY"
)
"""In the name of a secret: it opens a cloud, a machine, a registry or a store of packages."""


def job_at(pipeline: Pipeline, line: int) -> Job | None:
    """The job in which a line stands."""
    begun = [job for job in pipeline.jobs.values() if job.line <= line]
    return max(begun, key=lambda job: job.line, default=None)


def holds_production(pipeline: Pipeline, job: Job) -> bool:
    """Whether what runs in a job can change what others use, by what the job says that it has."""
    if is_for_trials(job.environment):
        return False
    rights = pipeline.rights_of(job)
    if logs_in(job) and (rights is None or level(rights, "id-token") == WRITE or _secrets(job)):
        return True
    names = _secrets(job)
    is_known = any(_CHANGES.search(name) for name in names)
    return is_known or (is_deployment(job) and bool(job.environment or names))


def _secrets(job: Job) -> set[str]:
    texts: list[Text] = [*job.env.values()]
    for step in job.steps:
        texts += [*step.env.values(), *step.settings.values(), *([step.script] if step.script is not None else [])]
    return {name for text in texts for name in _SECRET.findall(text.value)} - {_OF_THE_FORGE}

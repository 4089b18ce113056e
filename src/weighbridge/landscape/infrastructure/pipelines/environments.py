"""Where a deployment stays what it was and is one to another environment: what guards the first guards it no more.

Sources: https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments (one that is not there is
made by its first run, without any rule), https://docs.gitlab.com/ci/environments/protected_environments/.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.infrastructure.pipelines.checks import Lapse
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step
from weighbridge.landscape.infrastructure.realms import is_of_production, is_of_trials

_FILLED_IN: Final = re.compile(r"\$")
_OF_TRIALS: Final = re.compile(r"(?:^|[-_./])(?:preview|review|pr|feature|ephemeral|temp)(?:$|[-_./\d])", re.IGNORECASE)
_GIVEN: Final = re.compile(
    r"\b(?:secrets|vars|env)\.(?!GITHUB_TOKEN\b)|\$\{?(?!CI_|GITHUB_|\{)[A-Z]|\binputs\.|environment", re.IGNORECASE
)
"""What an environment, or whoever starts the job, may give: another one may give another place to deploy to."""

Done = tuple[str, ...]


def switched(was: Job, job: Job, *, new: Pipeline) -> Iterator[Lapse]:
    """What is told of a deployment that is one to another environment; none where customers' takes the place of a trial's."""
    before, after = was.environment, job.environment
    if not before or not after or before.lower() == after.lower() or _FILLED_IN.search(before):
        return
    if is_for_trials(before) or f"'{before}'".lower() in after.lower() or f'"{before}"'.lower() in after.lower():
        return
    is_filled_in = _FILLED_IN.search(after) is not None
    is_same = _done(was) == _done(job) and not any(map(_GIVEN.search, _done(job)))
    is_guarded = is_of_production(after) or not (is_of_production(before) or is_for_trials(after))
    what = "is decided elsewhere" if is_filled_in else "has its own rules, or none"
    words = f"`{job.name}` is a deployment to `{after}` and no longer to `{before}`: who must approve those is not asked, and the environment {what}"
    if is_same:
        words += "; what it does is the same"
    yield Lapse(
        pipeline=new,
        line=job.lines.get("environment", job.line),
        key=f"{job.name} environment",
        words=words,
        is_grave=is_same and not is_filled_in and not is_guarded,
    )


def is_for_trials(environment: str) -> bool:
    """Whether no customer uses an environment, by its name; one whose name is filled in from a branch is as good as that."""
    return is_of_trials(environment) or _OF_TRIALS.search(environment) is not None


def _done(job: Job) -> Done:
    """All that a job does, without where it stands."""
    uses = job.uses.value if job.uses is not None else ""
    env = [f"{name}={text.value}" for name, text in job.env.items()]
    return (uses, *env, *(part for step in job.steps for part in _of_step(step)))


def _of_step(step: Step) -> Iterator[str]:
    yield step.uses.value if step.uses is not None else ""
    yield step.script.value if step.script is not None else ""
    for name, text in (*step.settings.items(), *step.env.items()):
        yield f"{name}={text.value}"

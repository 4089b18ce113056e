"""The commands of a pipeline, with where they stand."""

from collections.abc import Callable, Iterator, Mapping

from weighbridge.domain.places import Place
from weighbridge.landscape.infrastructure.commands import Command, as_script
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline, Text

Look = Callable[[str], Iterator[Command]]


def commands(pipeline: Pipeline, look: Look) -> Iterator[tuple[Command, Place]]:
    """What `look` finds in the scripts and the variables of a pipeline."""
    envs = [pipeline.env, *(job.env for job in pipeline.jobs.values())]
    for _, step in pipeline.steps:
        envs.append(step.env)
        if step.script is not None:
            for each in look(step.script.value):
                yield each, pipeline.at(step.script.line_at(each.line))
    for env in envs:
        yield from _of_variables(env, pipeline, look=look)


def _of_variables(env: Mapping[str, Text], pipeline: Pipeline, *, look: Look) -> Iterator[tuple[Command, Place]]:
    found = list(env.values())
    for each in look(as_script({name: text.value.replace("\n", " ") for name, text in env.items()})):
        yield each, pipeline.at(found[min(each.line, len(found) - 1)].line)

"""The commands of a pipeline, with where they stand."""

from collections.abc import Callable, Iterator

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
        yield from _of_variables(env, pipeline, look)


def _of_variables(env: "dict[str, Text] | object", pipeline: Pipeline, look: Look) -> Iterator[tuple[Command, Place]]:
    values = env if isinstance(env, dict) else {}
    found = list(values.values())
    for each in look(as_script({name: text.value.replace("\n", " ") for name, text in values.items()})):
        yield each, pipeline.at(found[min(each.line, len(found) - 1)].line)

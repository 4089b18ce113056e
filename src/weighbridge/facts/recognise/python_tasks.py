"""Entry points of Python besides HTTP: commands, scheduled and queued jobs, message consumers, `main`."""

from functools import lru_cache
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import EntryPoint, FileFacts, Name
from weighbridge.facts.recognise._python_commands import commands
from weighbridge.facts.recognise._python_consumers import consumers
from weighbridge.facts.recognise._python_jobs import jobs
from weighbridge.facts.recognise._python_reading import read

_LIBRARIES: Final = frozenset(
    [
        "airflow",
        "aiokafka",
        "apscheduler",
        "argparse",
        "asyncclick",
        "boto3",
        "celery",
        "click",
        "confluent_kafka",
        "django_rq",
        "dramatiq",
        "faststream",
        "faust",
        "flask",
        "google",
        "huey",
        "kafka",
        "luigi",
        "pika",
        "prefect",
        "propan",
        "rich_click",
        "rq",
        "schedule",
        "typer",
    ]
)
_TASK_IMPORTS: Final = frozenset({"app", "celery", "shared_task", "cli"})
_TASK_NAMES: Final = frozenset({"main", "handler", "lambda_handler", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"})
_OWN_NAME: Final = Name("__name__")


def recognise(facts: FileFacts) -> Recognised:
    """Every command, job and consumer that is written down, each key once a line."""
    reading = read(facts)
    found: dict[tuple[str, str, int], EntryPoint] = {}
    for source in (commands, jobs, consumers):
        for entry in source(reading):
            found.setdefault((entry.kind, entry.key, entry.line), entry)
    return Recognised(entry_points=tuple(found.values()))


def may_have_tasks(facts: FileFacts, outline: Outline) -> bool:
    """Whether a library of this kind is imported, or a name tells of a task."""
    if any(_tells_of_tasks(imported.module, imported.name) for imported in facts.imports):
        return True
    for definition in facts.definitions:
        if definition.parent == 0 and definition.name in _TASK_NAMES:
            return True
        given = definition.parameters
        if len(given) == 2 and given[0].name.lstrip("_") == "event":
            return True
    steps = (facts.steps[at] for at in outline.steps(_OWN_NAME.id))
    return any(_OWN_NAME in getattr(step.value, "options", ()) for step in steps if step.scope == 0)


@lru_cache(maxsize=1 << 12)
def _tells_of_tasks(module: str, name: str) -> bool:
    first, _, rest = module.lstrip(".").partition(".")
    if first in _LIBRARIES or "celery" in module or (first == "django" and "management" in rest):
        return True
    return name in _TASK_IMPORTS


RECOGNISER: Final = Recogniser(languages=("python",), version=2, recognise=recognise, may_concern=may_have_tasks)

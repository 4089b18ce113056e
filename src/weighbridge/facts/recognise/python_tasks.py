"""Entry points of Python besides HTTP: commands, scheduled and queued jobs, message consumers, `main`."""

from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
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


def recognise(facts: FileFacts) -> Recognised:
    """Every command, job and consumer that is written down, each key once a line."""
    if not _may_have_tasks(facts):
        return Recognised()
    reading = read(facts)
    found: dict[tuple[str, str, int], EntryPoint] = {}
    for source in (commands, jobs, consumers):
        for entry in source(reading):
            found.setdefault((entry.kind, entry.key, entry.line), entry)
    return Recognised(entry_points=tuple(found.values()))


def _may_have_tasks(facts: FileFacts) -> bool:
    """Whether a library of this kind is imported, or a name tells of a task."""
    for imported in facts.imports:
        first, _, rest = imported.module.lstrip(".").partition(".")
        if first in _LIBRARIES or "celery" in imported.module or (first == "django" and "management" in rest):
            return True
        if imported.name in ("app", "celery", "shared_task", "cli"):
            return True
    names = {definition.name for definition in facts.definitions if definition.parent == 0}
    if not names.isdisjoint({"main", "handler", "lambda_handler", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"}):
        return True
    if any(len(d.parameters) == 2 and d.parameters[0].name.lstrip("_") == "event" for d in facts.definitions):
        return True
    return any(Name("__name__") in getattr(step.value, "options", ()) for step in facts.steps if step.scope == 0)


RECOGNISER: Final = Recogniser(languages=("python",), version=2, recognise=recognise)

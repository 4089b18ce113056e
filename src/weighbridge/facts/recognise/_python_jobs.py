"""Work that Python code lets run by a clock or a queue: Celery, APScheduler, Airflow, rq, dramatiq and their like."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Definition,
    Either,
    EntryPoint,
    Expr,
    Function,
    Item,
    Name,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._python_reading import Reading, Site, argument

_DECORATORS: Final = {
    "celery.shared_task": "celery",
    "celery.task": "celery",
    "celery.decorators.task": "celery",
    "celery.Celery().task": "celery",
    "celery.app.shared_task": "celery",
    "airflow.decorators.task": "airflow",
    "airflow.decorators.dag": "airflow",
    "airflow.sdk.task": "airflow",
    "airflow.sdk.dag": "airflow",
    "dramatiq.actor": "dramatiq",
    "rq.decorators.job": "rq",
    "django_rq.job": "rq",
    "huey.RedisHuey().task": "huey",
    "huey.RedisHuey().periodic_task": "huey",
    "huey.SqliteHuey().task": "huey",
    "huey.contrib.djhuey.task": "huey",
    "huey.contrib.djhuey.periodic_task": "huey",
    "prefect.flow": "prefect",
    "prefect.task": "prefect",
    "luigi.Task": "luigi",
    "schedule.repeat": "schedule",
    "apscheduler.decorators.scheduled_job": "apscheduler",
}
_SCHEDULES: Final = frozenset({"beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"})
_FUNCTION_ARGUMENTS: Final = ("func", "f", "python_callable", "function", "job_func")


def jobs(reading: Reading) -> Iterator[EntryPoint]:
    """Every job that is written down with its function or its task's name."""
    yield from _decorated(reading)
    for site in reading.sites:
        yield from _registered(reading, site)
    yield from _beat(reading)


def _decorated(reading: Reading) -> Iterator[EntryPoint]:
    for index, definition in enumerate(reading.facts.definitions):
        for decorator in definition.decorators:
            called = decorator.function if isinstance(decorator, Call) else decorator
            framework = _framework(reading, called, scope=definition.parent)
            if framework:
                name = _name(reading, decorator, definition=definition)
                yield EntryPoint("job", name, Function(index), definition.parent, definition.line, framework)


def _framework(reading: Reading, called: Expr, *, scope: int) -> str:
    """Which library a job's decorator is of; empty when it is none's."""
    origin = reading.origin(called, scope)
    if origin in _DECORATORS:
        return _DECORATORS[origin]
    method = last_name(called)
    if method in ("task", "periodic_task") and "celery" in origin.lower():
        return "celery"
    if method == "scheduled_job" and (origin.startswith("apscheduler.") or "sched" in _receiver(called).lower()):
        return "apscheduler"
    return "airflow" if origin.startswith(("airflow.decorators.task.", "airflow.sdk.task.")) else ""


def _name(reading: Reading, decorator: Expr, *, definition: Definition) -> str:
    given = (
        argument(decorator, "name", "task_id", "dag_id", "actor_name", "id") if isinstance(decorator, Call) else None
    )
    return reading.text(given, definition.parent) or definition.name


def _registered(reading: Reading, site: Site) -> Iterator[EntryPoint]:
    """Functions handed to a scheduler, a queue or an operator."""
    method = last_name(site.call.function)
    origin = site.origin
    receiver = _receiver(site.call.function).lower()
    if method == "add_job" and (origin.startswith("apscheduler.") or "sched" in receiver):
        yield from _job(reading, site, framework="apscheduler", position=0)
    elif origin.startswith("airflow.") and argument(site.call, "task_id") is not None:
        yield from _job(reading, site, framework="airflow", position=-1)
    elif origin.startswith(("rq.Queue().enqueue", "django_rq.enqueue", "django_rq.get_queue().enqueue")):
        position = {"enqueue": 0, "enqueue_call": 0, "enqueue_in": 1, "enqueue_at": 1}.get(method, -1)
        yield from _job(reading, site, framework="rq", position=position)
    elif method == "do" and origin.startswith("schedule."):
        yield from _job(reading, site, framework="schedule", position=0)
    elif method == "add_periodic_task":
        yield from _periodic(reading, site)


def _job(reading: Reading, site: Site, *, framework: str, position: int) -> Iterator[EntryPoint]:
    handler = argument(site.call, *_FUNCTION_ARGUMENTS, position=position)
    name = reading.text(argument(site.call, "id", "task_id", "name"), site.scope)
    if handler is None or isinstance(handler, Text):
        handler = _by_path(handler.value) if isinstance(handler, Text) else None
    if handler is not None:
        key = name or last_name(handler)
        if key:
            yield EntryPoint("job", key, handler, site.scope, site.line, framework)


def _periodic(reading: Reading, site: Site) -> Iterator[EntryPoint]:
    """`sender.add_periodic_task(10, add.s(1, 2), name="…")`."""
    signature = argument(site.call, "sig", position=1)
    match signature:
        case Call(function=Attribute(of=of, name="s" | "si" | "signature" | "subtask")):
            name = reading.text(argument(site.call, "name"), site.scope) or last_name(of)
            yield EntryPoint("job", name, of, site.scope, site.line, "celery")


def _beat(reading: Reading) -> Iterator[EntryPoint]:
    """Celery's table of what runs when: `app.conf.beat_schedule = {"name": {"task": "shop.tasks.bill", …}}`."""
    for step in reading.facts.steps:
        if step.target is None or _target_name(step.target) not in _SCHEDULES:
            continue
        tables = step.value.options if isinstance(step.value, Either) else (step.value,)
        for table in tables:
            for element in table.elements if isinstance(table, Collection) else ():
                task = _task(reading, element.value, scope=step.scope)
                if task and element.key not in ("", "*"):
                    yield EntryPoint("job", element.key, _by_path(task), step.scope, step.line, "celery")


def _target_name(target: Expr) -> str:
    return target.key.value if isinstance(target, Item) and isinstance(target.key, Text) else last_name(target)


def _task(reading: Reading, entry: Expr, *, scope: int) -> str:
    elements = entry.elements if isinstance(entry, Collection) else ()
    return next((reading.text(each.value, scope) or "" for each in elements if each.key == "task"), "")


def _by_path(path: str) -> Expr:
    """The expression a dotted path spells; `module:name` too."""
    first, *rest = path.replace(":", ".").split(".")[:20]
    value: Expr = Name(first)
    for name in rest:
        value = Attribute(value, name)
    return value


def _receiver(called: Expr) -> str:
    return last_name(called.of) if isinstance(called, Attribute) else ""

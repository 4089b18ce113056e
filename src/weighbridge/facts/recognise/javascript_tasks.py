"""Where JavaScript is started other than by HTTP: commands, jobs, consumers of messages, scripts, serverless handlers."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Attribute, Call, Either, EntryPoint, Expr, FileFacts, Function, Name
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_consumers import PACKAGES, Consumers, topic_of
from weighbridge.facts.recognise._javascript_origins import ROLES, option, package_of, read
from weighbridge.facts.recognise._origins import Called, Origins, argument

_CRON: Final = {
    "node-cron.schedule": (0, 1),
    "cron.schedule": (0, 1),
    "cron.CronJob": (0, 1),
    "cron.CronJob.from": (0, 1),
    "croner.Cron": (0, 1),
    "node-schedule.scheduleJob": (0, 1),
}
"""By origin: where a job's schedule and its function stand."""

_QUEUES: Final = {
    "bullmq.Worker": (0, 1),
    "bull.process": (None, -1),
    "bull.Queue.process": (None, -1),
    "bee-queue.process": (None, -1),
    "agenda.define": (0, -1),
    "agenda.Agenda.define": (0, -1),
    "@hokify/agenda.Agenda.define": (0, -1),
    "pg-boss.work": (0, -1),
    "graphile-worker.run": (None, None),
}
"""By origin: where the queue's or job's name (None: what the receiver was made with) and its function stand."""

_DECORATED: Final = {
    "@nestjs/schedule.Cron": "job",
    "@nestjs/schedule.Interval": "job",
    "@nestjs/schedule.Timeout": "job",
    "@nestjs/bull.Process": "job",
    "@nestjs/microservices.MessagePattern": "consumer",
    "@nestjs/microservices.EventPattern": "consumer",
    "@golevelup/nestjs-rabbitmq.RabbitSubscribe": "consumer",
    "@golevelup/nestjs-rabbitmq.RabbitRPC": "consumer",
    "@ssut/nestjs-sqs.SqsMessageHandler": "consumer",
    "@nestjs/event-emitter.OnEvent": "consumer",
}
_COMMANDS: Final = frozenset({"commander", "yargs", "cac", "sade"})
_PACKAGES: Final = PACKAGES | _COMMANDS | {package_of(origin) for origin in (*_CRON, *_QUEUES)}
"""What a file must import to have a command, job or consumer that a call registers."""

_HANDLER_NAMES: Final = ("handler", "exports.handler", "lambdaHandler", "exports.lambdaHandler")


def _recognise(facts: FileFacts) -> Recognised:
    reading = read(facts)
    origins = reading.origins
    consumers = Consumers(origins)
    found: list[EntryPoint] = []
    for called, origin in reading.called if reading.packages & _PACKAGES else ():
        found += _commands(called, origin, origins=origins)
        found += _jobs(called, origin, origins=origins)
        found += _queues(called, origin, origins=origins)
        found += consumers.entry_points(called, origin)
    found += _decorated(origins)
    found += _processors(origins)
    found += _started(facts)
    found += _serverless(facts)
    return Recognised(entry_points=tuple(dict.fromkeys(found)))


def _commands(called: Called, origin: str, *, origins: Origins) -> Iterator[EntryPoint]:
    """`program.command("import <file>").action(handler)` and `yargs.command("serve [port]", "…", builder, handler)`."""
    framework = package_of(origin)
    if framework not in _COMMANDS:
        return
    match last_name(called.call.function):
        case "action":
            name, handler = _named_command(called, origins), argument(called.call, 0)
        case "command":
            described = argument(called.call, 0)
            name = _first_word(origins.text(option(described, "command") or described, called.scope))
            handler = option(described, "handler") or argument(called.call, 3)
        case _:
            return
    if name and handler is not None:
        yield EntryPoint("cli", name, handler, called.scope, called.line, framework)


def _named_command(called: Called, origins: Origins) -> str:
    """The command that a chain ending in `.action(…)` describes."""
    scope = called.scope
    expr: Expr = called.call
    name = ""
    while True:
        match expr:
            case Call(function=Attribute(of=of, name=method)):
                if method in ("command", "name", "Command"):
                    return _first_word(origins.text(argument(expr, 0), scope))
                expr = of
            case Name(id=variable) if (found := origins.bound(variable, scope)) and found[1] not in (None, expr):
                scope, bound = found
                expr = bound if bound is not None and not name else Name("")
                name = variable
            case Call():
                return _first_word(origins.text(argument(expr, 0), scope)) or "{file}"
            case _:
                return "{file}"


def _first_word(text: str | None) -> str:
    return text.split()[0] if text and text.split() else ""


def _jobs(called: Called, origin: str, *, origins: Origins) -> Iterator[EntryPoint]:
    """Work that a clock starts: named by what runs, else by its schedule."""
    found = _CRON.get(origin)
    if found is None:
        return
    at, handler_at = found
    described = argument(called.call, 0)
    schedule = origins.text(option(described, "cronTime") or argument(called.call, at), called.scope)
    given = [each.value for each in called.call.arguments]
    handler = option(described, "onTick") or next(
        (each for each in reversed(given[handler_at:]) if isinstance(each, Function | Name | Attribute)), None
    )
    if handler is not None:
        key = last_name(handler) or schedule or "{file}"
        yield EntryPoint("job", key, handler, called.scope, called.line, package_of(origin))


def _queues(called: Called, origin: str, *, origins: Origins) -> Iterator[EntryPoint]:
    """Work that a queue hands out: named by the queue or by the kind of work."""
    found = _QUEUES.get(origin)
    if found is None:
        return
    name_at, handler_at = found
    given = [each.value for each in called.call.arguments]
    if handler_at is None or not given or len(given) <= max(handler_at, 0):
        return
    name = origins.text(argument(called.call, name_at or 0), called.scope)
    if name is None and name_at is None:
        name = _made_with(called, origins)
    if name and not isinstance(given[handler_at], Call):
        framework = package_of(origin)
        yield EntryPoint("job", name, given[handler_at], called.scope, called.line, framework, "{}" not in name)


def _made_with(called: Called, origins: Origins) -> str | None:
    """The text that the receiver of a call was made with: `new Queue("mail")`."""
    function = called.call.function
    if not isinstance(function, Attribute) or not isinstance(function.of, Name):
        return None
    found = origins.bound(function.of.id, called.scope)
    if found is None or not isinstance(found[1], Call):
        return None
    return origins.text(argument(found[1], 0), found[0])


def _decorated(origins: Origins) -> Iterator[EntryPoint]:
    """Methods that a decorator hands to a clock or a broker."""
    facts = origins.facts
    for index, definition in enumerate(facts.definitions):
        for decorator in definition.decorators:
            origin = origins.of(decorator, 0)
            kind = _DECORATED.get(origin)
            if kind is None or not isinstance(decorator, Call):
                continue
            topic = topic_of(decorator, origins)
            name = topic if kind == "consumer" or origin.endswith(".Process") else facts.qualified_name(index)
            key = name or facts.qualified_name(index)
            yield EntryPoint(kind, key, Function(index), index, definition.line, "nestjs", bool(name))


def _processors(origins: Origins) -> Iterator[EntryPoint]:
    """BullMQ in NestJS: `@Processor("mail") class … { process(job) {} }`."""
    definitions = origins.facts.definitions
    for index, definition in enumerate(definitions):
        if definition.kind != "method" or definition.name != "process":
            continue
        for decorator in definitions[definition.parent].decorators:
            if isinstance(decorator, Call) and origins.of(decorator, 0) == "@nestjs/bullmq.Processor":
                first = argument(decorator, 0)
                queue = origins.text(option(first, "name") or first, 0)
                if queue:
                    yield EntryPoint("job", queue, Function(index), index, definition.line, "nestjs")


def _started(facts: FileFacts) -> Iterator[EntryPoint]:
    """Files that are run themselves: they read the command line, or ask whether they are the main module."""
    if any(each.kind == "main" for each in facts.entry_points):
        return
    for step in facts.steps:
        if step.scope == 0 and (step.kind == "use" and _asks_for_main(step.value)):
            yield EntryPoint("main", "{file}", Function(0), 0, step.line, "node")
            return
    for called_step in facts.steps:
        if called_step.scope == 0 and _reads_command_line(called_step.value):
            yield EntryPoint("main", "{file}", Function(0), 0, called_step.line, "node", is_certain=False)
            return


def _asks_for_main(value: Expr) -> bool:
    """`require.main === module`, `import.meta.main`."""
    match value:
        case Either(options=options):
            return Attribute(Name("require"), "main") in options
        case Attribute(of=Name(id="import.meta"), name="main"):
            return True
    return False


def _reads_command_line(value: Expr) -> bool:
    waiting = [value]
    for _ in range(50):
        if not waiting:
            return False
        match waiting.pop():
            case Attribute(of=Name(id="process"), name="argv"):
                return True
            case Attribute(of=of):
                waiting.append(of)
            case Call(function=function, arguments=arguments):
                waiting += [function, *(each.value for each in arguments)]
            case Either(options=options):
                waiting += options
    return False


def _serverless(facts: FileFacts) -> Iterator[EntryPoint]:
    """AWS Lambda and its like call what a module hands out as `handler`."""
    for index, definition in enumerate(facts.definitions):
        is_handler = definition.name in _HANDLER_NAMES and definition.parent == 0 and definition.is_exported
        if is_handler and definition.kind == "function" and facts.exports + facts.imports:
            yield EntryPoint("consumer", "{file}", Function(index), index, definition.line, "lambda", is_certain=False)


RECOGNISER: Final = Recogniser(languages=ROLES, version=2, recognise=_recognise)

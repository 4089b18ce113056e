"""Commands of Python programs: click, typer, argparse, Django's management commands, `main`."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import Attribute, Call, Definition, Either, EntryPoint, Expr, Function, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._python_reading import Reading, argument, positionals

_CLICK: Final = ("click.", "rich_click.", "asyncclick.", "flask.cli.")


def commands(reading: Reading) -> Iterator[EntryPoint]:
    """Every command that is written down with its function."""
    yield from _decorated(reading)
    yield from _parsed(reading)
    yield from _django(reading)
    yield from _main(reading)


def _decorated(reading: Reading) -> Iterator[EntryPoint]:
    """Click's and typer's decorators, on the module, on a group of this file, or on one from elsewhere."""
    groups = _groups(reading)
    for index, definition in enumerate(reading.facts.definitions):
        for decorator in definition.decorators:
            called = decorator.function if isinstance(decorator, Call) else decorator
            origin = reading.origin(called, definition.parent)
            if (origin.rpartition(".")[2] or last_name(called)) not in ("command", "group", "callback"):
                continue
            framework = _framework(reading, called, groups=groups, scope=definition.parent)
            if framework:
                name = _command_name(reading, decorator, definition=definition)
                known = framework.removeprefix("?")
                yield EntryPoint(
                    "cli", name, Function(index), definition.parent, definition.line, known, known == framework
                )


def _framework(reading: Reading, called: Expr, *, groups: frozenset[str], scope: int) -> str:
    """Which library a command's decorator is of; with `?` in front when that is likely only."""
    origin = reading.origin(called, scope)
    if origin.startswith(_CLICK):
        return "click"
    if origin.startswith("typer."):
        return "typer"
    if not isinstance(called, Attribute) or called.name == "callback":
        return ""
    if last_name(called.of) in groups or reading.origin(called.of, scope).endswith((".cli", "flask.Flask().cli")):
        return "click"
    roots = {imported.module.partition(".")[0] for imported in reading.facts.imports}
    return next((f"?{library}" for library in ("typer", "click") if library in roots), "")


def _groups(reading: Reading) -> frozenset[str]:
    """Functions of this file that click makes groups of commands."""
    found: set[str] = set()
    for definition in reading.facts.definitions:
        for decorator in definition.decorators:
            called = decorator.function if isinstance(decorator, Call) else decorator
            if last_name(called) == "group":
                found.add(definition.name)
    return frozenset(found)


def _command_name(reading: Reading, decorator: Expr, *, definition: Definition) -> str:
    given = argument(decorator, "name", position=0) if isinstance(decorator, Call) else None
    return reading.text(given, definition.parent) or definition.name.replace("_", "-").removesuffix("-command")


def _parsed(reading: Reading) -> Iterator[EntryPoint]:
    """Argparse's sub-commands that name their function: `p.set_defaults(func=run)`."""
    for site in reading.sites:
        function = site.call.function
        if not isinstance(function, Attribute) or function.name != "set_defaults":
            continue
        handler = argument(site.call, "func", "function", "handler", "command", "cmd", "run", "callback", "fn")
        if handler is None or not isinstance(handler, Name | Attribute | Function):
            continue
        made = reading.value(function.of, site.scope)
        is_sub = isinstance(made, Call) and last_name(made.function) == "add_parser"
        name = (
            reading.text(positionals(made)[0], site.scope)
            if is_sub and isinstance(made, Call) and positionals(made)
            else None
        )
        key = name or last_name(handler).replace("_", "-")
        if key:
            yield EntryPoint("cli", key, handler, site.scope, site.line, "argparse", is_certain=bool(name))


def _django(reading: Reading) -> Iterator[EntryPoint]:
    """A management command: its name is its file's, which facts do not know."""
    definitions = reading.facts.definitions
    for index, definition in enumerate(definitions):
        bases = {reading.origin(base, definition.parent) for base in definition.bases}
        if definition.name != "Command" or not any(base.startswith("django.core.management") for base in bases):
            continue
        for inner, method in enumerate(definitions):
            if method.parent == index and method.name in ("handle", "handle_noargs"):
                yield EntryPoint("cli", "manage.py command", Function(inner), index, method.line, "django")


def _main(reading: Reading) -> Iterator[EntryPoint]:
    """`if __name__ == "__main__"`, else a function `main` that asks for nothing."""
    facts = reading.facts
    guard = next((s for s in facts.steps if s.scope == 0 and s.kind == "use" and _is_guard(s.value)), None)
    if guard is not None:
        inside = [site for site in reading.sites if site.scope == 0 and site.line > guard.line]
        own = {d.name for d in facts.definitions if d.parent == 0}
        called = next((site.call.function for site in inside if last_name(site.call.function) in own), None)
        yield EntryPoint("main", "__main__", called or Function(0), 0, guard.line, "python")
        return
    for index, definition in enumerate(facts.definitions):
        is_main = definition.kind == "function" and definition.name == "main" and definition.parent == 0
        needed = [p for p in definition.parameters if p.default is None and p.kind not in ("*", "**")]
        if is_main and not needed:
            yield EntryPoint("main", "main", Function(index), 0, definition.line, "python", is_certain=False)


def _is_guard(value: Expr) -> bool:
    match value:
        case Either(options=options):
            return Name("__name__") in options and Text("__main__") in options
    return False

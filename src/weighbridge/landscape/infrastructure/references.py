"""What refers to what in a plan's configuration, through the arguments and outputs of modules."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.changes import ResourceChange

_MODULE: Final = LatePattern(r'module\.([\w-]+)(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?\.?')
_NO_RESOURCES: Final = frozenset({"local", "each", "count", "path", "terraform", "self", "ephemeral"})
_DEEPEST: Final = 60
MOST_DEPENDENTS: Final = 200
"""More are not looked for: the plan that replaces thousands is read in little time too."""

Node = tuple[tuple[str, ...], str]
"""The names of the modules on the way, and a resource, `var.x` or `output.x` there."""


class References:
    """Who refers to each resource; what goes through local values is not in a plan, so there may be more."""

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        self._users: dict[Node, list[Node]] = {}
        waiting: list[tuple[tuple[str, ...], Any]] = [((), configuration.get("root_module"))]
        while waiting:
            path, module = waiting.pop()
            if isinstance(module, dict) and len(path) < _DEEPEST:
                self._read(path, module)
                for name, call in _tables(module.get("module_calls")):
                    waiting.append(((*path, name), call.get("module")))

    def dependents(self, change: ResourceChange) -> tuple[str, ...]:
        """The resources that refer to this one or to what does, the nearest first, each as its module's configuration calls it."""
        start: Node = (module_path(change.module), change.block)
        seen, waiting = {start}, deque([start])
        found: list[str] = []
        while waiting and len(found) < MOST_DEPENDENTS:
            for user in self._users.get(waiting.popleft(), ()):
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
                    path, name = user
                    if not name.startswith(("var.", "output.", "data.")):
                        found.append("".join(f"module.{each}." for each in path) + name)
        return tuple(found)

    def _read(self, path: tuple[str, ...], module: Mapping[str, Any]) -> None:
        resources = module.get("resources")
        for resource in resources if isinstance(resources, list) else ():
            if isinstance(resource, dict) and isinstance(resource.get("address"), str):
                user = (path, resource["address"])
                parts = ("expressions", "count_expression", "for_each_expression", "provisioners")
                self._note(path, user, value=[resource.get(part) for part in parts])
                self._note(path, user, value={"references": resource.get("depends_on")})
        for name, call in _tables(module.get("module_calls")):
            for argument, value in _tables(call.get("expressions")):
                self._note(path, ((*path, name), f"var.{argument}"), value=value)
        for name, output in _tables(module.get("outputs")):
            self._note(path, (path, f"output.{name}"), value=output.get("expression"))

    def _note(self, path: tuple[str, ...], user: Node, *, value: object) -> None:
        for used in set(_named(path, value)):
            self._users.setdefault(used, []).append(user)


def module_path(address: str) -> tuple[str, ...]:
    """The names of the modules in an address, without the keys of instances."""
    return tuple(_MODULE.findall(address))


def _tables(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            yield name, inner


def _named(path: tuple[str, ...], value: object) -> Iterator[Node]:
    """What the references anywhere within a value are of."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found = each.get("references")
            if isinstance(found, list):
                for text in found:
                    if isinstance(text, str):
                        yield from _node(path, text)
            else:
                waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _node(path: tuple[str, ...], text: str) -> Iterator[Node]:
    parts = [part.partition("[")[0] for part in text.split(".")]
    if len(parts) < 2 or parts[0] in _NO_RESOURCES:
        return
    if parts[0] == "module":
        if len(parts) > 2:
            yield (*path, parts[1]), f"output.{parts[2]}"
    elif parts[0] == "data":
        yield path, ".".join(parts[:3])
    else:
        yield path, ".".join(parts[:2])

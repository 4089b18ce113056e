"""Methods that a migration of Rails' takes from modules of its repository."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Block, Call, Name, Statement
from weighbridge.facts.calls.ruby import read_ruby
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import Script, Sheet
from weighbridge.landscape.sql.tools._walking import Scene, Walk

_TAKES_IN: Final = ("include", "extend", "prepend")
_MOST_FILES: Final = 4
"""Modules that are read for one migration."""
_MOST_BYTES: Final = 60_000
_HOOKS: Final = LatePattern(
    r"\bself\.(?:included|extended|prepended)\b|^[ \t]*included\s+do\b|\bdefine_method\b|\bclass_eval\b", re.MULTILINE
)
"""By these a module does more to a class than to give it its methods."""
_WORD: Final = LatePattern(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Modules:
    """Finds methods by the modules that a class takes in."""

    def __init__(self, script: Script, body: Iterable[Statement]) -> None:
        self._script = script
        self._taken_in = list(_taken_in(body))

    def follows(self, call: Call, scene: Scene, *, walk: Walk, sheet: Sheet) -> bool:
        """Goes through the method that a call is of, where a module has it that could be read."""
        is_own = call.of is None or (isinstance(call.of, Name) and call.of.id == "self")
        found = self._methods.get(call.name) if is_own and self._taken_in else None
        if found is None or call.name in scene.followed:
            return False
        had, sheet.elsewhere = sheet.elsewhere, sheet.elsewhere or call
        walk.follow(call, found, scene=scene)
        sheet.elsewhere = had
        return True

    @cached_property
    def _methods(self) -> dict[str, tuple[Block, Names]]:
        """What is taken in last is asked first."""
        found: dict[str, tuple[Block, Names]] = {}
        for name in self._taken_in[:_MOST_FILES]:
            found |= self._of_module(name)
        return found

    def _of_module(self, name: str) -> dict[str, tuple[Block, Names]]:
        for path in self._script.around.ending(f"{_path_of(name)}.rb"):
            text = self._script.around.text(path)
            if len(text) > _MOST_BYTES or _HOOKS.search(text) is not None:
                continue
            try:
                statements = read_ruby(text)
            except TooDeepError:
                continue
            module = next(
                (each for each in _modules(statements) if each.name.rpartition("::")[2] == name.rpartition("::")[2]),
                None,
            )
            if module is not None:
                names = Names(module.body, outer=Names(statements))
                methods = (each for each in module.body if each.kind == "def")
                return {each.name: (Block(each.takes, each.body), names) for each in methods}
        return {}


def _taken_in(body: Iterable[Statement]) -> Iterator[str]:
    for each in body:
        value = each.value
        if isinstance(value, Call) and value.of is None and value.name in _TAKES_IN:
            yield from (one.value.id.removeprefix("::") for one in value.arguments if isinstance(one.value, Name))


def _modules(statements: Iterable[Statement]) -> Iterator[Statement]:
    for each in statements:
        if each.kind == "class":
            yield each
            yield from _modules(each.body)


def _path_of(name: str) -> str:
    """Where Rails looks for a constant: `Tools::TableLinks` in `tools/table_links.rb`."""
    return "/".join(_WORD.sub("_", part).lower() for part in name.split("::"))

"""The values that Terraform gives to a release of Helm, as charts take them: `values`, and `set` laid over these.

Source: https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release (`set` is a block, since version 3 a list).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.kubernetes.chart_values import value_lapses
from weighbridge.landscape.infrastructure.kubernetes.given_names import Chart, renamed
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.reading import read_document

RELEASE: Final = "helm_release"
ARGUMENTS: Final = ("set", "set_sensitive", "values")
_SET: Final = ("set", "set_sensitive")
_DOT: Final = re.compile(r"(?<!\\)\.")
_WORDS: Final = {"true": True, "false": False, "null": None}
_DEEPEST: Final = 20


def release_lapses(alteration: Alteration) -> Iterator[Lapse]:
    """What a release that stays is given worse than before."""
    change = alteration.change
    if change.type != RELEASE or change.is_data or change.action is not Action.UPDATE:
        return
    was, now = _values(change.before), _values(change.after)
    if any(not _is_known(values) for values in (change.before, change.after)):
        was = _shared(was, now)  # what is said no longer may be said where nobody can look
    yield from value_lapses(was, now)
    yield from renamed(was, now, chart=Chart.called(str(change.after.get("chart"))))


def _values(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """All that is given, as one table."""
    found: dict[str, Any] = {}
    given = arguments.get("values")
    for each in given if isinstance(given, list) else ():
        found = _laid_over(found, _table(each))
    for name in _SET:
        for one in nested(arguments, name):
            steps = [step.replace("\\.", ".") for step in _DOT.split(str(one.get("name", "")))]
            if "value" in one and not any("[" in step for step in steps) and len(steps) <= _DEEPEST:
                value = _said(one["value"], is_text=one.get("type") == "string")
                for step in reversed(steps):
                    value = {step: value}
                found = _laid_over(found, value)
    return found


def _table(given: object) -> Mapping[str, Any]:
    if isinstance(given, str):
        read = read_document(given.encode(), RepoPath("values"), side=Side.HEAD, kind="Values")
        return read.values if isinstance(read, Object) else {}
    return given if isinstance(given, dict) else {}


def _said(value: object, *, is_text: bool) -> Any:  # noqa: ANN401 - any value of a chart
    """A value as Helm takes what `set` gives it: `true` and numbers are no texts unless that is asked for."""
    if not isinstance(value, str) or is_text:
        return value
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if value.isdigit() and len(value) < 10 and (value == "0" or value[0] != "0") else value


def _is_known(arguments: Mapping[str, Any]) -> bool:
    """Whether all that is given stands in the sources."""
    given = [arguments.get(name) for name in ARGUMENTS]
    many = [each for one in given for each in (one if isinstance(one, list) else [one])]
    return not any(isinstance(each, Expression) for each in many)


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(under)
    for name, value in over.items():
        held = found.get(name)
        found[name] = _laid_over(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return found


def _shared(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of that which is still said."""
    return {
        name: _shared(value, now[name]) if isinstance(value, dict) and isinstance(now[name], dict) else value
        for name, value in was.items()
        if name in now
    }

"""Which policy documents of a plan the resources take their policies from, where these are known only when it is applied."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.changes import ResourceChange
from weighbridge.facts.terraform.plan import Plan
from weighbridge.landscape.infrastructure.references import module_path

_DOCUMENT: Final = "aws_iam_policy_document"
_PREFIX: Final = f"data.{_DOCUMENT}."
_DEEPEST: Final = 60

Documents = Mapping[str, Mapping[str, ResourceChange]]
"""By the address of a resource and its argument."""


def documents_of(plan: Plan) -> Documents:
    """The documents that a plan reads when it is applied, with what of them is known already, by who takes them."""
    known: dict[tuple[tuple[str, ...], str], ResourceChange] = {}
    for change in plan.changes:
        if change.is_data and change.type == _DOCUMENT:
            known.setdefault((module_path(change.module), change.name), change)
    if not known:
        return {}
    taken = dict(_taken(plan.configuration))
    found: dict[str, dict[str, ResourceChange]] = {}
    for change in plan.changes:
        path = module_path(change.module)
        for argument, name in taken.get((path, change.block), {}).items():
            document = known.get((path, name))
            if document is not None and change.is_unknown(argument):
                found.setdefault(change.address, {})[argument] = document
    return found


def _taken(configuration: Mapping[str, Any]) -> Iterator[tuple[tuple[tuple[str, ...], str], dict[str, str]]]:
    """For each resource the documents that its arguments refer to: one alone says what the argument is."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), configuration.get("root_module"))]
    while waiting:
        path, module = waiting.pop()
        if not isinstance(module, dict) or len(path) > _DEEPEST:
            continue
        calls, resources = module.get("module_calls"), module.get("resources")
        for name, call in calls.items() if isinstance(calls, dict) else ():
            waiting.append(((*path, name), call.get("module") if isinstance(call, dict) else None))
        for resource in resources if isinstance(resources, list) else ():
            expressions = resource.get("expressions") if isinstance(resource, dict) else None
            if isinstance(expressions, dict):
                names = {argument: _names(value) for argument, value in expressions.items()}
                one = {argument: next(iter(found)) for argument, found in names.items() if len(found) == 1}
                if one:
                    yield (path, str(resource.get("address"))), one


def _names(value: object) -> set[str]:
    references = value.get("references") if isinstance(value, dict) else None
    texts = [each for each in references if isinstance(each, str)] if isinstance(references, list) else []
    return {each.split(".")[2].partition("[")[0] for each in texts if each.startswith(_PREFIX)}

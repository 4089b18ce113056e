"""Which policy documents of a plan the resources take their policies from, where these are known only when it is applied."""

from collections.abc import Mapping
from typing import Any, Final

from weighbridge.facts.terraform.changes import ResourceChange
from weighbridge.facts.terraform.plan import Plan
from weighbridge.landscape.infrastructure.references import module_path

DOCUMENT: Final = "aws_iam_policy_document"
_PREFIX: Final = f"data.{DOCUMENT}."
_DEEPEST: Final = 60
POLICY_ARGUMENTS: Final = (
    "policy",
    "assume_role_policy",
    "access_policies",
    "repository_policy",
    "resource_policy",
    "access_policy",
)
"""The arguments that hold policies of AWS."""

Block = tuple[tuple[str, ...], str]
"""The names of the modules on the way, and type and name."""
Documents = Mapping[str, Mapping[str, ResourceChange]]
"""By the address of a resource and its argument."""


def documents_of(plan: Plan, arguments: Mapping[Block, Mapping[str, Any]]) -> Documents:
    """The documents that a plan reads when it is applied, with what of them is known already, by who takes them."""
    known: dict[tuple[tuple[str, ...], str], ResourceChange] = {}
    for change in plan.changes:
        if change.is_data and change.type == DOCUMENT:
            known.setdefault((module_path(change.module), change.name), change)
    if not known:
        return {}
    found: dict[str, dict[str, ResourceChange]] = {}
    for change in plan.changes:
        path = module_path(change.module)
        for argument, value in arguments.get((path, change.block), {}).items():
            names = _names(value)
            document = known.get((path, next(iter(names)))) if len(names) == 1 else None
            if document is not None and change.is_unknown(argument):
                found.setdefault(change.address, {})[argument] = document
    return found


def arguments_of(plan: Plan) -> Mapping[Block, Mapping[str, Any]]:
    """The arguments that the configuration sets for each resource; what else is not known of one, its provider chooses."""
    found: dict[Block, Mapping[str, Any]] = {}
    waiting: list[tuple[tuple[str, ...], Any]] = [((), plan.configuration.get("root_module"))]
    while waiting:
        path, module = waiting.pop()
        if not isinstance(module, dict) or len(path) > _DEEPEST:
            continue
        calls, resources = module.get("module_calls"), module.get("resources")
        for name, call in calls.items() if isinstance(calls, dict) else ():
            waiting.append(((*path, name), call.get("module") if isinstance(call, dict) else None))
        for resource in resources if isinstance(resources, list) else ():
            if isinstance(resource, dict):
                expressions = resource.get("expressions")
                found[path, str(resource.get("address"))] = expressions if isinstance(expressions, dict) else {}
    return found


def chosen_by_provider(change: ResourceChange, arguments: Mapping[Block, Mapping[str, Any]]) -> frozenset[str]:
    """The policies of a resource that are not known and that nobody set; none where its configuration is not in the plan."""
    block = (module_path(change.module), change.block)
    if block not in arguments or not isinstance(change.unknown, dict):
        return frozenset()
    return frozenset(change.unknown.keys() & set(POLICY_ARGUMENTS)) - arguments[block].keys()


def _names(value: object) -> set[str]:
    references = value.get("references") if isinstance(value, dict) else None
    texts = [each for each in references if isinstance(each, str)] if isinstance(references, list) else []
    return {each.split(".")[2].partition("[")[0] for each in texts if each.startswith(_PREFIX)}

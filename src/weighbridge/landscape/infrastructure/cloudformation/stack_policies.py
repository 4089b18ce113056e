"""Stack policies: which updates of which resources a stack refuses, before and after a change."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.facts.terraform.json_text import load_json
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.cloudformation.recognise import bytes_on
from weighbridge.landscape.infrastructure.cloudformation.template import table

_STACK: Final = "aws_cloudformation_stack"
_PARTS: Final = ("Update:Modify", "Update:Replace", "Update:Delete")


def stack_policy_alterations(files: Iterable[FileChange], contents: ChangedBytes) -> Iterator[Alteration]:
    """One for each stack policy that refuses other things than before."""
    for file in files:
        before, after = (_refusals(bytes_on(file, side, contents=contents)) for side in (Side.BASE, Side.HEAD))
        if before is None or after is None or before == after:
            continue
        blob = file.on(Side.HEAD) or file.on(Side.BASE)
        change = ResourceChange(
            address="stack policy",
            type=_STACK,
            name=file.path,
            action=Action.UPDATE,
            before={"refuses": before},
            after={"refuses": after},
        )
        yield Alteration(
            change=change,
            place=Place(
                path=blob.path if blob is not None else file.path,
                side=Side.HEAD if file.head is not None else Side.BASE,
            ),
            is_planned=False,
            confidence=Confidence.MEDIUM,
            tool=CLOUDFORMATION,
        )


def _refusals(data: bytes | CouldNotLook | None) -> Mapping[str, bool] | None:
    """What is refused, in words; None where the document cannot be read. Where there is none, nothing is."""
    if data is None:
        return {}
    content = data if isinstance(data, CouldNotLook) else load_json(data, called="the stack policy")
    statements = table(content).get("Statement")
    if isinstance(content, CouldNotLook) or not isinstance(statements, list):
        return None
    found: dict[str, bool] = {}
    for statement in map(table, statements):
        if statement.get("Effect") != "Deny":
            continue
        for action in _parts(_texts(statement.get("Action"))):
            for resource in _texts(statement.get("Resource")) or _types(statement):
                found[f"{action} of {resource}"] = True
    return found


def _parts(actions: list[str]) -> list[str]:
    """Each action alone: `Update:*` is all of them."""
    return list(dict.fromkeys(part for each in actions for part in (_PARTS if each == "Update:*" else (each,))))


def _types(statement: Mapping[str, Any]) -> list[str]:
    return _texts(table(table(statement.get("Condition")).get("StringEquals")).get("ResourceType"))


def _texts(value: object) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]

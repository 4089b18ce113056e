"""Entries of a change set that are not of the form that CloudFormation writes: what they do is not known."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.outcomes import CouldNotLook, Reason

_ACTIONS: Final = frozenset({"Add", "Modify", "Remove", "Import", "Dynamic", "SyncWithActual"})
_REPLACEMENTS: Final = frozenset({"True", "False", "Conditional"})
_HOLDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "LogicalResourceId": str, "ResourceType": str, "Action": str, "Replacement": str, "PolicyAction": str, "ChangeSetId": str,
    "Scope": list, "Details": list, "ModuleInfo": dict, "BeforeContext": (str, dict), "AfterContext": (str, dict),
}  # fmt: skip
_NEEDED: Final = ("LogicalResourceId", "ResourceType", "Action")
_MOST_NAMED: Final = 3


def misshapen(changes: Iterable[object]) -> Iterator[CouldNotLook]:
    """That some entries are none that can be read, with what is wrong with the first of them."""
    wrong = [found for number, each in enumerate(changes, start=1) if (found := _wrong(each, number))]
    if wrong:
        more = f" and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
        yield CouldNotLook(
            reason=Reason.UNPARSED,
            detail=f"entries of the change set are not of its form: {', '.join(wrong[:_MOST_NAMED])}{more}",
            remedy="give what `aws cloudformation describe-change-set` wrote, as it wrote it",
        )


def _wrong(change: object, number: int) -> str:
    """What is wrong with an entry, in words; empty where nothing is. A hook is no resource."""
    if not isinstance(change, dict):
        return f"the {number}. entry"
    if change.get("Type") not in (None, "Resource"):
        return "" if isinstance(change.get("Type"), str) else f"`Type` of the {number}. entry"
    entry = change.get("ResourceChange")
    if not isinstance(entry, dict):
        return f"`ResourceChange` of the {number}. entry"
    name = next(_odd(entry), "")
    return f"`{name}` of the {number}. entry" if name else ""


def _odd(entry: Mapping[str, Any]) -> Iterator[str]:
    """The keys of a resource's entry that are missing, or hold what they may not."""
    yield from (key for key in _NEEDED if not entry.get(key))
    yield from (key for key, held in _HOLDS.items() if entry.get(key) is not None and not isinstance(entry[key], held))
    if not isinstance(entry.get("Action"), str) or entry["Action"] not in _ACTIONS:
        yield "Action"
    if "Replacement" in entry and entry.get("Action") == "Modify" and str(entry["Replacement"]) not in _REPLACEMENTS:
        yield "Replacement"
    if not all(_is_detail(each) for each in entry.get("Details") or ()):
        yield "Details"
    yield from (key for key in ("BeforeContext", "AfterContext") if not _is_object(entry.get(key)))


def _is_detail(detail: object) -> bool:
    target = detail.get("Target") if isinstance(detail, dict) else None
    if target is None:
        return isinstance(detail, dict)
    texts = (
        (target.get(key) for key in ("Attribute", "Name", "RequiresRecreation", "Path"))
        if isinstance(target, dict)
        else [1]
    )
    return all(each is None or isinstance(each, str) for each in texts)


def _is_object(context: object) -> bool:
    try:
        content = json.loads(context) if isinstance(context, str) else context
    except (ValueError, RecursionError):
        return False
    return content is None or isinstance(content, dict)

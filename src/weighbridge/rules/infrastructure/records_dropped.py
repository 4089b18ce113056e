"""Names are no longer answered: records leave a group of records that stays."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("cloudformation", "availability", "network"),
)
_GROUP: Final = "AWS::Route53::RecordSetGroup"
_SHOWN: Final = 3


def check(case: Case) -> Iterable[Finding]:
    """One finding for each group."""
    for each in case[Infrastructure].alterations:
        change = each.change
        if change.type != _GROUP or change.action is not Action.UPDATE:
            continue
        after = set(_records(change.after))
        gone = list(dict.fromkeys(one for one in _records(change.before) if one not in after))
        if not gone:
            continue
        names = list(dict.fromkeys(name for name, _ in gone))
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        said = ", ".join(f"`{name}`" for name in names[:_SHOWN]) + more
        many = "record is" if len(gone) == 1 else "records are"
        yield RULE.finding(
            f"{each.name}: {len(gone)} {many} gone, and whoever asks for {said} finds nothing there or what else answers for it{each.caveat}",
            each.at("record_sets"),
            anchor=each.anchor("records"),
            confidence=each.confidence,
        )


def _records(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and type of each record of a group."""
    listed = values.get("record_sets")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            name = each.get("name")
            yield (name.text if isinstance(name, Expression) else str(name)), str(each.get("type"))

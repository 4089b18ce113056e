"""All keys of a model are spelled otherwise where they leave the program."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.respelled import Respelled, respelled
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python", "java"),
    tags=("contract", "behaviour"),
)
_MOST_SHOWN = 10
_NOBODY = "nobody here is known to read it; who else does, and who sends it, cannot be seen from here"


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each class that says it."""
    for each in respelled(case[CodeChange], case[Landscapes]):
        yield _finding(each)


def _finding(each: Respelled) -> Finding:
    key, now = next(iter(each.keys.items()))
    whose = f"`{each.name}`" + (f" and {counted(each.heirs, 'model')} below it" if each.heirs else "")
    others = (
        f", and {counted(len(each.keys) - 1, 'other key')} {'is' if len(each.keys) == 2 else 'are'} spelled so too"
        if len(each.keys) > 1
        else ""
    )
    becomes = f"is called `{now}` now" if now else "is called otherwise now"
    more = f" and {len(each.readers) - 1} more" if len(each.readers) > 1 else ""
    who = f"{each.readers[0]}{more} {'read' if more else 'reads'} it as it was" if each.readers else _NOBODY
    return RULE.finding(
        f"{whose}: `{key}` {becomes} outside{others}: {who}",
        Place(path=each.file.change.path, line=each.line, end_line=each.line, symbol=each.name),
        anchor=f"{each.name} {key} {now}",
        related=tuple(RelatedPlace(place=place, message="reads it as it was") for place in each.readers[:_MOST_SHOWN]),
        severity=Severity.HIGH if each.readers else Severity.MEDIUM,
    )

"""A function's result, a setting or a constant is in another unit under the same name."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.constants import ChangedConstant, rescaled_constants
from weighbridge.landscape.contracts.implicit.measured import OtherUnit, other_results, other_settings
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.settings import SettingChanges
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Rewritten, SettingChanges, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each function, setting and constant."""
    for other in other_results(case[Rewritten], case[Landscapes], code=case[CodeChange]):
        said = f"`{other.name}` says {other.unit} and gives what it gave {_times(other.factor)}"
        yield _finding(other, said, who="uses it as it was")
    set_by = case[SettingChanges].set_by
    for other in other_settings(case[Rewritten], set_by=set_by, code=case[CodeChange]):
        said = f"`{other.name}` is taken {_times(other.factor)} now, in another unit than it was"
        yield _finding(other, said, who="still sets it as it was")
    for constant in rescaled_constants(case[CodeChange], case[Landscapes]):
        yield _of_constant(constant)


def _of_constant(constant: ChangedConstant) -> Finding:
    more = f" and {len(constant.users) - 1} more" if len(constant.users) > 1 else ""
    does = "go by it as they did" if more else "goes by it as it did"
    return RULE.finding(
        f"`{constant.name}` is {constant.after}, not {constant.before}, in another unit under the same name: {constant.users[0]}{more} {does}",
        constant.file.at(constant.line, symbol=constant.name),
        anchor=f"{constant.name} {constant.before} {constant.after}",
        related=tuple(RelatedPlace(place=place, message="goes by it") for place in constant.users[:_MOST_SHOWN]),
        severity=Severity.HIGH,
    )


def _times(factor: str) -> str:
    return factor if factor.startswith("in ") else f"`{factor}`"


def _finding(other: OtherUnit, said: str, *, who: str) -> Finding:
    each = other.rewrite
    more = f" and {len(other.users) - 1} more" if len(other.users) > 1 else ""
    whom = f"{other.users[0]}{more} {who}" if other.users else f"nobody here is known that {who}"
    return RULE.finding(
        f"{said}: {whom}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {other.name}",
        related=tuple(RelatedPlace(place=place, message=who) for place in other.users[:_MOST_SHOWN]),
        severity=Severity.HIGH if other.users else Severity.LOW,
    )

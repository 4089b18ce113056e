"""The reasons of a gate, as a tree that a person can read: every rule, whether it applies and by what, and what it asks."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.gate import Gate, Requirement
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.asking import moment_of, seen_by
from weighbridge.policy.case import Case
from weighbridge.policy.condition import Condition
from weighbridge.policy.conditions.condition import Condition as Checked
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.conditions.evaluate import Situation, ready
from weighbridge.policy.policy import Rule
from weighbridge.policy.reasons.clauses import clauses
from weighbridge.policy.view.plain import plain

_MOST_VALUES: Final = 6
_MOST_CHARACTERS: Final = 60


class ClauseReason(Struct, frozen=True, kw_only=True):
    """One part of a condition: whether it holds, and the values that it read, each by its name in the document."""

    text: str
    holds: bool | CouldNotLook
    values: tuple[tuple[str, str], ...] = ()


class RuleReason(Struct, frozen=True, kw_only=True):
    """One rule: whether it applies (None where that is told when the gate is asked), by which parts, and what it asks.

    `joint` says whether all of the clauses must hold, or any.
    """

    rule: str
    source: str
    applies: bool | CouldNotLook | None
    because: str = ""
    joint: str = "all"
    clauses: tuple[ClauseReason, ...] = ()
    requirements: tuple[Requirement, ...] = ()


class Reasons(Struct, frozen=True, kw_only=True):
    """Why a gate is as it is: the rules of the policy in order, and what is asked for without one."""

    gate: Gate
    rules: tuple[RuleReason, ...]
    others: tuple[Requirement, ...]


def reasons_of(case: Case, gate: Gate) -> Reasons:
    """The reasons of `gate`, which `case` came to."""
    situation = _Asked(case)
    names = {rule.name for rule in case.policy.rules}
    return Reasons(
        gate=gate,
        rules=tuple(_of_rule(rule, case, gate=gate, situation=situation) for rule in case.policy.rules),
        others=tuple(each for each in gate.requirements if each.rule not in names),
    )


def _of_rule(rule: Rule, case: Case, *, gate: Gate, situation: "_Asked") -> RuleReason:
    asked = tuple(each for each in gate.requirements if each.rule == rule.name)
    when = rule.when
    if when is None:
        return RuleReason(rule=rule.name, source=rule.source, applies=True, because=rule.because, requirements=asked)
    is_left_open = case.now is None and when.is_volatile
    parts = clauses(when.text)
    return RuleReason(
        rule=rule.name,
        source=rule.source,
        applies=None if is_left_open else case.holds(when),
        because=rule.because,
        joint=parts.joint,
        clauses=tuple(situation.reasons(parts.texts, whole=when)),
        requirements=asked,
    )


class _Asked:
    """A document that the parts of conditions are asked of."""

    def __init__(self, case: Case) -> None:
        self._document = plain(seen_by(case.document, moment_of(case)))

    def reasons(self, texts: tuple[str, ...], *, whole: Condition) -> Iterator[ClauseReason]:
        """What each part comes to; the whole alone where its parts cannot be asked by themselves."""
        try:
            parts = [compile_condition(text) for text in texts]
        except ConditionError:
            parts = [whole] if isinstance(whole, Checked) else []
        situation = ready(self._document, parts)
        for part in parts:
            values = tuple(_values(part, situation))
            yield ClauseReason(text=" ".join(part.text.split()), holds=situation.holds(part), values=values)


def _values(part: Checked, situation: Situation) -> Iterator[tuple[str, str]]:
    paths = tuple(dict.fromkeys((*part.needs, *(_presence(part) if "has(" in part.text else ()))))
    for path in paths:
        if any(other.startswith((f"{path}[", f"{path}.")) for other in paths):
            continue
        found = list(_at([situation.document.values], path.replace("[]", ".[]").split(".")))
        yield path.replace("[]", ""), _shown(found)


def _presence(part: Checked) -> Iterator[str]:
    """The names that a part asks to be there; nothing finer is kept of them."""
    yield from (name for name in sorted(part.reads) if not any(need.startswith(name) for need in part.needs))


def _at(values: list[Any], names: list[str]) -> Iterator[Any]:
    for name in names:
        if name == "[]":
            values = [one for value in values if isinstance(value, list) for one in value]
        else:
            values = [value[name] for value in values if isinstance(value, dict) and name in value]
    yield from values


def _shown(found: list[Any]) -> str:
    """The values in words: plain ones as they are, each once, lists by what they hold or how long they are."""
    words = list(dict.fromkeys(_word(value) for value in found))
    if not words:
        return "absent"
    left = len(words) - _MOST_VALUES
    return ", ".join(words[:_MOST_VALUES]) + (f" and {left} more" if left > 0 else "")


def _word(value: object) -> str:
    match value:
        case bool():
            words = "true" if value else "false"
        case list():
            words = f"a list of {len(value)}" if value and isinstance(value[0], dict) else _shown(value or ["none"])
        case dict():
            words = "there" if value else "absent"
        case float():
            words = f"{value:g}"
        case _:
            words = " ".join(str(value).split()) or "empty"
    return words if len(words) <= _MOST_CHARACTERS else f"{words[: _MOST_CHARACTERS - 1]}…"

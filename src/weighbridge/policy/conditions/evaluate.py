"""Asks conditions of one document: each holds, does not, or could not look, with the reason; nothing else can come of it.

- What is absent is an error that reaches the answer, unless the answer is the same whatever it is.
- What would take too long is not begun.
- A field that is absent anywhere stops no condition that does not depend on it.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from cel_expr_python import cel
from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.conditions.asks import subjects_of
from weighbridge.policy.conditions.condition import Condition
from weighbridge.policy.conditions.cost import MOST_STEPS
from weighbridge.policy.conditions.language import language
from weighbridge.policy.conditions.nodes import ANSWERS
from weighbridge.policy.view.plain import PlainDocument, plain
from weighbridge.policy.view.view import View

Answer = bool | CouldNotLook

_LIMIT: Final = LatePattern("iteration|budget|max_program|too large|exhausted", re.IGNORECASE)
_NO_KEY: Final = LatePattern(r'(?:no such key|Key not found in map|No value with name)\s*:?\s*"?([^"\s]+)')
_IN_WORDS: Final = (
    (LatePattern("divide by zero|division by zero|modulus by zero", re.IGNORECASE), "it divides by zero"),
    (LatePattern("overflow", re.IGNORECASE), "a number in it grows too large"),
    (LatePattern("index", re.IGNORECASE), "it asks for an element that its list does not have"),
)


class Situation(Struct, eq=False):
    """One document, made ready to be asked."""

    document: PlainDocument
    activation: cel.Activation
    unanswered: dict[str, CouldNotLook]
    lengths: dict[str, int]

    def holds(self, condition: Condition) -> Answer:
        """Whether the condition holds; it must be one of those that the document was made ready for."""
        if condition.cost.measured(self._length) > MOST_STEPS:
            return CouldNotLook(
                reason=Reason.LIMIT,
                detail="the condition takes too long on a change of this size",
                remedy="ask less of each element, or use touches(...)",
            )
        try:
            found = condition.program.eval(self.activation)
            value = found.value()
        except (RuntimeError, ValueError, LookupError, TypeError) as error:
            return self._why(condition, str(error))
        return value if isinstance(value, bool) else self._why(condition, str(value))

    def _length(self, path: str) -> int:
        if path not in self.lengths:
            self.lengths[path] = _longest([self.document.values], path.replace("[]", ".[]").split("."))
        return self.lengths[path]

    def _why(self, condition: Condition, said: str) -> CouldNotLook:
        """The reason in words: what is absent, the first in order of the text."""
        if _LIMIT.search(said):
            detail = "the condition takes more rounds than are allowed"
            return CouldNotLook(
                reason=Reason.LIMIT, detail=detail, remedy="ask less of each element, or use touches(...)"
            )
        absent = _NO_KEY.search(said)
        if absent is not None:
            for ask in condition.asks:
                if missing := self.unanswered.get(ask.key):
                    return missing
            return self._absent(condition, absent[1])
        for pattern, words in _IN_WORDS:
            if pattern.search(said):
                return CouldNotLook(reason=Reason.FAILED, detail=f"the condition cannot be answered: {words}")
        return CouldNotLook(reason=Reason.FAILED, detail="the condition cannot be answered")

    def _absent(self, condition: Condition, name: str) -> CouldNotLook:
        paths = [path for path in condition.needs if path.rpartition(".")[2] == name] or list(condition.needs)
        for path in paths:
            for known in (path, path.partition(".")[0]):
                if missing := self.document.missing.get(known):
                    return missing
        path = paths[0].replace("[]", "") if paths else name
        owner = path.rpartition(".")[0]
        remedy = f"ask has({path}) first" if owner else ""
        return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"`{path}` is absent", remedy=remedy)


def ready(view: View | PlainDocument, conditions: Iterable[Condition]) -> Situation:
    """The document, made ready to be asked these conditions."""
    conditions = tuple(conditions)
    document = plain(view) if isinstance(view, View) else view
    values = document.values
    answers: dict[str, bool] = {}
    unanswered: dict[str, CouldNotLook] = {}
    if asks := {ask for condition in conditions for ask in condition.asks}:
        subjects = subjects_of(values)
        for ask in asks:
            answer = ask.answer(subjects)
            if isinstance(answer, CouldNotLook):
                unanswered[ask.key] = answer
            else:
                answers[ask.key] = answer
    columns = Columns(values)
    for condition in conditions:
        for guard in condition.guards:
            answers[guard.key] = guard.may_hold(columns.distinct)
    activation = language().Activation({**values, ANSWERS: answers})
    return Situation(document=document, activation=activation, unanswered=unanswered, lengths={})


class Columns(Struct, eq=False):
    """The distinct values of fields of the document's lists, each gathered once."""

    values: dict[str, Any]
    found: dict[tuple[str, str], frozenset[Any] | None] = field(default_factory=dict)

    def distinct(self, path: str, name: str) -> frozenset[Any] | None:
        """The values of a field in the list at `path`; None where the list, or the field anywhere in it, is absent."""
        key = (path, name)
        if key not in self.found:
            self.found[key] = self._gathered(path, name)
        return self.found[key]

    def _gathered(self, path: str, name: str) -> frozenset[Any] | None:
        holder: Any = self.values
        for part in path.split("."):
            holder = holder.get(part) if isinstance(holder, dict) else None
        try:
            return frozenset([one[name] for one in holder])
        except (TypeError, KeyError):
            return None


def answers(view: View | PlainDocument, conditions: Iterable[Condition]) -> tuple[Answer, ...]:
    """What each condition comes to, in order."""
    conditions = tuple(conditions)
    situation = ready(view, conditions)
    return tuple(situation.holds(condition) for condition in conditions)


def _longest(values: list[Any], parts: list[str]) -> int:
    """The length of the longest list or text at a path."""
    for part in parts:
        if part == "[]":
            values = [one for value in values if isinstance(value, list) for one in value]
        elif part:
            values = [value[part] for value in values if isinstance(value, dict) and part in value]
    return max((len(value) for value in values if isinstance(value, list | str)), default=0)

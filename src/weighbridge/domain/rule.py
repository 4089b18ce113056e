"""What a rule is: a value, and one function from a case to findings."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import TypedDict, TypeVar, Unpack

from msgspec import Struct
from msgspec.structs import asdict

from weighbridge.domain.credentials import without_credentials
from weighbridge.domain.findings import Cause, CausedFinding, Confidence, Finding, Fix, Severity
from weighbridge.domain.ids import RuleId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace

T = TypeVar("T")


class Looks(StrEnum):
    """What a rule looks at, which decides what "new" means for its findings."""

    CHANGE = "change"
    """The difference of base and head: whatever it finds is new."""
    STATE = "state"
    """One tree: it also runs on the base, and only what was not found there is new."""


class Rule(Struct, frozen=True, kw_only=True):
    """What a rule declares; its id comes from its place, its words from its page.

    `reads` are the types of the facts its function asks the case for. `roles` names the roles of the files it judges
    (`python`, `sql` …): each such changed file gets an outcome. Without roles the change as a whole is the subject.
    """

    severity: Severity
    confidence: Confidence
    reads: tuple[type, ...]
    roles: tuple[str, ...] = ()
    looks: Looks = Looks.CHANGE
    weaknesses: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()

    def finding(
        self,
        message: str,
        at: Place,
        *,
        anchor: str,
        related: tuple[RelatedPlace, ...] = (),
        **particular: Unpack["Particular"],
    ) -> Finding:
        """A finding of this rule; `anchor` is what stays the same when lines move, `particular` what is unlike the rule.

        The message says no password that the change does.
        """
        found = Finding(
            rule=RuleId(""),
            message=without_credentials(message),
            place=at,
            severity=particular.get("severity", self.severity),
            confidence=particular.get("confidence", self.confidence),
            anchor=anchor,
            related=related,
            flow=particular.get("flow", ()),
            fix=particular.get("fix"),
            weaknesses=self.weaknesses,
        )
        causes = particular.get("causes", ())
        return CausedFinding(**asdict(found), causes=causes) if causes else found


class Particular(TypedDict, total=False):
    """What one finding may have of its own."""

    severity: Severity
    confidence: Confidence
    flow: tuple[RelatedPlace, ...]
    fix: Fix
    causes: tuple[Cause, ...]


class Case:
    """A change with the facts a rule asked for, by type: `case[CodeChange]`."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[type, object]) -> None:
        self._facts = facts

    def __getitem__(self, kind: type[T]) -> T:
        """The fact of this type.

        Raises:
            KeyError: the rule did not declare the type in `reads`; a defect of the rule.
        """
        fact = self._facts[kind]
        if not isinstance(fact, kind):
            raise KeyError(kind)
        return fact


Check = Callable[[Case], Iterable[Finding | CouldNotLook] | CouldNotLook]
"""Findings, and why this case or a part of it cannot be judged; the engine fills in the rule's id."""


class LoadedRule(Struct, frozen=True, kw_only=True, dict=True):
    """A rule with the id its place gives it, its function, and what reads its page."""

    id: RuleId
    rule: Rule
    check: Check
    read_page: Callable[[], str]

    @cached_property
    def page(self) -> str:
        """Its page's text, read where somebody asks for it: most rules find nothing."""
        return self.read_page()

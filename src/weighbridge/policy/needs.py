"""What a policy rule can ask for, as values: approvals, documents, checks and the rest, and how they combine."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.record import Assurance
from weighbridge.policy.condition import Condition

DEEPEST: Final = 5
"""Levels of `all`, `any` and `at-least` inside one another: beyond it nobody can read why a gate is closed."""


class GroupKind(StrEnum):
    """How a policy names people."""

    ANYONE = "anyone"
    """Any enrolled person."""
    OWNERS = "owners"
    """Who answers for the changed files."""
    KNOWS_COMPONENT = "knows-component"
    """An owner of a changed component, or somebody who lately did a good part of its work."""
    ROLE = "role"
    TEAM = "team"
    PERSON = "person"


class Group(Struct, frozen=True):
    """Some people by the name that the policy gives them: `owners`, `role:senior`, `team:@acme/payments`, an address."""

    kind: GroupKind
    name: str = ""

    def __str__(self) -> str:
        return (
            self.name if self.kind is GroupKind.PERSON else f"{self.kind}:{self.name}" if self.name else str(self.kind)
        )


class Involved(StrEnum):
    """How somebody can be involved in a change, so that they are no second pair of eyes."""

    AUTHOR = "author"
    COMMITTER = "committer"
    CO_AUTHOR = "co-author"
    REQUESTER = "requester"
    """Who asked the agent that wrote it."""


class CountWhen(Struct, frozen=True, kw_only=True):
    """Another number of approvals where a condition holds; the first that holds is taken."""

    when: Condition
    count: int


class ApprovalNeed(Struct, frozen=True, kw_only=True):
    """So many approvals, by different people of these groups, each at least this sure and none of those involved."""

    count: int = 1
    by: tuple[Group, ...] = (Group(GroupKind.ANYONE),)
    assurance: Assurance = Assurance.KEY
    not_by: frozenset[Involved] = frozenset(Involved)
    count_when: tuple[CountWhen, ...] = ()
    verified: bool = False
    """Whether the authenticator must have checked a PIN or a finger."""
    words: str = ""
    """What the approver must have written in so many words, if anything."""


class OwnersNeed(Struct, frozen=True, kw_only=True):
    """An approval by each group of code owners that answers for some of the changed files."""

    assurance: Assurance = Assurance.KEY
    not_by: frozenset[Involved] = frozenset(Involved)
    unowned: bool = False
    """Whether a changed file that nobody owns stands in the way."""


class DocumentNeed(Struct, frozen=True, kw_only=True):
    """A document of a kind, whose content is looked at."""

    kind: str
    pattern: str = ""
    """What a change ticket must look like."""


class CheckNeed(Struct, frozen=True, kw_only=True):
    """An external check that passed on exactly this tree, no longer ago than `within`."""

    name: str
    within: timedelta | None = None


class ScannedNeed(Struct, frozen=True, kw_only=True):
    """Analyses (a rule, or a family by `family/*`) that must have looked at everything they were asked about."""

    rules: tuple[str, ...]


class FindingsNeed(Struct, frozen=True, kw_only=True):
    """No new finding at least this bad and this sure of these rules, unless somebody accepted it by a waiver."""

    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.MEDIUM
    rules: tuple[str, ...] = ("*",)


class RolloutNeed(Struct, frozen=True, kw_only=True):
    """A rollout plan with these stages at least."""

    stages: tuple[str, ...] = ()


class WaitNeed(Struct, frozen=True, kw_only=True):
    """So much time between the change being weighed and its passing, for others to look."""

    time: timedelta


class LoadTestNeed(Struct, frozen=True, kw_only=True):
    """A load test of exactly this tree, no older than `within`."""

    within: timedelta | None = None


class DisclosureNeed(Struct, frozen=True, kw_only=True):
    """Commit messages that keep the rule of disclosure, where one is set."""


class AnchoredNeed(Struct, frozen=True, kw_only=True):
    """A ledger that somebody besides its writers remembers, so that nothing is taken out of it unseen."""


class AllNeed(Struct, frozen=True, kw_only=True):
    """All of some needs."""

    of: tuple["Need", ...]


class AnyNeed(Struct, frozen=True, kw_only=True):
    """One of some needs is enough."""

    of: tuple["Need", ...]


class SomeNeed(Struct, frozen=True, kw_only=True):
    """At least `count` of some needs."""

    count: int
    of: tuple["Need", ...]


Need = (
    ApprovalNeed
    | OwnersNeed
    | DocumentNeed
    | CheckNeed
    | ScannedNeed
    | FindingsNeed
    | RolloutNeed
    | WaitNeed
    | LoadTestNeed
    | DisclosureNeed
    | AnchoredNeed
    | AllNeed
    | AnyNeed
    | SomeNeed
)


def is_by_people(need: Need) -> bool:
    """Whether nothing but people's words meets it: approvals, documents, how commits are worded, and what combines only those."""
    if isinstance(need, AllNeed | AnyNeed | SomeNeed):
        return all(map(is_by_people, need.of))
    return isinstance(need, ApprovalNeed | OwnersNeed | DocumentNeed | DisclosureNeed)


def needs_within(needs: tuple[Need, ...]) -> Iterator[Need]:
    """These needs, and all that they combine."""
    for need in needs:
        yield need
        if isinstance(need, AllNeed | AnyNeed | SomeNeed):
            yield from needs_within(need.of)

"""A provider acts on another account, region or cluster, or is another program."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.acting_providers import handovers
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.settings import Turn, program_turns, provider_turns, requirement_turns

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each, in sources and in what a plan tells of providers."""
    found = case[Infrastructure]
    for turn in provider_turns(found.sources):
        yield RULE.finding(
            f"provider `{turn.what}` goes from {turn.before} to {turn.after}: what was made through it is not found there, and is made"
            " a second time while the first stays where it was",
            turn.place,
            anchor=f"provider {turn.folder} {turn.what}",
            confidence=Confidence.MEDIUM if turn.is_sure else Confidence.LOW,
        )
    yield from _handed_over(found)
    for turn in requirement_turns(found.sources):
        yield RULE.finding(
            f"provider {turn.what} {_required(turn, found)}",
            turn.place,
            anchor=f"required {turn.folder} {turn.what}",
            severity=Severity.LOW if turn.is_open and found.locks_providers(turn.folder) else Severity.MEDIUM,
        )
    for turn in program_turns(found.sources):
        yield RULE.finding(
            f"Terraform itself goes from `{turn.before}` to `{turn.after}`: whoever runs another is refused, and a state that the new one wrote"
            " cannot be read by the old one again",
            turn.place,
            anchor=f"program {turn.folder}",
            severity=Severity.MEDIUM,
        )
    for plan in found.plans:
        known = plan.read.known_providers
        others = [
            c for c in plan.read.changes if known.get(c.address) and c.provider and known[c.address] != c.provider
        ]
        if others:
            yield RULE.finding(
                f"{len(others):,} resources were made by the provider {known[others[0].address]} and are planned by {others[0].provider},"
                f" `{others[0].address}` among them",
                plan.place,
                anchor=f"provider {others[0].provider}",
                severity=Severity.MEDIUM,
                confidence=Confidence.HIGH,
            )


def _handed_over(found: Infrastructure) -> Iterable[Finding]:
    """What another configuration acts for, though each of them stays as it is."""
    for each in handovers(found.sources):
        realm = found.realm_of(each.place.path)
        why = "" if each.is_sure else ", which may act elsewhere"
        yield RULE.finding(
            f"`{each.name}` changes its provider configuration: {each.before} created it, and {each.after} manages it now{why}: what exists is not"
            " found there, so it is created a second time, and the first one is orphaned or destroyed"
            + (f"; `{realm}` is not production" if realm else ""),
            each.place,
            anchor=f"acting {each.folder} {each.name}",
            severity=Severity.HIGH if each.is_told else Severity.MEDIUM,
            confidence=Confidence.MEDIUM if each.is_sure and not realm else Confidence.LOW,
        )


def _required(turn: Turn, found: Infrastructure) -> str:
    """What a folder asks for of a provider, in words."""
    if not turn.is_open:
        return (
            f"goes from {turn.before} to {turn.after}: what a provider calls and does changes with that, and a plan made with it may differ"
            " where no source does"
        )
    now = f"is `{turn.after}`" if turn.after else "is not told any more"
    when = (
        "`terraform init -upgrade`"
        if found.locks_providers(turn.folder)
        else "`terraform init`, for no lock file is kept,"
    )
    return f"{now} and was `{turn.before}`: nothing bounds it any more, and the next {when} takes the newest major version that there is"

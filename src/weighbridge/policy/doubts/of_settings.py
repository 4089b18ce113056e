"""Settings that leave a door open: exceptions anybody may make, places that changes enter by themselves, nothing asked at all."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from weighbridge.domain.findings import Severity
from weighbridge.domain.record import Assurance
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.gate import FIXED_RULES
from weighbridge.policy.needs import ApprovalNeed, CheckNeed, FindingsNeed, GroupKind, Involved, ScannedNeed
from weighbridge.policy.policy import Environment, EnvironmentLevel, Policy, SelfService

_MACHINES = CheckNeed | FindingsNeed | ScannedNeed


def doubts_of_settings(
    policy: Policy, *, dropped: Iterable[str] = (), now: datetime | None = None, are_named: bool = True
) -> Iterator[Doubt]:
    """What the settings leave open; `dropped` are the rules of what it builds upon that do not apply, `are_named` is that all
    rules have a name to go by.
    """
    if not policy.rules:
        about, why = ("drop", "every rule is dropped") if any(dropped) else ("rules", "there is no rule")
        yield Doubt(
            about=about,
            message=f"{why}: no change needs anybody's approval",
            remedy="keep some, or write `solo: true` or `report_only: true` if that is what is meant",
        )
    if not policy.blind:
        yield Doubt(
            about="could_not_look",
            message="no analysis that could not look stops a change: a scanner that fails passes everything",
            remedy="name the reasons that block under `could_not_look: error:`",
        )
    if policy.report_only:
        words = "the gate only tells: every change passes, whatever is found"
        yield Doubt(about="report_only", message=words, remedy="leave `report_only` out once people trust it")
    for name, environment in policy.environments.items():
        yield from _self_service(f"environment {name}", environment, policy=policy)
    yield from _exceptions(policy)
    if are_named:
        yield from _never(policy)
    for freeze in policy.freezes:
        if now is not None and freeze.end <= now:
            words = f"the window ended at {freeze.end:%Y-%m-%d %H:%M} UTC"
            yield Doubt(about=f"freeze {freeze.name}", message=words, remedy="remove it, or move its dates")


def _self_service(about: str, environment: Environment, *, policy: Policy) -> Iterator[Doubt]:
    if environment.self_service is SelfService.NEVER:
        return
    if environment.level is EnvironmentLevel.PRODUCTION:
        words = "nothing serves itself into production: `self_service` has no effect here"
        yield Doubt(about=about, message=words, remedy="leave it out")
        return
    is_checked = any(isinstance(need, _MACHINES) for need in environment.require)
    is_loose = policy.blocking.severity.rank < Severity.HIGH.rank or not policy.blind
    if not is_checked and (is_loose or environment.level is EnvironmentLevel.STAGING):
        yield Doubt(
            about=about,
            message="low changes serve themselves in, and no check, scanner or finding has to stop them",
            remedy="ask for `scanned` or `findings` under its `require`",
        )


def _exceptions(policy: Policy) -> Iterator[Doubt]:
    glass = policy.break_glass
    if glass and _is_anybody(glass.approval):
        yield Doubt(
            about="break_glass",
            message="anybody with a key, which a program can have, may pass any change",
            remedy="name a role under `by`, or ask for `assurance: sk`",
        )
    for key, rules in (("overrides", policy.overrides), ("waivers", policy.waivers)):
        if rules and _is_anybody(rules.approval) and Involved.AUTHOR not in rules.approval.not_by:
            words = f"whoever wrote a change may make {key} for it, alone and with a mere key"
            yield Doubt(about=key, message=words, remedy="name a role under `by`, or leave `author` in `not_by`")


def _never(policy: Policy) -> Iterator[Doubt]:
    """What exceptions are kept from by a name that no rule has."""
    known = {*FIXED_RULES, *(rule.name for rule in policy.rules)}
    known |= {f"environment:{name}" for name in policy.environments}
    known |= {f"freeze:{freeze.name}" for freeze in policy.freezes}
    for key, never in (
        ("overrides", policy.overrides.never if policy.overrides else frozenset()),
        ("break_glass", policy.break_glass.never if policy.break_glass else frozenset()),
    ):
        for name in sorted(never - known):
            close = nearest(name, known)
            hint = f"did you mean `{close}`?" if close else f"rules are {', '.join(sorted(known))}"
            yield Doubt(about=key, message=f"`never` names no rule: `{name}`, which keeps nothing", remedy=hint)


def _is_anybody(need: ApprovalNeed) -> bool:
    """Whether one person is enough, whoever it is, and a plain key will do."""
    is_open = any(group.kind is GroupKind.ANYONE for group in need.by)
    return is_open and need.count == 1 and not need.assurance.reaches(Assurance.SECURITY_KEY)

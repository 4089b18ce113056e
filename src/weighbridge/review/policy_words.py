"""A policy in words: what rules ask for, who may do what, as a person reads it."""

from collections.abc import Iterator

from weighbridge.domain.record import Assurance
from weighbridge.policy.judge.times import spoken
from weighbridge.policy.needs import (
    AllNeed,
    AnchoredNeed,
    AnyNeed,
    ApprovalNeed,
    CheckNeed,
    DisclosureNeed,
    DocumentNeed,
    FindingsNeed,
    Group,
    GroupKind,
    Involved,
    LoadTestNeed,
    Need,
    OwnersNeed,
    RolloutNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
)
from weighbridge.policy.policy import Environment, Policy
from weighbridge.review.sentences import count, listed

_MANY = 99


def need_words(need: Need) -> str:
    """What a need asks for."""
    match need:
        case ApprovalNeed():
            return approval_words(need)
        case OwnersNeed(unowned=unowned):
            return "an approval by each group of code owners" + (", and an owner for every file" if unowned else "")
        case AllNeed() | AnyNeed() | SomeNeed():
            parts = "; ".join(map(need_words, need.of))
            number = "all" if isinstance(need, AllNeed) else "one" if isinstance(need, AnyNeed) else str(need.count)
            return f"{number} of ({parts})"
        case CheckNeed() | LoadTestNeed() | ScannedNeed() | FindingsNeed():
            return _machine_words(need)
        case _:
            return _paper_words(need)


def _machine_words(need: CheckNeed | LoadTestNeed | ScannedNeed | FindingsNeed) -> str:
    match need:
        case CheckNeed(name=name, within=within):
            words = f"the check {name}" + (f", at most {spoken(within)} old" if within else "")
        case LoadTestNeed(within=within):
            words = "a load test" + (f", at most {spoken(within)} old" if within else "")
        case ScannedNeed(rules=rules):
            words = f"a look by {listed(rules, _MANY)}"
        case FindingsNeed(severity=severity, confidence=confidence, rules=rules):
            of = "" if rules == ("*",) else f" of {listed(rules, _MANY)}"
            words = f"no new finding{of} of {severity} severity or worse and {confidence} confidence or better"
    return words


def _paper_words(need: DocumentNeed | RolloutNeed | WaitNeed | DisclosureNeed | AnchoredNeed) -> str:
    match need:
        case DocumentNeed(kind=kind, pattern=pattern):
            words = f"the document {kind}" + (f" like {pattern}" if pattern else "")
        case RolloutNeed(stages=stages):
            words = "a rollout plan" + (f" with {listed(stages, _MANY)}" if stages else "")
        case WaitNeed(time=time):
            words = f"{spoken(time)} on record"
        case DisclosureNeed():
            words = "messages that keep the rule of disclosure"
        case AnchoredNeed():
            words = "a ledger that an anchor or witnesses hold"
    return words


def approval_words(need: ApprovalNeed) -> str:
    """How many approvals, by whom, how sure, and who does not count."""
    parts = [f"{count(need.count, 'approval')} by {who_words(need)}"]
    parts += [f"{other.count} where {other.when.text.strip()}" for other in need.count_when]
    if need.assurance.reaches(Assurance.SECURITY_KEY):
        parts.append(f"by {need.assurance} or better")
    elif need.assurance is Assurance.FORGE:
        parts.append("the forge's word will do")
    if need.verified:
        parts.append("with a PIN or finger checked")
    if need.words:
        parts.append(f'saying "{need.words}"')
    if allowed := frozenset(Involved) - need.not_by:
        parts.append(f"also by {'anybody involved' if not need.not_by else listed(sorted(allowed))}")
    return ", ".join(parts)


def who_words(need: ApprovalNeed) -> str:
    """Whom an approval is asked of."""
    return " or ".join(map(_group, need.by))


def _group(group: Group) -> str:
    match group.kind:
        case GroupKind.ANYONE:
            return "anyone enrolled"
        case GroupKind.OWNERS:
            return "an owner"
        case GroupKind.KNOWS_COMPONENT:
            return "somebody who knows the component"
        case _:
            return str(group)


def environment_words(environment: Environment) -> str:
    """What entering an environment takes."""
    parts = [str(environment.level)]
    parts += ["low changes serve themselves"] if environment.self_service == "low-risk" else []
    parts += [need_words(need) for need in environment.require]
    if environment.approvals_last:
        parts.append(f"approvals count for {spoken(environment.approvals_last)}")
    return "; ".join(parts)


def exception_words(policy: Policy) -> Iterator[tuple[str, str]]:
    """Who may make which exception; that nobody may is said too."""
    for name, rules in (("overrides", policy.overrides), ("waivers", policy.waivers)):
        if rules is None:
            yield name, "nobody"
        else:
            kept = f"; never {listed(sorted(rules.never), _MANY)}" if rules.never else ""
            yield name, f"{approval_words(rules.approval)}, for {spoken(rules.longest)} at most{kept}"
    glass = policy.break_glass
    if glass is None:
        yield "break glass", "nobody"
    else:
        kept = f"; never {listed(sorted(glass.never), _MANY)}" if glass.never else ""
        within = f"reviewed within {spoken(glass.review_within)} by {who_words(glass.review)}"
        yield "break glass", f"{approval_words(glass.approval)}, {within}{kept}"

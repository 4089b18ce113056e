"""Writes a policy as the file that loads back to it: packs and layers laid together, nothing left to look up."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import yaml

from weighbridge.domain.outcomes import Reason
from weighbridge.domain.record import Assurance
from weighbridge.domain.system import SurfaceKind
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import DocumentKind
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
    Involved,
    LoadTestNeed,
    Need,
    OwnersNeed,
    RolloutNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
)
from weighbridge.policy.policy import (
    POLICY_VERSION,
    BreakGlassRules,
    CarryOver,
    Environment,
    Exceptions,
    Freeze,
    Policy,
    RubberStamps,
    Rule,
    SelfService,
    Stated,
)

_WIDTH: Final = 110
_Fields = dict[str, object]


def policy_text(policy: Policy) -> str:
    """The policy as one file that builds upon nothing; what a setting is when left out is left out."""
    return yaml.safe_dump(_policy(policy), sort_keys=False, allow_unicode=True, width=_WIDTH)


def _policy(policy: Policy) -> _Fields:
    written: _Fields = {"version": POLICY_VERSION, "name": policy.name}
    written["blocking"] = {"severity": str(policy.blocking.severity), "confidence": str(policy.blocking.confidence)}
    written["could_not_look"] = {
        "error": [str(reason) for reason in Reason if reason in policy.blind],
        "unread": [str(kind) for kind in SurfaceKind if kind in policy.delicate],
    }
    written |= _people(policy.people)
    if policy.least_assurance is not Assurance.KEY:
        written["assurance"] = str(policy.least_assurance)
    if policy.approvals_last:
        written["approvals_last"] = spoken(policy.approvals_last)
    if policy.carry_over is not CarryOver.NEVER:
        written["carry_over"] = str(policy.carry_over)
    written |= {key: True for key, is_set in (("solo", policy.is_solo), ("report_only", policy.report_only)) if is_set}
    if policy.rules:
        written["rules"] = [_rule(rule) for rule in policy.rules]
    if policy.environments:
        written["environments"] = {name: _environment(each) for name, each in policy.environments.items()}
    if policy.documents:
        written["documents"] = {name: _document_kind(name, kind) for name, kind in policy.documents.items()}
    if policy.freezes:
        written["freezes"] = [_freeze(each) for each in policy.freezes]
    for key, rules in (("overrides", policy.overrides), ("waivers", policy.waivers)):
        if rules is not None:
            written[key] = _exceptions(rules)
    if policy.break_glass is not None:
        written["break_glass"] = _break_glass(policy.break_glass)
    return written | _rubber_stamps(policy.rubber_stamps)


def _people(people: Stated) -> _Fields:
    parts: Mapping[str, object] = {
        "roles": {name: list(members) for name, members in people.roles.items()},
        "teams": {name: list(members) for name, members in people.teams.items()},
        "handles": dict(people.handles),
        "bots": sorted(people.bots),
    }
    found = {key: value for key, value in parts.items() if value}
    return {"people": found} if found else {}


def _rule(rule: Rule) -> _Fields:
    written: _Fields = {"name": rule.name}
    if rule.when is not None:
        written["when"] = rule.when.text
    if rule.because:
        written["because"] = rule.because
    if rule.locked:
        written["locked"] = True
    if rule.exceptions_by:
        written["exceptions_by"] = rule.exceptions_by
    return written | {"require": _needs(rule.require)}


def _needs(needs: tuple[Need, ...]) -> list[_Fields]:
    return [_need(need) for need in needs]


def _need(need: Need) -> _Fields:
    match need:
        case ApprovalNeed():
            return {"approval": _approval(need)}
        case AllNeed(of=of):
            return {"all": _needs(of)}
        case AnyNeed(of=of):
            return {"any": _needs(of)}
        case SomeNeed(count=count, of=of):
            return {"at_least": {"count": count, "of": _needs(of)}}
        case _:
            return dict([_plain(need)])


def _plain(
    need: OwnersNeed
    | DocumentNeed
    | CheckNeed
    | ScannedNeed
    | FindingsNeed
    | RolloutNeed
    | WaitNeed
    | LoadTestNeed
    | DisclosureNeed
    | AnchoredNeed,
) -> tuple[str, object]:
    written: tuple[str, object]
    match need:
        case OwnersNeed():
            written = "code_owners", _owners(need)
        case DocumentNeed(kind=kind, pattern=pattern):
            written = "document", {"kind": kind} | ({"pattern": pattern} if pattern else {})
        case CheckNeed(name=name, within=within):
            written = "check", {"name": name} | _within(within)
        case LoadTestNeed(within=within):
            written = "load_test", _within(within)
        case ScannedNeed(rules=rules):
            written = "scanned", list(rules)
        case FindingsNeed():
            written = "findings", _findings(need)
        case RolloutNeed(stages=stages):
            written = "rollout", {"stages": list(stages)} if stages else {}
        case WaitNeed(time=time):
            written = "wait", spoken(time)
        case DisclosureNeed():
            written = "disclosure", True
        case AnchoredNeed():
            written = "anchored", True
    return written


def _approval(need: ApprovalNeed) -> _Fields:
    written: _Fields = {} if need.count == 1 else {"count": need.count}
    written["by"] = [str(group) for group in need.by]
    if need.assurance is not Assurance.KEY:
        written["assurance"] = str(need.assurance)
    written |= _not_by(need.not_by)
    if need.count_when:
        written["count_when"] = [{"when": each.when.text, "count": each.count} for each in need.count_when]
    if need.verified:
        written["verified"] = True
    return written | ({"words": need.words} if need.words else {})


def _owners(need: OwnersNeed) -> _Fields:
    written: _Fields = {} if need.assurance is Assurance.KEY else {"assurance": str(need.assurance)}
    return written | _not_by(need.not_by) | ({"unowned": True} if need.unowned else {})


def _not_by(involved: frozenset[Involved]) -> _Fields:
    return {} if involved == frozenset(Involved) else {"not_by": [str(how) for how in Involved if how in involved]}


def _findings(need: FindingsNeed) -> _Fields:
    written: _Fields = {"severity": str(need.severity), "confidence": str(need.confidence)}
    return written | ({} if need.rules == ("*",) else {"rules": list(need.rules)})


def _within(time: timedelta | None) -> _Fields:
    return {"within": spoken(time)} if time else {}


def _environment(environment: Environment) -> _Fields:
    written: _Fields = {"level": str(environment.level)}
    if environment.self_service is not SelfService.NEVER:
        written["self_service"] = str(environment.self_service)
    if environment.require:
        written["require"] = _needs(environment.require)
    return written | ({"approvals_last": spoken(environment.approvals_last)} if environment.approvals_last else {})


def _document_kind(name: str, kind: DocumentKind) -> _Fields:
    """What the policy sets of a shipped kind, or the whole of its own."""
    shipped = next((each for each in find_kinds() if each.name == name), None)
    written: _Fields = {} if shipped else {"says": kind.says}
    if kind.parts and (shipped is None or kind.parts != shipped.parts):
        written["headings"] = [part.title for part in kind.parts]
    if shipped is None or kind.least != shipped.least:
        written["words"] = kind.least
    if kind.paths and (shipped is None or kind.paths != shipped.paths):
        written["paths"] = list(kind.paths)
    if kind.ticket and (shipped is None or kind.ticket != shipped.ticket):
        written["ticket"] = kind.ticket
    return written


def _freeze(freeze: Freeze) -> _Fields:
    written: _Fields = {"name": freeze.name, "from": _moment(freeze.start), "to": _moment(freeze.end)}
    if freeze.environments:
        written["environments"] = sorted(freeze.environments)
    if freeze.because:
        written["because"] = freeze.because
    return written | ({"except_when": freeze.except_when.text} if freeze.except_when is not None else {})


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _exceptions(rules: Exceptions) -> _Fields:
    written: _Fields = {"approval": _approval(rules.approval), "longest": spoken(rules.longest)}
    return written | ({"never": sorted(rules.never)} if rules.never else {})


def _break_glass(rules: BreakGlassRules) -> _Fields:
    written: _Fields = {"approval": _approval(rules.approval), "review_within": spoken(rules.review_within)}
    written["review"] = _approval(rules.review)
    return written | ({"never": sorted(rules.never)} if rules.never else {})


def _rubber_stamps(stamps: RubberStamps) -> _Fields:
    written = dict(_stamps(stamps))
    return {"rubber_stamps": written} if written else {}


def _stamps(stamps: RubberStamps) -> Iterator[tuple[str, int | str]]:
    usual = RubberStamps()
    if stamps.words_a_minute:
        yield "words_a_minute", stamps.words_a_minute
    if stamps.share:
        yield "share_percent", round(stamps.share * 100)
    if stamps.least != usual.least:
        yield "least", stamps.least
    if stamps.batch:
        yield "batch", stamps.batch
    if stamps.within != usual.within:
        yield "within", spoken(stamps.within)

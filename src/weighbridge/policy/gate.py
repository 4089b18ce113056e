"""The gate: a policy, a change and what was said of it in, a decision out; pure, so that whoever gates can recompute it.

The rules, which the tests say sentence by sentence:

- Nothing passes because something could not look: what the policy calls blind, a condition that could not be told, a
  group nobody knows, a source nobody could ask is an error, never a pass. What no machine reads, a person can.
- Findings known to the baseline or suppressed by a trusted suppression do not block; they stay in the package.
- Only statements about exactly this change count: the same ledger, trees, decision and proposal.
- A gate's state is that of its worst requirement: error, unsatisfied, bypassed, overridden, satisfied.
- Taking a statement about this change away never satisfies a gate, unless the statement was a rejection, or a check's
  newest word which is no pass. (Shares and batches of approvals, where a policy looks for them, are told by statements
  about other changes too.)
- While a firm rule applies, what would pass a change with fewer people does not: solo mode, self-service, and exceptions
  that fewer make than the rule says.
- A low change that serves itself into an environment takes nobody's word, wherever a rule asks for one; what machines tell is
  asked for all the same. Never in production.
- Report-only changes what a caller does with the state, never the state itself; while a firm rule applies the setting
  does not count.
- Without a time, only what does not change by itself is told; that is what a decision holds. Rules that ask for the
  time or the environment are then named and left open to whoever asks with one.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from weighbridge.domain.findings import FindingState
from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.combine import state_of
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.exceptions import DUE_RULE, bypassed, overridden, reviews_due
from weighbridge.policy.firm import held_firm
from weighbridge.policy.judge.alone import SOLO_RULE, judge_alone
from weighbridge.policy.judge.approvals import REJECTION_RULE, judge_rejections
from weighbridge.policy.judge.findings import blocking_need, judge_findings
from weighbridge.policy.judge.looks import UNREAD_RULE, judge_looks
from weighbridge.policy.judge.need import judge_need
from weighbridge.policy.judge.stamps import STAMP_RULE, judge_stamps
from weighbridge.policy.judge.times import judge_freezes
from weighbridge.policy.level import level_of, signs_of_risk
from weighbridge.policy.policy import EnvironmentLevel, Rule, SelfService

FINDINGS_RULE: Final = "blocking-findings"
FIXED_RULES: Final = (
    FINDINGS_RULE,
    UNREAD_RULE,
    "unmeasured-impact",
    "unseen-history",
    "blind-rule",
    REJECTION_RULE,
    DUE_RULE,
    SOLO_RULE,
    STAMP_RULE,
)
"""What asks for something without a rule of the policy's, by the names that requirements give as theirs."""
_MOST_SIGNS: Final = 2


def decide_gate(case: Case) -> Gate:
    """What the change still needs."""
    case = held_firm(case)
    level, reasons = level_of(case.document)
    is_anything = _is_anything(case)
    asked = _requirements(case, level=level, reasons=reasons) if is_anything else ()
    requirements = tuple(bypassed((overridden(each, case) for each in asked), case))
    return Gate(
        state=state_of(requirements) if is_anything else GateState.NOT_APPLICABLE,
        level=level,
        reasons=reasons,
        requirements=requirements,
        policy=case.policy.name,
        report_only=case.policy.report_only or case.policy.is_only_told,
    )


def _is_anything(case: Case) -> bool:
    """Whether there is anything to decide: a merge that drops what it merges changes no file, and a finding says so."""
    document = case.document
    if document.change.files or any(weighed.state is FindingState.NEW for weighed in document.findings):
        return True
    return any(o.missing is not None and o.missing.reason in case.policy.blind for o in document.outcomes)


def _requirements(case: Case, *, level: Level, reasons: tuple[str, ...]) -> Iterator[Requirement]:
    if found := judge_findings(blocking_need(case.policy), case, asked=Asked(rule=FINDINGS_RULE, because=())):
        yield found
    yield from judge_looks(case)
    asked = tuple(_of_rules(case, reasons=reasons, serves_itself=_serves_itself(case, level)))
    of_environment = tuple(_of_environment(case))
    yield from asked
    yield from judge_stamps(case, (*asked, *of_environment))
    yield from judge_alone(case)
    yield from of_environment
    yield from judge_rejections(case)
    yield from judge_freezes(case)
    yield from reviews_due(case)


def _of_rules(case: Case, *, reasons: tuple[str, ...], serves_itself: bool) -> Iterator[Requirement]:
    for rule in case.policy.rules:
        if case.now is None and rule.when is not None and rule.when.is_volatile:
            yield _left_open(rule)
            continue
        applies = case.holds(rule.when) if rule.when is not None else True
        if isinstance(applies, CouldNotLook):
            yield _untold(rule, applies)
        elif applies:
            because = tuple(dict.fromkeys(_because(rule, case.document, reasons=reasons)))
            asked = Asked(rule=rule.name, because=because, serves_itself=serves_itself)
            for need in rule.require:
                yield from judge_need(need, case, asked=asked)


def _because(rule: Rule, document: PolicyDocument, *, reasons: tuple[str, ...]) -> Iterator[str]:
    """Why a rule applies: in its own words or its condition's, and what of the change the condition read."""
    if rule.when is None:
        yield rule.because or f"{rule.name} asks it of every change"
        return
    reads = rule.when.reads
    if "level" in reads and not rule.because:
        yield from reasons
        return
    yield rule.because or rule.when.text
    if "risk" in reads:
        yield from islice(signs_of_risk(document), _MOST_SIGNS)
    if "surfaces" in reads and document.surfaces:
        yield f"it touches {', '.join(dict.fromkeys(str(surface.kind) for surface in document.surfaces))}"


def _left_open(rule: Rule) -> Requirement:
    assert rule.when is not None, "asked only of rules with a condition"
    return Requirement(
        kind=RequirementKind.CONDITION,
        rule=rule.name,
        state=GateState.NOT_APPLICABLE,
        ask=f"what {rule.name} asks for",
        because=(f"whether it applies is told when the gate is asked: {rule.because or rule.when.text}",),
    )


def _untold(rule: Rule, missing: CouldNotLook) -> Requirement:
    return Requirement(
        kind=RequirementKind.CONDITION,
        rule=rule.name,
        state=GateState.ERROR,
        ask=f"tell whether {rule.name} applies",
        because=(f"{missing.reason}: {missing.detail}", *((missing.remedy,) if missing.remedy else ())),
    )


def _serves_itself(case: Case, level: Level) -> bool:
    """Whether the change may enter the environment without people: never production."""
    environment = case.environment
    if environment is None or environment.level is EnvironmentLevel.PRODUCTION:
        return False
    return environment.self_service is SelfService.LOW_RISK and level is Level.LOW


def _of_environment(case: Case) -> Iterator[Requirement]:
    if case.environment is not None:
        name = f"environment:{case.environment.name}"
        asked = Asked(rule=name, because=(f"it is to enter {case.environment.name}",))
        for need in case.environment.require:
            yield from judge_need(need, case, asked=asked)

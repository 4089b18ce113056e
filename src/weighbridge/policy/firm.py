"""Firm rules: while one applies, nothing lets a change pass with fewer people than it says.

The rules, which the tests say sentence by sentence:

- Whoever is involved in the change counts for nothing, also in a repository of one person.
- Nobody serves themselves into any environment.
- A policy that only reports blocks: a setting that lets everything pass would let pass what the rule is firm about.
- An override and broken glass take as many different people as the firmest rule that applies says, or more where the
  policy asks for more. Where the policy allows no exception, there is none.
- A firm rule of which it cannot be told whether it applies is taken to apply.
"""

from msgspec.structs import replace

from weighbridge.policy.case import Case
from weighbridge.policy.policy import BreakGlassRules, Exceptions, Policy, SelfService


def held_firm(case: Case) -> Case:
    """The case as the firm rules that apply leave it."""
    counts = [rule.exceptions_by for rule in case.policy.rules if rule.exceptions_by and case.may_apply(rule)]
    if not counts:
        return case
    environment = case.environment and replace(case.environment, self_service=SelfService.NEVER)
    return replace(case, policy=_firm(case.policy, max(counts)), environment=environment)


def _firm(policy: Policy, count: int) -> Policy:
    return replace(
        policy,
        is_solo=False,
        report_only=False,
        overrides=policy.overrides and _by_more(policy.overrides, count),
        break_glass=policy.break_glass and _glass_by_more(policy.break_glass, count),
    )


def _by_more(rules: Exceptions, count: int) -> Exceptions:
    return replace(rules, approval=replace(rules.approval, count=max(count, rules.approval.count)))


def _glass_by_more(rules: BreakGlassRules, count: int) -> BreakGlassRules:
    return replace(rules, approval=replace(rules.approval, count=max(count, rules.approval.count)))

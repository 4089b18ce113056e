"""Check a change before it is committed: only what is new, and only what machines decide."""

from typing import Final

from msgspec import Struct

from weighbridge import __version__
from weighbridge.app.ports import Clock
from weighbridge.app.sight import Sight
from weighbridge.app.weigh_findings import cut_short, missed_code, weigh_findings
from weighbridge.domain.impact import Impact
from weighbridge.domain.package import Decision, TrustRecord
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.risk import Risk
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.run import run_rules
from weighbridge.policy.case import Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.policy import Policy, strict, without_people

MOST_UNREAD: Final = 2_000
"""The files that were never read which a check reads itself, once: four to nine milliseconds of a processor each. More take a review."""
MOST_UNKEPT: Final = 50
"""The same where nothing can be kept, so that each check would read them anew."""

UNWEIGHED = Risk(
    percentile=None,
    baseline_percentile=None,
    sample=0,
    window="",
    model="",
    refused="a check weighs findings only: `weighbridge review` weighs the rest",
)


class Checker(Struct, frozen=True, kw_only=True):
    """What a check needs besides the change itself; a strict one passes nothing that it did not look at."""

    rules: tuple[LoadedRule, ...]
    policy: Policy
    clock: Clock
    is_strict: bool = False


def check_change(sight: Sight, checker: Checker) -> Decision:
    """What the rules say of the change; its gate knows findings and what could not look, never approvals.

    What only a review needs (impact, surfaces, components, provenance) is not looked for unless a rule asks.
    """
    judgement = run_rules(checker.rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    standing = weigh_findings(sight, judgement, clock=checker.clock)
    outcomes = (*judgement.outcomes, *missed_code(sight), *cut_short(sight))
    policy = without_people(checker.policy)
    unknown, changed = Provenance(origin=Origin.UNKNOWN), Impact(changed=sight.code.symbols)
    document = PolicyDocument(
        change=sight.change,
        provenance=unknown,
        findings=standing.findings,
        outcomes=outcomes,
        coverage=sight.coverage,
        impact=changed,
        risk=UNWEIGHED,
    )
    return Decision(
        change=sight.change,
        provenance=unknown,
        findings=standing.findings,
        suppressions=standing.suppressions,
        outcomes=outcomes,
        coverage=sight.coverage,
        impact=changed,
        surfaces=(),
        components=(),
        gate=decide_gate(Case(policy=strict(policy) if checker.is_strict else policy, document=document)),
        trust=TrustRecord(
            target=sight.trust.target or "",
            target_name=sight.trust.target_name,
            documents={str(path): each.digest for path, each in sight.trust.documents.items()},
        ),
        tool=f"weighbridge {__version__}",
        inputs=sight.inputs.records,
    )

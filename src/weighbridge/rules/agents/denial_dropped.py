"""What an agent was forbidden is forbidden no more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.agents.files import SETTINGS
from weighbridge.landscape.agents.model import ALLOW, DENY
from weighbridge.landscape.agents.reach import severity_of_denial, words_of
from weighbridge.landscape.agents.shifts import widened

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AgentFiles,),
    roles=(SETTINGS,),
    weaknesses=(250, 732),
    tags=("agents",),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each use that was refused and is not."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        for each in widened(pair.old, pair.new):
            if each.before != DENY:
                continue
            now = "without asking" if each.after == ALLOW else "once somebody agrees"
            was = each.was or each.grant
            yield RULE.finding(
                f"agents may {words_of(each.grant)} {now}, which `{was.text[:100]}` forbade",
                pair.place(was.line, side=Side.BASE) if each.is_gone else pair.place(each.grant.line),
                anchor=f"{each.grant.of} {each.grant.kind} {each.grant.pattern}",
                severity=severity_of_denial(was),
            )

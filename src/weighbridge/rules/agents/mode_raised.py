"""One setting lets an agent do more by itself: fewer questions, no sandbox, no hooks."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.agents.files import SETTINGS

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(AgentFiles,),
    roles=(SETTINGS,),
    weaknesses=(250, 693),
    tags=("agents",),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting that holds agents less than before."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        before = {mode.key: mode for mode in pair.old.modes}
        for mode in pair.new.modes:
            old = before.get(mode.key)
            if mode.rank <= (old.rank if old is not None else mode.usual) or (old is None and not mode.line):
                continue
            was = f", where it was `{old.value}`" if old is not None and old.value != "unset" else ""
            yield RULE.finding(
                f"agents may {mode.words}: `{mode.key}` is `{mode.value}`{was}",
                pair.place(mode.line) if mode.line else pair.place(old.line if old else 0, side=Side.BASE),
                anchor=f"{mode.key} {mode.value}",
                severity=Severity.HIGH if mode.is_grave else Severity.MEDIUM,
            )

"""Files that agents were kept from reading are shown to them."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, NotRead
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.agents.files import IGNORES
from weighbridge.landscape.agents.model import DENY, Grant
from weighbridge.landscape.agents.patterns import holds
from weighbridge.landscape.agents.reach import severity_of_denial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(AgentFiles,),
    roles=(IGNORES,),
    weaknesses=(200,),
    tags=("agents",),
)
_MOST: Final = 1_000


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each pattern that is gone and that no other holds, and each exception that is new."""
    for text in case[AgentFiles].texts(IGNORES):
        if isinstance(text, NotRead):
            yield text
            continue
        old, new = _patterns(text.old), _patterns(text.new)
        for pattern, line in list(old.items())[:_MOST]:
            is_kept = any(holds("read", each, inner=pattern) for each in list(new)[:_MOST] if not each.startswith("!"))
            if not pattern.startswith("!") and not is_kept:
                yield RULE.finding(
                    f"agents were kept from `{pattern[:80]}` and may read it",
                    text.place(line, side=Side.BASE),
                    anchor=pattern,
                    severity=_severity(pattern),
                )
        for pattern, line in new.items():
            if pattern.startswith("!") and pattern not in old and old:
                yield RULE.finding(
                    f"agents may read `{pattern[1:81]}` as an exception",
                    text.place(line),
                    anchor=pattern,
                    severity=_severity(pattern[1:]),
                )


def _patterns(text: str) -> dict[str, int]:
    lines = ((line.strip(), number) for number, line in enumerate(text.splitlines(), start=1))
    return {line: number for line, number in lines if line and not line.startswith("#")}


def _severity(pattern: str) -> Severity:
    grant = Grant(effect=DENY, kind="read", pattern=pattern, text=pattern, line=0)
    return Severity.HIGH if severity_of_denial(grant) is Severity.HIGH else Severity.LOW

"""A setting switches a check off: of a certificate, a signature, a token."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import OfTests
from weighbridge.landscape.switches import SwitchedOff, switched_off

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, OfTests),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(295, 347, 352),
    tags=("behaviour", "authentication", "tls"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting that leaves something unchecked from now on, or more often."""
    for off in switched_off(case[CodeChange]):
        if off.path not in case[OfTests]:
            yield _finding(off)


def _finding(off: SwitchedOff) -> Finding:
    switch = off.switch
    word, other = ("on", "off") if switch.is_on else ("off", "on")
    if off.before:
        how = f"if `{off.now}`, where it was if `{off.before}`" if off.now else f"no longer only if `{off.before}`"
        said = f"`{switch.name}` is {word} more often than it was: {how}"
    elif off.was_other:
        said = f"`{switch.name}` is switched {word}, and was {other}: more is let through than before"
    else:
        said = f"`{switch.name}` is switched {word}: what it is about goes unchecked"
    return RULE.finding(
        said,
        Place(path=off.path, line=switch.line, end_line=switch.line),
        anchor=f"{switch.name} {word}",
        severity=Severity.MEDIUM if off.was_other else Severity.HIGH,
    )

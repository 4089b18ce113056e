"""A setting switches a check off: of a certificate, a signature, a token."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import OfTests
from weighbridge.landscape.switches import switched_off

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, OfTests),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(295, 347, 352),
    tags=("behaviour", "authentication", "tls"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting that leaves something unchecked from now on."""
    for path, switch in switched_off(case[CodeChange]):
        if path in case[OfTests]:
            continue
        word = "on" if switch.is_on else "off"
        yield RULE.finding(
            f"`{switch.name}` is switched {word}: what it is about goes unchecked",
            Place(path=path, line=switch.line, end_line=switch.line),
            anchor=f"{switch.name} {word}",
        )

"""A setting switches a check off: of a certificate, a signature, a token."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.switches import switched_off
from weighbridge.landscape.test_files import is_test

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(295, 347, 352),
    tags=("behaviour", "authentication", "tls"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting that leaves something unchecked from now on."""
    for path, switch in switched_off(case[CodeChange]):
        if is_test(path):
            continue
        word = "on" if switch.is_on else "off"
        yield RULE.finding(
            f"`{switch.name}` is switched {word}: what it is about goes unchecked",
            Place(path=path, line=switch.line, end_line=switch.line),
            anchor=f"{switch.name} {word}",
        )

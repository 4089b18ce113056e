"""Terraform starts a program that it did not start before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.provisioners import Program, programs

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "execution"),
)

_OFF = "; its `count` is none wherever it is set, development left out"


def check(case: Case) -> Iterable[Finding]:
    """One finding for each program; those that end something, run what they fetch or run while planning are worse."""
    for each in case[Infrastructure].declared:
        for program in programs(each):
            is_grave = program.ends_something or program.runs_what_it_fetches
            yield RULE.finding(
                f"{each.name} runs {program.shown} {program.when}, with the rights of whoever does{_harm(program)}{_OFF if each.is_off else ''}: no plan shows what it does",
                each.at("program", "provisioner"),
                anchor=each.anchor(program.kind),
                severity=_severity(each, is_grave=is_grave or program.is_planning),
                confidence=Confidence.MEDIUM if is_grave or not program.is_planning else Confidence.LOW,
            )


def _severity(each: Alteration, *, is_grave: bool) -> Severity:
    """How bad it is: nothing starts what is declared zero times outside of development."""
    if each.is_off:
        return Severity.LOW
    return Severity.HIGH if is_grave else Severity.MEDIUM


def _harm(program: Program) -> str:
    if program.ends_something:
        return ", and by its words it ends something that exists"
    return ", and it runs what it fetches or sends something out" if program.runs_what_it_fetches else ""

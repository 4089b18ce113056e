"""What others read of a state is gone, or a secret is shown."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.outputs import lost_outputs

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "contracts"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each output that goes, or that was sensitive and is so no longer."""
    yield from _exports(case[Infrastructure])
    yield from _declared(case[Infrastructure])
    for plan in case[Infrastructure].plans:
        for each in plan.read.outputs:
            words = ""
            if each.action is Action.DELETE:
                words = f"output `{each.name}` is gone: whoever reads it from this state fails at their next plan"
            elif each.was_sensitive and not each.is_sensitive:
                words = f"output `{each.name}` is no longer sensitive: plans and logs show its value"
            if words:
                yield RULE.finding(words, Place(path=plan.place.path, symbol=each.name), anchor=f"output {each.name}")


def _declared(found: Infrastructure) -> Iterable[Finding]:
    """What a folder of Terraform's declares no longer, with who still reads it."""
    for lost in lost_outputs(found.sources):
        more = f" and {len(lost.readers) - 1} more" if len(lost.readers) > 1 else ""
        who = (
            f"`{lost.readers[0]}`{more} still reads it, and fails at the next plan"
            if lost.readers
            else "whoever reads it from this state fails at their next plan; nobody in this repository is known to"
        )
        yield RULE.finding(
            f"output `{lost.name}` is gone: {who}; {TERRAFORM.by_sources(is_beside_plan=bool(found.plans))}",
            lost.place,
            anchor=f"output {lost.folder} {lost.name}",
            severity=Severity.HIGH if lost.readers else Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
        )


def _exports(found: Infrastructure) -> Iterable[Finding]:
    """What other stacks import from one of CloudFormation: it cannot go as long as one does."""
    for lost, users in found.lost_exports():
        how = f"is exported as `{lost.becomes}` and no longer as" if lost.becomes else "is exported no longer as"
        who = (
            f"`{users[0]}`{f' and {len(users) - 1} more' if len(users) > 1 else ''} imports it"
            if users
            else "whether another stack imports it is not told here"
        )
        yield RULE.finding(
            f"output `{lost.name}` {how} `{lost.export}`: while another stack imports that, CloudFormation refuses the whole update; {who}",
            lost.place,
            anchor=f"export {lost.export}",
            severity=Severity.HIGH if users else Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
        )

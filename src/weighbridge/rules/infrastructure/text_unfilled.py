"""A text of a template keeps a name that was meant to be filled in."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.recognise import ROLE
from weighbridge.landscape.infrastructure.cloudformation.unfilled import unfilled

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=(ROLE,),
    tags=("cloudformation",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each property."""
    cloud = case[Infrastructure].cloudformation
    for file in cloud.templates if cloud is not None else ():
        for old, new in file.pairs():
            if new is None or file.after is None or (old is not None and old.body == new.body):
                continue
            known = set(unfilled(file.before, old)) if old is not None and file.before is not None else set()
            for name, text in dict.fromkeys(unfilled(file.after, new)):
                if (name, text) not in known:
                    yield RULE.finding(
                        f"`{new.name} ({new.type})`: `${{{text}}}` in `{name}` stands in a text without `!Sub`, and is sent literally",
                        file.place(new.lines.get(name, new.line), Side.HEAD),
                        anchor=f"{new.name} {name} {text}",
                    )

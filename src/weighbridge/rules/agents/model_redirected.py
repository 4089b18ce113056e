"""An agent's model is asked at another address, or with a key that a command gives."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.agents.files import SETTINGS
from weighbridge.landscape.agents.server_words import host_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(AgentFiles,),
    roles=(SETTINGS,),
    weaknesses=(441, 300),
    tags=("agents",),
)
_OF_THE_MAKER: Final = LatePattern(
    r"(?:[\w-]+\.)*(?:anthropic\.com|openai\.com|googleapis\.com|amazonaws\.com|azure\.com|localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)(?::\d+)?"
)
"""Hosts of those who make models, and the machine itself."""
_VARIABLE: Final = LatePattern(r"\$\{?\w+\}?|\{env:\w+\}|\$\{env:\w+\}")
"""What each person's own environment says."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each address that is new."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        before = {each.key: each.value for each in pair.old.redirects}
        for each in pair.new.redirects:
            if before.get(each.key) == each.value:
                continue
            host = host_of(each.value)
            is_near = _OF_THE_MAKER.fullmatch(host) is not None and "TLS" not in each.key
            is_own = _VARIABLE.fullmatch(each.value.strip()) is not None
            what = "believes any certificate" if "TLS" in each.key else f"goes to `{host}`"
            yield RULE.finding(
                f"what agents ask their model, with the files they read, {what}: `{each.key}` is set here for everybody",
                pair.place(each.line),
                anchor=f"{each.key} {host}",
                severity=Severity.LOW if is_own else Severity.MEDIUM if is_near else Severity.HIGH,
            )

"""A text that agents obey tells them what nobody would want done."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, TextPair
from weighbridge.landscape.agents.files import DEFINITIONS, INSTRUCTIONS
from weighbridge.landscape.agents.instructions import foreign_share, risky_lines

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(AgentFiles,),
    roles=(INSTRUCTIONS, DEFINITIONS),
    weaknesses=(1427,),
    tags=("agents",),
)
_MOST_TOLD: Final = 20
_MOST_FOREIGN: Final = 0.3


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each line that does so and is new."""
    for text in case[AgentFiles].texts(INSTRUCTIONS, DEFINITIONS):
        if isinstance(text, NotRead):
            yield text
            continue
        yield from _of_text(text)
        if foreign_share(text.old, text.new) > _MOST_FOREIGN:
            yield NotRead(
                path=text.file.path,
                reason=Reason.UNSUPPORTED,
                detail="what it tells agents is not all in English, which alone is understood here",
                remedy="have somebody read it who knows the language",
            )


def _of_text(text: TextPair) -> Iterator[Finding]:
    for count, each in enumerate(risky_lines(text.old, text.new)):
        if count == _MOST_TOLD:
            return
        hidden = f", {each.hidden}" if each.hidden else ""
        yield RULE.finding(
            f"agents are told {each.words}{hidden}: “{each.text}”",
            text.place(each.line),
            anchor=f"{each.kind} {each.text}",
            severity=each.severity,
        )

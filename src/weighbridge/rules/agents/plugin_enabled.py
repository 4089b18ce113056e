"""A plugin from elsewhere brings agents commands, hooks and servers."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.agents.files import SETTINGS

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AgentFiles,),
    roles=(SETTINGS,),
    weaknesses=(829,),
    tags=("agents",),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each plugin that is switched on, and each place that plugins may come from."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        before = {(each.kind, each.name): each.words for each in pair.old.sources}
        for each in pair.new.sources:
            if before.get((each.kind, each.name)) == each.words:
                continue
            if each.kind == "plugin":
                said = f"the plugin `{each.name[:80]}` is switched on: its hooks, commands and servers come with it, and are not in the repository"
            else:
                said = f"plugins may come from `{each.words[:80] or 'a place that is not read here'}`, by the name `{each.name[:60]}`"
            yield RULE.finding(said, pair.place(each.line), anchor=f"{each.kind} {each.name} {each.words}")

"""A server gives agents tools that they did not have."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.agents.files import SETTINGS
from weighbridge.landscape.agents.server_words import gravity, words_of_server
from weighbridge.landscape.contracts.trees import Trees

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AgentFiles, Trees),
    roles=(SETTINGS,),
    weaknesses=(829, 494),
    tags=("agents", "mcp"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each server that is new, or switched on."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        for name, server in pair.new.servers.items():
            old = pair.old.servers.get(name)
            if server.is_off or (old is not None and not old.is_off):
                continue
            said = words_of_server(server, pair.file.path, trees=case[Trees])
            yield RULE.finding(
                f"agents get the server `{name[:60]}`, which {said}",
                pair.place(server.line),
                anchor=f"{name} {' '.join(server.command)} {server.url}",
                severity=Severity(gravity(server, pair.file.path, trees=case[Trees])),
            )

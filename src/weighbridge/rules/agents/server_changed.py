"""A server that agents have runs something else, is handed more, or is no longer asked about."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, PowersPair
from weighbridge.landscape.agents.files import SETTINGS
from weighbridge.landscape.agents.model import EVERY, Server
from weighbridge.landscape.agents.server_words import gravity, host_of, words_of_server
from weighbridge.landscape.agents.servers import unpinned
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
    """One finding for each way in which a server that stays may do more, or is another."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        for name, server in pair.new.servers.items():
            old = pair.old.servers.get(name)
            if old is not None and not server.is_off and not old.is_off:
                yield from _compared(pair, old, new=server, trees=case[Trees])


def _compared(pair: PowersPair, old: Server, *, new: Server, trees: Trees) -> Iterator[Finding]:
    where = pair.place(new.line)
    if (old.command, old.url) != (new.command, new.url):
        was = f"`{' '.join(old.command)[:90]}`" if old.command else f"`{host_of(old.url)}`"
        yield RULE.finding(
            f"the server `{new.name[:60]}` is another: it {words_of_server(new, pair.file.path, trees=trees)}, where it was {was}",
            where,
            anchor=f"{new.name} {' '.join(new.command)} {new.url}",
            severity=_of_another(pair, old, new=new, trees=trees),
        )
    if more := sorted(set(new.secrets) - set(old.secrets)):
        yield RULE.finding(
            f"the server `{new.name[:60]}` is handed {', '.join(f'`{each}`' for each in more[:5])} too",
            where,
            anchor=f"{new.name} secrets {' '.join(more)}",
        )
    if more := sorted(set(new.approved) - set(old.approved)) if EVERY not in old.approved else []:
        said = "any tool" if EVERY in more else ", ".join(f"`{each}`" for each in more[:8])
        yield RULE.finding(
            f"agents may use {said} of the server `{new.name[:60]}` without asking",
            where,
            anchor=f"{new.name} approved {' '.join(more)}",
            severity=Severity.HIGH if EVERY in more else Severity.MEDIUM,
        )


def _of_another(pair: PowersPair, old: Server, *, new: Server, trees: Trees) -> Severity:
    """A version that is pinned, or moved to another, is what is done with one every day."""
    same = [part for part in old.command if part in new.command]
    is_same_program = bool(new.command) and old.command[:1] == new.command[:1] and len(same) >= len(old.command) - 1
    if is_same_program and not unpinned(new.command) and not new.url:
        return Severity.LOW
    if new.url and host_of(old.url) == host_of(new.url):
        return Severity.LOW
    return gravity(new, pair.file.path, trees=trees)

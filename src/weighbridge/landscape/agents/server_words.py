"""What a server of tools is, in words and as severity."""

from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.agents.model import EVERY, Server
from weighbridge.landscape.agents.runs import Run, run_of
from weighbridge.landscape.agents.servers import unpinned
from weighbridge.landscape.contracts.trees import Trees

_LOCAL: Final = LatePattern(
    r"(?:https?|sse|ws)://(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?:[:/].*)?"
)
_HOST: Final = LatePattern(r"\w+://([^/?#\s]+)")
_MOST: Final = 90


def host_of(url: str) -> str:
    """The host of an address, without what it is told."""
    found = _HOST.match(url)
    return (found[1].rpartition("@")[2] if found is not None else url)[:_MOST]


def words_of_server(server: Server, settings: RepoPath, *, trees: Trees) -> str:
    """What it does, and what of it should be known."""
    run = _run(server, settings, trees=trees)
    command = " ".join(server.command)
    short = f"`{command[:_MOST]}{'…' if len(command) > _MOST else ''}`"
    said = f"asks `{host_of(server.url)}`" if server.url else f"runs {short}" if command else "is defined elsewhere"
    if server.url.startswith("http:") and not _LOCAL.fullmatch(server.url):
        said += " unencrypted"
    more = []
    if package := unpinned(server.command):
        more.append(f"`{package[:60]}` in whatever version there is")
    if run is not None and run.missing:
        more.append(f"`{run.missing[:60]}` could not be resolved: it is not in the repository")
    if server.secrets:
        more.append(f"with {', '.join(f'`{each}`' for each in server.secrets[:4])}")
    if EVERY in server.approved:
        more.append("and nobody is asked about any of its tools")
    elif server.approved:
        more.append(f"and nobody is asked about {', '.join(f'`{each}`' for each in server.approved[:5])}")
    return ", ".join([said, *more])


def gravity(server: Server, settings: RepoPath, *, trees: Trees) -> Severity:
    """How much it matters that it is there."""
    is_remote = bool(server.url) and not _LOCAL.fullmatch(server.url)
    if EVERY in server.approved or (is_remote and server.url.startswith("http:")):
        return Severity.HIGH
    run = _run(server, settings, trees=trees)
    is_known = run is not None and run.script is not None and not run.missing
    is_near = bool(server.url) and not is_remote
    if (is_known or is_near) and not server.secrets and not server.approved:
        return Severity.LOW
    return Severity.MEDIUM


def _run(server: Server, settings: RepoPath, *, trees: Trees) -> Run | None:
    if not server.command:
        return None
    return run_of(" ".join(server.command), settings=settings, is_there=lambda path: path in trees.head().blobs)

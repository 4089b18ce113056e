"""Servers of the Model Context Protocol: what is started or asked, with which secrets, and whether anybody is asked."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.agents.model import EVERY, Server
from weighbridge.landscape.agents.nodes import at, entries, is_false, is_true, word, words
from weighbridge.landscape.documents.nodes import Node

_SECRET: Final = LatePattern(
    r"(?i).*(?:key|token|secret|passw|credential|auth|database_url|dsn|connection_string|_url$|pat$).*"
)
_URLS: Final = ("url", "httpUrl", "serverUrl")
_FETCHERS: Final = {
    "npx": ("npm", 0),
    "bunx": ("npm", 0),
    "pnpx": ("npm", 0),
    "uvx": ("PyPI", 0),
    "pipx": ("PyPI", 1),
    "pnpm": ("npm", 1),
    "yarn": ("npm", 1),
    "npm": ("npm", 1),
    "bun": ("npm", 1),
    "uv": ("PyPI", 2),
    "docker": ("a registry", 1),
    "podman": ("a registry", 1),
}
"""Programs that fetch what they run, and how many words say that they shall."""
_ASKS: Final = {
    "pipx": ("run",),
    "pnpm": ("dlx",),
    "yarn": ("dlx",),
    "npm": ("exec", "x"),
    "bun": ("x",),
    "uv": ("tool",),
    "docker": ("run",),
    "podman": ("run",),
}
_TAKES_VALUE: Final = frozenset(
    (
        "-p",
        "--package",
        "-e",
        "--env",
        "-v",
        "--volume",
        "--name",
        "--network",
        "--from",
        "--with",
        "--python",
        "--mount",
        "-w",
        "--user",
        "--add-host",
        "--registry",
    )
)
_PINNED: Final = LatePattern(r".+(?:@v?\d[\w.+-]*|==\d[\w.]*|@sha256:[0-9a-f]{64}|#[0-9a-f]{7,40})")
_TAGGED: Final = LatePattern(r".+:(?!latest$)[\w][\w.-]*|.+@sha256:[0-9a-f]{64}")


def servers_in(node: Node | None) -> MappingProxyType[str, Server]:
    """The servers of a mapping, by name."""
    return MappingProxyType({name: _server(name, each, line=line) for name, each, line in entries(node)})


def _server(name: str, node: Node, *, line: int) -> Server:
    command = [text for text, _ in words(at(node, "command"))] + [text for text, _ in words(at(node, "args"))]
    url = next((found for key in _URLS if (found := word(at(node, key)))), "")
    approved = [text for key in ("autoApprove", "alwaysAllow") for text, _ in words(at(node, key))]
    if is_true(at(node, "trust")) or word(at(node, "default_tools_approval_mode")) == "approve":
        approved.append(EVERY)
    return Server(
        name=name,
        line=line,
        command=tuple(command),
        url=url,
        secrets=tuple(sorted(_secrets(node))),
        approved=tuple(sorted(set(approved))),
        is_off=is_true(at(node, "disabled")) or is_false(at(node, "enabled")),
    )


def _secrets(node: Node) -> Iterator[str]:
    for key in ("env", "environment", "headers", "http_headers", "env_http_headers"):
        for name, value, _ in entries(at(node, key)):
            if _SECRET.fullmatch(name) and word(value) not in ("", "true", "false"):
                yield name
    if found := word(at(node, "bearer_token_env_var")):
        yield found


def unpinned(command: tuple[str, ...]) -> str:
    """The package or image that a command fetches and runs in whatever version there is; empty for none."""
    parts = " ".join(command).split()
    while parts and parts[0] in ("cmd", "/c", "env", "sudo", "exec", "sh", "bash", "-c", "-lc"):
        parts = parts[1:]
    if not parts:
        return ""
    program = parts[0].rpartition("/")[2].removesuffix(".cmd").removesuffix(".exe")
    source, skipped = _FETCHERS.get(program, ("", 0))
    rest = parts[1:]
    if not source or (program in _ASKS and (not rest or rest[0] not in _ASKS[program])):
        return ""
    name = _named(rest[skipped:])
    if not name or name.startswith((".", "/", "file:")) or "$" in name:
        return ""
    is_pinned = _TAGGED if source == "a registry" else _PINNED
    return "" if is_pinned.fullmatch(name) else name


def _named(parts: list[str]) -> str:
    index = 0
    while index < len(parts):
        part = parts[index]
        if part in ("-p", "--package", "--from") and index + 1 < len(parts):
            return parts[index + 1]
        if part.startswith(("--package=", "--from=")):
            return part.partition("=")[2]
        if not part.startswith("-"):
            return part
        index += 2 if part in _TAKES_VALUE else 1
    return ""

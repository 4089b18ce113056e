"""Settings of Claude Code: https://code.claude.com/docs/en/settings, …/permissions and …/hooks say what each key means."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.agents.model import ALLOW, ASK, DENY, EVERY, Grant, Hook, Mode, Powers, Redirect, Source
from weighbridge.landscape.agents.nodes import at, entries, is_false, is_true, items, line_of, word, words
from weighbridge.landscape.agents.servers import servers_in
from weighbridge.landscape.documents.nodes import Node

_KINDS: Final = {
    "Bash": "shell",
    "PowerShell": "shell",
    "Shell": "shell",
    "Edit": "edit",
    "Write": "edit",
    "MultiEdit": "edit",
    "NotebookEdit": "edit",
    "Read": "read",
    "WebFetch": "fetch",
    "Mcp": "mcp",
}
_MODES: Final = {
    "plan": 0,
    "dontAsk": 0,
    "default": 1,
    "manual": 1,
    "": 1,
    "acceptEdits": 2,
    "auto": 3,
    "bypassPermissions": 4,
}
_MODE_WORDS: Final = {
    "acceptEdits": "change files without asking",
    "auto": "do without asking what a classifier finds harmless",
    "bypassPermissions": "do everything without asking",
}
_GRAVE_MODE: Final = 4
GUARDS: Final = frozenset(("PreToolUse", "PermissionRequest", "UserPromptSubmit", "BeforeTool", "BeforeAgent"))
"""Events whose hooks run before something and can refuse it."""
_OPEN_UNSAID: Final = (
    "permissions.disableBypassPermissionsMode",
    "sandbox.enabled",
    "sandbox.allowUnsandboxedCommands",
)
_RUNS: Final = ("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper", "gcpAuthRefresh")
_TO: Final = ("_BASE_URL", "_PROXY", "_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS")


def read_claude(root: Node | None) -> Powers:
    """What a file of settings says."""
    return Powers(
        grants=tuple(_grants(root)),
        modes=tuple(_modes(root)),
        servers=servers_in(at(root, "mcpServers")),
        hooks=(*hooks_in(at(root, "hooks")), *_commands(root)),
        redirects=tuple(redirects_in(at(root, "env"))),
        sources=tuple(_sources(root)),
    )


def rules_in(node: Node | None, effect: int, *, of: str = "") -> Iterator[Grant]:
    """Permission rules (`Tool` or `Tool(pattern)`) of one list."""
    for text, line in words(node):
        yield rule(text, effect, line=line, of=of)


def rule(text: str, effect: int, *, line: int, of: str = "") -> Grant:
    """One such rule."""
    name, opened, pattern = text.strip().partition("(")
    pattern = (pattern.rpartition(")")[0] or pattern) if opened else ""
    if name.startswith("mcp__"):
        server, _, tool = name.removeprefix("mcp__").partition("__")
        return Grant(effect=effect, kind="mcp", pattern=f"{server}:{tool or EVERY}", text=text, line=line, of=of)
    kind = _KINDS.get(name, name)
    if name == "Shell" and pattern and ":" not in pattern and "*" not in pattern:
        pattern = f"{pattern}:*"
    return Grant(effect=effect, kind=kind, pattern=pattern, text=text, line=line, of=of)


def _grants(root: Node | None) -> Iterator[Grant]:
    rules = at(root, "permissions")
    yield from rules_in(at(rules, "deny"), DENY)
    yield from rules_in(at(rules, "ask"), ASK)
    yield from rules_in(at(rules, "allow"), ALLOW)
    for kind, node, effect in (
        ("folder", at(rules, "additionalDirectories"), ALLOW),
        ("server", at(root, "enabledMcpjsonServers"), ALLOW),
        ("server", at(root, "disabledMcpjsonServers"), DENY),
        ("unsandboxed", at(root, "sandbox", "excludedCommands"), ALLOW),
        ("host", at(root, "sandbox", "network", "allowedDomains"), ALLOW),
    ):
        for text, line in words(node):
            yield Grant(effect=effect, kind=kind, pattern=text, text=text, line=line)


def _modes(root: Node | None) -> Iterator[Mode]:
    mode = word(at(root, "permissions", "defaultMode"))
    yield Mode(
        key="permissions.defaultMode",
        value=mode or "default",
        rank=_MODES.get(mode, 1),
        words=_MODE_WORDS.get(mode, "do more without asking than it could"),
        line=line_of(root, "permissions", "defaultMode"),
        is_grave=_MODES.get(mode, 1) >= _GRAVE_MODE,
        usual=1,
    )
    barred = word(at(root, "permissions", "disableBypassPermissionsMode")) == "disable"
    yield _switch(
        root,
        "permissions.disableBypassPermissionsMode",
        is_wide=not barred,
        words="be started with every prompt skipped",
    )
    boxed = is_true(at(root, "sandbox", "enabled"))
    yield _switch(root, "sandbox.enabled", is_wide=not boxed, words="run commands outside a sandbox", is_grave=True)
    kept_in = is_false(at(root, "sandbox", "allowUnsandboxedCommands"))
    yield _switch(
        root,
        "sandbox.allowUnsandboxedCommands",
        is_wide=not kept_in,
        words="run again without the sandbox what failed in it",
    )
    hooks_off = is_true(at(root, "disableAllHooks"))
    yield _switch(root, "disableAllHooks", is_wide=hooks_off, words="act without any hook being run", is_grave=True)
    all_servers = is_true(at(root, "enableAllProjectMcpServers"))
    yield _switch(
        root,
        "enableAllProjectMcpServers",
        is_wide=all_servers,
        words="use every server of `.mcp.json`, also those to come, without anybody having been asked",
    )
    unwarned = is_true(at(root, "skipDangerousModePermissionPrompt"))
    yield _switch(
        root,
        "skipDangerousModePermissionPrompt",
        is_wide=unwarned,
        words="be started with every prompt skipped, and nobody is warned",
    )


def _switch(root: Node | None, key: str, *, is_wide: bool, words: str, is_grave: bool = False) -> Mode:
    """A setting that is on or off; where nothing is said it is as in most of these: a guard that is not there."""
    path = key.split(".")
    return Mode(
        key=key,
        value=word(at(root, *path)) or "unset",
        rank=int(is_wide),
        words=words,
        line=line_of(root, *path),
        is_grave=is_grave,
        usual=int(key in _OPEN_UNSAID),
    )


def hooks_in(node: Node | None) -> Iterator[Hook]:
    """Hooks by event, each a list of matchers with what they run."""
    for event, groups, _ in entries(node):
        for group in items(groups):
            matcher = word(at(group, "matcher"))
            for each in items(at(group, "hooks")):
                for key in ("command", "url", "prompt"):
                    if command := word(at(each, key)):
                        yield Hook(
                            event=event,
                            matcher=matcher,
                            command=command,
                            line=line_of(each, key),
                            is_guard=event in GUARDS,
                            is_prompt=key == "prompt",
                        )


def _commands(root: Node | None) -> Iterator[Hook]:
    for key in _RUNS:
        if command := word(at(root, key)):
            yield Hook(event=key, matcher="", command=command, line=line_of(root, key), is_guard=False)
    for key in ("statusLine", "fileSuggestion"):
        if command := word(at(root, key, "command")):
            yield Hook(event=key, matcher="", command=command, line=line_of(root, key, "command"), is_guard=False)


def redirects_in(node: Node | None) -> Iterator[Redirect]:
    """Variables that say whom the agent's program asks."""
    for name, value, line in entries(node):
        is_unchecked = name == "NODE_TLS_REJECT_UNAUTHORIZED" and word(value) == "0"
        if word(value) and (name.upper().endswith(_TO) or is_unchecked):
            yield Redirect(key=name, value=word(value), line=line)


def _sources(root: Node | None) -> Iterator[Source]:
    for name, value, line in entries(at(root, "enabledPlugins")):
        if not is_false(value):
            yield Source(kind="plugin", name=name, words="", line=line)
    for name, value, line in entries(at(root, "extraKnownMarketplaces")):
        said = at(value, "source")
        where = next((word(at(said, key)) for key in ("repo", "url", "path", "package") if word(at(said, key))), "")
        yield Source(kind="marketplace", name=name, words=where, line=line)

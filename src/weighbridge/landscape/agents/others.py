"""Settings of other agents, each after its maker's documentation (named in docs/decisions/0298)."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.agents.claude import GUARDS, hooks_in, redirects_in, rule
from weighbridge.landscape.agents.model import ALLOW, ASK, DENY, EVERY, Grant, Hook, Mode, Powers, Redirect
from weighbridge.landscape.agents.nodes import at, entries, is_false, is_true, items, line_of, word, words
from weighbridge.landscape.agents.servers import servers_in
from weighbridge.landscape.documents.nodes import Fields, Node, Scalar

_EFFECTS: Final = {"allow": ALLOW, "ask": ASK, "deny": DENY}
_APPROVALS: Final = {"untrusted": 0, "on-request": 1, "": 1, "on-failure": 2, "never": 3}
_BOXES: Final = {
    "read-only": 0,
    ":read-only": 0,
    "": 1,
    "workspace-write": 1,
    ":workspace": 1,
    "danger-full-access": 2,
    ":danger-full-access": 2,
}
_NEVER, _NO_BOX = 3, 2
_GEMINI_KINDS: Final = {
    "run_shell_command": "shell",
    "ShellTool": "shell",
    "write_file": "edit",
    "replace": "edit",
    "read_file": "read",
    "web_fetch": "fetch",
}
_GEMINI_MODES: Final = {"plan": 0, "default": 1, "": 1, "auto_edit": 2, "yolo": 3}
_OPEN_KINDS: Final = {"bash": "shell", "edit": "edit", "write": "edit", "read": "read", "webfetch": "fetch"}
_CURSOR_GUARDS: Final = frozenset(
    (
        "beforeShellExecution",
        "beforeMCPExecution",
        "beforeReadFile",
        "beforeSubmitPrompt",
        "preToolUse",
        "subagentStart",
    )
)
_AIDER_RUNS: Final = ("test-cmd", "lint-cmd", "notifications-command")
_AIDER_TO: Final = ("openai-api-base",)


def read_servers(root: Node | None) -> Powers:
    """A file of servers: `mcpServers`, or `servers` as VS Code has it."""
    return Powers(servers=servers_in(at(root, "mcpServers") or at(root, "servers")))


def read_cursor_cli(root: Node | None) -> Powers:
    """Permissions of Cursor's command line."""
    rules = at(root, "permissions")
    kinds = (("deny", DENY), ("allow", ALLOW))
    grants = (rule(text, effect, line=line) for key, effect in kinds for text, line in words(at(rules, key)))
    return Powers(grants=tuple(grants))


def read_cursor_permissions(root: Node | None) -> Powers:
    """What Cursor runs without asking."""
    shell = (_command(text, ALLOW, line=line) for text, line in words(at(root, "terminalAllowlist")))
    tools = (
        Grant(effect=ALLOW, kind="mcp", pattern=text, text=text, line=line)
        for text, line in words(at(root, "mcpAllowlist"))
    )
    return Powers(grants=(*shell, *tools))


def _command(text: str, effect: int, *, line: int, of: str = "") -> Grant:
    """A rule about commands that begin so."""
    pattern = text if "*" in text else f"{text}:*" if text else ""
    return Grant(effect=effect, kind="shell", pattern=pattern, text=text or EVERY, line=line, of=of)


def read_cursor_hooks(root: Node | None) -> Powers:
    """Hooks of Cursor."""
    found = (
        Hook(
            event=event,
            matcher=word(at(each, "matcher")),
            command=word(at(each, "command")),
            line=line_of(each, "command"),
            is_guard=event in _CURSOR_GUARDS,
        )
        for event, group, _ in entries(at(root, "hooks"))
        for each in items(group)
        if word(at(each, "command"))
    )
    return Powers(hooks=tuple(found))


def read_codex(root: Node | None) -> Powers:
    """Codex: https://developers.openai.com/codex/config-reference."""
    notify = [text for text, _ in words(at(root, "notify"))]
    runs = Hook(event="notify", matcher="", command=" ".join(notify), line=line_of(root, "notify"), is_guard=False)
    return Powers(
        grants=tuple(
            Grant(effect=ALLOW, kind="folder", pattern=text, text=text, line=line)
            for text, line in words(at(root, "sandbox_workspace_write", "writable_roots"))
        ),
        modes=tuple(_codex_modes(root)),
        servers=servers_in(at(root, "mcp_servers")),
        hooks=(*hooks_in(at(root, "hooks")), *([runs] if notify else [])),
        redirects=tuple(_codex_redirects(root)),
    )


def _codex_modes(root: Node | None) -> Iterator[Mode]:
    places = [("", root), *((f"profiles.{name}.", node) for name, node, _ in entries(at(root, "profiles")))]
    for prefix, node in places:
        asks, box = word(at(node, "approval_policy")), word(at(node, "sandbox_mode"))
        box = box or word(at(node, "default_permissions"))
        key = "sandbox_mode" if word(at(node, "sandbox_mode")) else "default_permissions"
        rank = _APPROVALS.get(asks, 1)
        yield Mode(
            key=f"{prefix}approval_policy",
            value=asks or "unset",
            rank=rank,
            words="do what it is let without asking" if rank == _NEVER else "ask less often",
            line=line_of(node, "approval_policy"),
            is_grave=rank == _NEVER and _BOXES.get(box, 1) == _NO_BOX,
            usual=1,
        )
        yield Mode(
            key=f"{prefix}sandbox_mode",
            value=box or "unset",
            rank=_BOXES.get(box, 1),
            words="run commands outside a sandbox, on the network too"
            if _BOXES.get(box) == _NO_BOX
            else "change files",
            line=line_of(node, key),
            is_grave=_BOXES.get(box) == _NO_BOX,
            usual=1,
        )
    net = is_true(at(root, "sandbox_workspace_write", "network_access"))
    yield Mode(
        key="sandbox_workspace_write.network_access",
        value="true" if net else "false",
        rank=int(net),
        words="reach the network from within its sandbox",
        line=line_of(root, "sandbox_workspace_write", "network_access"),
    )
    for name, node, line in entries(at(root, "projects")):
        trusted = word(at(node, "trust_level")) == "trusted"
        yield Mode(
            key=f"projects.{name}.trust_level",
            value=word(at(node, "trust_level")),
            rank=int(trusted),
            words=f"obey the settings that lie in `{name}`",
            line=line,
        )


def _codex_redirects(root: Node | None) -> Iterator[Redirect]:
    for key in ("openai_base_url", "chatgpt_base_url"):
        if found := word(at(root, key)):
            yield Redirect(key=key, value=found, line=line_of(root, key))
    for name, node, _ in entries(at(root, "model_providers")):
        if found := word(at(node, "base_url")):
            yield Redirect(key=f"model_providers.{name}.base_url", value=found, line=line_of(node, "base_url"))


def read_gemini(root: Node | None) -> Powers:
    """Gemini CLI: https://geminicli.com/docs/reference/configuration, and the flat keys of before."""
    lists = (
        ("tools", "allowed", "allowedTools", ALLOW),
        ("tools", "confirmationRequired", "", ASK),
        ("tools", "exclude", "excludeTools", DENY),
    )
    grants = [
        _gemini_rule(text, effect, line=line)
        for outer, inner, flat, effect in lists
        for text, line in (*words(at(root, outer, inner)), *(words(at(root, flat)) if flat else ()))
    ]
    grants += [
        Grant(effect=ALLOW, kind="folder", pattern=text, text=text, line=line)
        for text, line in words(at(root, "context", "includeDirectories"))
    ]
    core = [text for text, _ in (*words(at(root, "tools", "core")), *words(at(root, "coreTools")))]
    return Powers(
        grants=tuple(grants),
        modes=tuple(_gemini_modes(root)),
        servers=servers_in(at(root, "mcpServers")),
        hooks=tuple(hook for hook in hooks_in(at(root, "hooks")) if hook.event in GUARDS or hook.command),
        only=tuple(core) if core else None,
    )


def _gemini_rule(text: str, effect: int, *, line: int) -> Grant:
    name, opened, pattern = text.partition("(")
    kind = _GEMINI_KINDS.get(name, name)
    if kind == "shell":
        found = _command(pattern.removesuffix(")") if opened else "", effect, line=line)
        return Grant(effect=effect, kind=kind, pattern=found.pattern, text=text, line=line)
    return Grant(effect=effect, kind=kind, pattern="", text=text, line=line)


def _gemini_modes(root: Node | None) -> Iterator[Mode]:
    mode = word(at(root, "general", "defaultApprovalMode"))
    rank = _GEMINI_MODES.get(mode, 1)
    yield Mode(
        key="general.defaultApprovalMode",
        value=mode or "default",
        rank=rank,
        words="do everything without asking" if mode == "yolo" else "change files without asking",
        line=line_of(root, "general", "defaultApprovalMode"),
        is_grave=mode == "yolo",
        usual=1,
    )
    box = at(root, "tools", "sandbox") or at(root, "sandbox")
    boxed = isinstance(box, Scalar) and bool(word(box)) and not is_false(box)
    yield Mode(
        key="tools.sandbox",
        value=word(box) or "unset",
        rank=int(not boxed),
        words="run commands outside a sandbox",
        line=line_of(root, "tools", "sandbox") or line_of(root, "sandbox"),
        is_grave=True,
        usual=1,
    )
    for path, is_wide, said, is_grave in (
        (("tools", "sandboxNetworkAccess"), is_true, "reach the network from within its sandbox", False),
        (
            ("security", "disableYoloMode"),
            lambda node: not is_true(node),
            "be started with every prompt skipped",
            False,
        ),
        (("security", "folderTrust", "enabled"), is_false, "obey the settings of folders that nobody trusted", False),
        (("hooksConfig", "enabled"), is_false, "act without any hook being run", True),
    ):
        yield Mode(
            key=".".join(path),
            value=word(at(root, *path)) or "unset",
            rank=int(is_wide(at(root, *path))),
            words=said,
            line=line_of(root, *path),
            is_grave=is_grave,
            usual=int(path[-1] == "disableYoloMode"),
        )


def read_opencode(root: Node | None) -> Powers:
    """OpenCode: https://opencode.ai/docs/permissions; of several rules the last decides, and what none speaks of is let."""
    grants = list(_open_rules(root, of=""))
    for name, node, _ in (*entries(at(root, "agent")), *entries(at(root, "mode"))):
        grants += _open_rules(node, of=name)
    redirects = (
        Redirect(key=f"provider.{name}.options.baseURL", value=found, line=line_of(node, "options", "baseURL"))
        for name, node, _ in entries(at(root, "provider"))
        if (found := word(at(node, "options", "baseURL")))
    )
    return Powers(
        grants=tuple(grants),
        servers=servers_in(at(root, "mcp")),
        redirects=tuple(redirects),
        is_open=True,
        is_last=True,
    )


def _open_rules(root: Node | None, *, of: str) -> Iterator[Grant]:
    rules = at(root, "permission")
    if effect := word(rules):
        yield Grant(
            effect=_EFFECTS.get(effect, ASK),
            kind=EVERY,
            pattern=EVERY,
            text=EVERY,
            line=line_of(root, "permission"),
            of=of,
        )
    for tool, node, line in entries(rules):
        pairs = entries(node) if isinstance(node, Fields) else [("", node, line)]
        for pattern, effect_node, at_line in pairs:
            said = _EFFECTS.get(word(effect_node), ASK)
            kind = _OPEN_KINDS.get(tool, tool)
            text = f"{tool}: {pattern}" if pattern else tool
            yield Grant(effect=said, kind=kind, pattern=pattern, text=text, line=at_line, of=of)
    for tool, node, line in entries(at(root, "tools")):
        if is_false(node):
            yield Grant(effect=DENY, kind=_OPEN_KINDS.get(tool, tool), pattern="", text=tool, line=line, of=of)


def read_vscode(root: Node | None) -> Powers:
    """What VS Code lets agents do: https://code.visualstudio.com/docs/agents/approvals."""
    modes = []
    for key, is_wide, said in (
        ("chat.tools.autoApprove", is_true, "use every tool without asking"),
        ("chat.tools.global.autoApprove", is_true, "use every tool without asking"),
        ("chat.agent.sandbox.enabled", lambda node: not is_true(node), "run commands outside a sandbox"),
    ):
        node = at(root, key)
        modes.append(
            Mode(
                key=key,
                value=word(node) or "unset",
                rank=int(is_wide(node)),
                words=said,
                line=line_of(root, key),
                is_grave=True,
                usual=int("sandbox" in key),
            )
        )
    grants = [
        _approval(kind, name, node=node, line=line)
        for kind, key in (("shell", "terminal"), ("edit", "edits"), ("fetch", "urls"))
        for name, node, line in entries(at(root, f"chat.tools.{key}.autoApprove"))
    ]
    return Powers(grants=tuple(grants), modes=tuple(modes), servers=servers_in(at(root, "mcp", "servers")))


def _approval(kind: str, name: str, *, node: Node, line: int) -> Grant:
    is_let = is_true(node) or is_true(at(node, "approve")) or is_true(at(node, "approveRequest"))
    effect = ALLOW if is_let else ASK
    if kind != "shell":
        return Grant(effect=effect, kind=kind, pattern=name, text=name, line=line)
    if name.startswith("/"):
        return Grant(effect=effect, kind="shell by pattern", pattern=name, text=name, line=line)
    return _command(name, effect, line=line)


def read_aider(root: Node | None) -> Powers:
    """Aider: https://aider.chat/docs/config/options.html."""
    yes = is_true(at(root, "yes-always"))
    checked = not is_false(at(root, "verify-ssl"))
    return Powers(
        modes=(
            Mode(
                key="yes-always",
                value=word(at(root, "yes-always")) or "unset",
                rank=int(yes),
                words="do everything without asking",
                line=line_of(root, "yes-always"),
                is_grave=True,
            ),
            Mode(
                key="verify-ssl",
                value=word(at(root, "verify-ssl")) or "unset",
                rank=int(not checked),
                words="speak to whoever says to be its model",
                line=line_of(root, "verify-ssl"),
            ),
        ),
        hooks=tuple(
            Hook(event=key, matcher="", command=text, line=line, is_guard=False)
            for key in _AIDER_RUNS
            for text, line in words(at(root, key))
        ),
        redirects=tuple(
            Redirect(key=key, value=word(at(root, key)), line=line_of(root, key))
            for key in _AIDER_TO
            if word(at(root, key))
        )
        + tuple(redirects_in(None)),
    )

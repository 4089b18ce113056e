"""Which files agents obey is told by the places that their makers name."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.agents.files import (
    DEFINITIONS,
    IGNORES,
    INSTRUCTIONS,
    SCRIPTS,
    SETTINGS,
    UNREAD,
    agent_role,
    form_of,
)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (".claude/settings.json", "claude"),
        ("frontend/.claude/settings.local.json", "claude"),
        (".mcp.json", "servers"),
        (".cursor/mcp.json", "servers"),
        (".vscode/mcp.json", "servers"),
        (".roo/mcp.json", "servers"),
        (".kiro/settings/mcp.json", "servers"),
        (".cursor/cli.json", "cursor-cli"),
        (".cursor/permissions.json", "cursor-permissions"),
        (".cursor/hooks.json", "cursor-hooks"),
        (".codex/config.toml", "codex"),
        (".gemini/settings.json", "gemini"),
        ("opencode.json", "opencode"),
        (".opencode/opencode.jsonc", "opencode"),
        (".vscode/settings.json", "vscode"),
        (".aider.conf.yml", "aider"),
    ],
)
def test_a_file_of_settings_has_a_form(path: str, form: str) -> None:
    assert form_of(RepoPath(path)) == form
    assert agent_role(RepoPath(path)) == SETTINGS


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("AGENTS.md", INSTRUCTIONS),
        ("services/pay/CLAUDE.md", INSTRUCTIONS),
        ("CLAUDE.local.md", INSTRUCTIONS),
        (".cursor/rules/api/style.mdc", INSTRUCTIONS),
        (".github/copilot-instructions.md", INSTRUCTIONS),
        (".github/instructions/tests.instructions.md", INSTRUCTIONS),
        (".clinerules", INSTRUCTIONS),
        (".claude/agents/reviewer.md", DEFINITIONS),
        (".claude/commands/git/ship.md", DEFINITIONS),
        (".claude/skills/release/SKILL.md", DEFINITIONS),
        (".github/prompts/fix.prompt.md", DEFINITIONS),
        (".claude/hooks/guard.sh", SCRIPTS),
        (".cursorignore", IGNORES),
        (".aiexclude", IGNORES),
        (".amp/settings.json", UNREAD),
        (".kiro/hooks/test.kiro.hook", UNREAD),
    ],
)
def test_other_files_that_agents_obey_have_a_role(path: str, role: str) -> None:
    assert agent_role(RepoPath(path)) == role


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "docs/agents.md",
        "src/claude/settings.json",
        "settings.json",
        "src/agents/model.py",
        "mcp.json.example",
        ".gitignore",
        ".vscode/launch.json",
        ".claude/plans/next.md",
    ],
)
def test_others_have_none(path: str) -> None:
    assert agent_role(RepoPath(path)) == ""

"""Which files tell coding agents what they may do, and in which form each is written: told from the path alone.

The places are those that the makers' own documentation names (docs/decisions/0298).
"""

import re
from typing import Final

from weighbridge.domain.change import FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side

SETTINGS: Final = "agent-settings"
"""The role of files that grant, forbid, start servers and hooks."""
INSTRUCTIONS: Final = "agent-instructions"
"""The role of texts that an agent reads as what it is told to do."""
DEFINITIONS: Final = "agent-definitions"
"""The role of texts that are an agent, a command or a skill: told to do, and with tools of their own."""
SCRIPTS: Final = "agent-scripts"
"""The role of scripts that lie where hooks have theirs."""
IGNORES: Final = "agent-ignores"
"""The role of lists of what an agent shall not read."""
UNREAD: Final = "agent-unread"
"""The role of files of agents in forms that nothing here reads."""

_SETTINGS: Final = (
    ("claude", r"\.claude/settings(?:\.local)?\.json"),
    ("servers", r"\.mcp\.json|\.(?:cursor|vscode|roo|kilocode)/mcp\.json|\.kiro/settings/mcp\.json"),
    ("cursor-cli", r"\.cursor/cli\.json"),
    ("cursor-permissions", r"\.cursor/permissions\.json"),
    ("cursor-hooks", r"\.cursor/hooks\.json"),
    ("codex", r"\.codex/config\.toml"),
    ("gemini", r"\.gemini/settings\.json"),
    ("opencode", r"(?:\.opencode/)?opencode\.jsonc?"),
    ("vscode", r"\.vscode/settings\.json"),
    ("aider", r"\.aider\.conf\.ya?ml"),
)
_INSTRUCTIONS: Final = (
    r"(?:AGENTS(?:\.override)?|CLAUDE(?:\.local)?|GEMINI)\.md|\.(?:cursor|windsurf|cline)rules|\.clinerules/.+\.(?:md|txt)"
    r"|\.cursor/rules/.+\.mdc?|\.(?:windsurf|claude)/rules/.+\.md|\.roo/rules[^/]*/.+\.(?:md|txt)|\.kiro/steering/.+\.md"
    r"|\.github/copilot-instructions\.md|\.github/instructions/.+\.md|\.junie/guidelines\.md"
)
_DEFINITIONS: Final = (
    r"\.(?:claude|cursor|opencode)/(?:agents?|commands?)/.+\.md|\.(?:claude|agents|github|codex|gemini)/skills/.+/SKILL\.md"
    r"|\.github/(?:prompts|agents|chatmodes)/.+\.md"
)
_SCRIPTS: Final = r"\.(?:claude|cursor|gemini|codex)/hooks/.+"
_IGNORES: Final = r"\.(?:cursor|gemini|aider|codeium|roo|cline|ai)ignore|\.aiexclude"
_UNREAD: Final = (
    r"\.roomodes|\.amp/settings\.jsonc?|\.continue/.+\.ya?ml|\.kiro/(?:agents|hooks)/.+|\.windsurf/[^/]+\.json"
    r"|\.gemini/policies/.+\.toml|\.codex/rules/.+|\.codex/hooks\.json|\.claude-plugin/.+\.json"
)
_ROLES: Final = (
    (INSTRUCTIONS, _INSTRUCTIONS),
    (DEFINITIONS, _DEFINITIONS),
    (SCRIPTS, _SCRIPTS),
    (IGNORES, _IGNORES),
    (UNREAD, _UNREAD),
)
_SEEN: Final = LatePattern(
    r"agents|claude|gemini|cursor|mcp\.json|codex|opencode|\.vscode/settings|aider|windsurf|cline|\.roo|\.kiro|junie"
    r"|copilot|kilocode|codeium|\.aiignore|\.aiexclude|\.amp/|\.continue/|\.github/(?:instructions|prompts|chatmodes|skills)/",
    re.IGNORECASE,
)
"""What a path holds that could be one; most hold none, and cost no more."""
_IN_ANY_FOLDER: Final = r"(?:.*/)?"
_BY_ROLE: Final = tuple((role, LatePattern(f"{_IN_ANY_FOLDER}(?:{pattern})")) for role, pattern in _ROLES)
_BY_FORM: Final = tuple((form, LatePattern(f"{_IN_ANY_FOLDER}(?:{pattern})")) for form, pattern in _SETTINGS)


def form_of(path: RepoPath) -> str:
    """The form of a file of settings; empty for any other."""
    if not _SEEN.search(path):
        return ""
    return next((form for form, pattern in _BY_FORM if pattern.fullmatch(path)), "")


def agent_role(path: RepoPath) -> str:
    """The role of a file that agents obey; empty for any other."""
    if not _SEEN.search(path):
        return ""
    if form_of(path):
        return SETTINGS
    return next((role for role, pattern in _BY_ROLE if pattern.fullmatch(path)), "")


def role_of_change(file: FileChange) -> str:
    """The role of a changed file, by where it is or was: what is moved away from its place is obeyed no more."""
    for side in (Side.HEAD, Side.BASE):
        blob = file.on(side)
        if blob is not None and blob.mode is not Mode.SUBMODULE and (role := agent_role(blob.path)):
            return role
    return ""

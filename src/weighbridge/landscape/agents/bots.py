"""Agents that workflows start, and what each is let do there: by its action's inputs, or by the words of a command.

The inputs are those of the actions' own `action.yml`.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.agents.claude import rule
from weighbridge.landscape.agents.definitions import apart
from weighbridge.landscape.agents.model import ALLOW, Grant
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step, Text

_ACTIONS: Final = {
    "anthropics/claude-code-action": "Claude Code",
    "anthropics/claude-code-base-action": "Claude Code",
    "openai/codex-action": "Codex",
    "google-github-actions/run-gemini-cli": "Gemini CLI",
    "sst/opencode/github": "OpenCode",
    "anomalyco/opencode/github": "OpenCode",
}
_PROGRAMS: Final = LatePattern(
    r"(?m)(?:^|[;&|(]|\bnpx\s+(?:-y\s+)?(?:@[\w-]+/)?|\brun:\s*)\s*(claude(?:-code)?|codex|gemini|copilot|cursor-agent|aider|amp|opencode)\b[^\n]*"
)
_FREE: Final = LatePattern(
    r"--dangerously-skip-permissions|--permission-mode[= ]+[\"']?bypassPermissions|--dangerously-bypass-approvals-and-sandbox|--yolo\b|--approval-mode[= ]+yolo"
    r"|--allow-all-tools|--dangerously-allow-all|--sandbox[= ]+danger-full-access|--yes-always|-s danger-full-access"
)
_TOOLS: Final = LatePattern(
    r"--allowed-?[tT]ools[= ]+(?:\"([^\"]*)\"|'([^']*)'|((?:[^\s\"'(]|\([^)]*\))+(?:[, ]+(?!-)(?:[^\s\"'(]|\([^)]*\))+)*))"
)
_MOST: Final = 20_000


class Bot(Struct, frozen=True, kw_only=True):
    """An agent that a job starts."""

    job: str
    name: str
    line: int
    grants: tuple[Grant, ...]
    freedoms: dict[str, int]
    """What it may do beyond its rules, in words, each with its line."""
    for_anybody: dict[str, int]
    """How people who may not write to the repository come to start it, each with its line."""


def bots_in(pipeline: Pipeline | None) -> Iterator[Bot]:
    """Every agent that a workflow starts."""
    for job in pipeline.jobs.values() if pipeline is not None else ():
        for step in job.steps:
            if name := _ACTIONS.get(step.action):
                yield _of_action(job, step, name=name)
            elif step.script is not None:
                yield from _of_script(job, step.script)


def _of_action(job: Job, step: Step, *, name: str) -> Bot:
    given = step.settings
    free: dict[str, int] = {}
    outside: dict[str, int] = {}
    for key, value in given.items():
        text = value.value.strip()[:_MOST]
        if key in ("claude_args", "codex-args", "settings") and (found := _FREE.search(text)):
            free[f"runs with `{found[0]}`"] = _line(value, found.start())
        if (key, text) in (("sandbox", "danger-full-access"), ("permission-profile", ":danger-full-access")):
            free["runs outside any sandbox"] = value.line
        if (key, text) == ("safety-strategy", "unsafe"):
            free["keeps the runner's rights, `sudo` and secrets in memory with them"] = value.line
        if key in ("allowed_non_write_users", "allow-users") and text:
            who = "anybody" if text == "*" else "people without the right to write"
            outside[f"{who} may start it (`{key}: {text[:60]}`)"] = value.line
        if key in ("allowed_bots", "allow-bots", "allow-bot-users") and text not in ("", "false"):
            outside[f"bots may start it (`{key}: {text[:60]}`)"] = value.line
    return Bot(
        job=job.name,
        name=name,
        line=step.line,
        grants=tuple(_grants(given.get("allowed_tools"), given.get("claude_args"), settings=given.get("settings"))),
        freedoms=free,
        for_anybody=outside,
    )


def _grants(listed: Text | None, arguments: Text | None, *, settings: Text | None) -> Iterator[Grant]:
    for text in apart(listed.value[:_MOST].replace("\n", ",")) if listed is not None else ():
        yield rule(text, ALLOW, line=listed.line if listed is not None else 0)
    for found in _TOOLS.finditer(arguments.value[:_MOST]) if arguments is not None else ():
        for text in apart((found[1] or found[2] or found[3]).replace("\n", ",")):
            yield rule(text, ALLOW, line=_line(arguments, found.start()) if arguments is not None else 0)
    if settings is not None and settings.value.lstrip().startswith("{"):
        yield from _of_settings(settings)


def _of_settings(settings: Text) -> Iterator[Grant]:
    from weighbridge.landscape.agents.claude import read_claude  # noqa: PLC0415 - few workflows hold any
    from weighbridge.landscape.agents.jsonc import read_json  # noqa: PLC0415 - the same
    from weighbridge.landscape.documents.nodes import DocumentError  # noqa: PLC0415 - the same

    try:
        found = read_claude(read_json(settings.value.encode()))
    except DocumentError:
        return
    yield from (each for each in found.grants if each.effect == ALLOW)


def _of_script(job: Job, script: Text) -> Iterator[Bot]:
    for found in _PROGRAMS.finditer(script.value[:_MOST]):
        line = _line(script, found.start(1))
        free = _FREE.search(found[0])
        yield Bot(
            job=job.name,
            name=found[1],
            line=line,
            grants=tuple(_grants(None, Text(found[0], line), settings=None)),
            freedoms={f"runs with `{free[0]}`": line} if free is not None else {},
            for_anybody={},
        )


def _line(text: Text, at: int) -> int:
    return text.line_at(text.value.count("\n", 0, at))

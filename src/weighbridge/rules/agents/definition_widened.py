"""An agent, a command or a skill that is written down here may use more."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, TextPair
from weighbridge.landscape.agents.definitions import NO_DEFINITION, Definition, read_definition
from weighbridge.landscape.agents.files import DEFINITIONS
from weighbridge.landscape.agents.reach import severity_of, words_of
from weighbridge.landscape.agents.shifts import widened

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AgentFiles,),
    roles=(DEFINITIONS,),
    weaknesses=(250,),
    tags=("agents",),
)
_GRAVE_TOOLS: Final = (
    "bash",
    "shell",
    "edit",
    "write",
    "execute",
    "terminal",
    "runcommands",
    "*",
    "all",
    "multiedit",
    "run_shell_command",
)
_MODES: Final = {
    "acceptEdits": "change files without asking",
    "auto": "do without asking what a classifier finds harmless",
    "bypassPermissions": "do everything without asking",
}


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each use that is new and reaches far."""
    for text in case[AgentFiles].texts(DEFINITIONS):
        if isinstance(text, NotRead):
            yield text
            continue
        old = read_definition(text.old) if text.old else NO_DEFINITION
        new = read_definition(text.new) if text.new else NO_DEFINITION
        if isinstance(new, str):
            yield NotRead(path=text.file.path, reason=Reason.UNPARSED, detail=new, remedy="mend its head")
        elif not isinstance(old, str):
            yield from _compared(text, old, new=new)


def _compared(text: TextPair, old: Definition, *, new: Definition) -> Iterator[Finding]:
    name = _name(text)
    more = [each.grant for each in widened(old.unasked, new.unasked)]
    for severity in (Severity.HIGH, Severity.MEDIUM):
        if found := [each for each in more if severity_of(each) is severity]:
            rest = f", and use {', '.join(f'`{each.text[:60]}`' for each in found[1:8])}" if len(found) > 1 else ""
            yield RULE.finding(
                f"{name} may {words_of(found[0])} without asking{rest}",
                text.place(found[0].line),
                anchor=f"{severity} {' '.join(each.text for each in found)}",
                severity=Severity.MEDIUM,  # only while somebody has it do its task
            )
    if text.old and old.tools is not None and new.tools is None and text.new:
        yield RULE.finding(
            f"{name} has every tool, and had only {', '.join(f'`{each}`' for each in old.tools[:6]) or 'none'}",
            text.place(1),
            anchor="every tool",
        )
    tools = sorted(set(new.tools or ()) - set(old.tools or ())) if text.old and old.tools is not None else []
    if tools:
        is_grave = any(each.partition("(")[0].lower() in _GRAVE_TOOLS for each in tools)
        yield RULE.finding(
            f"{name} has {', '.join(f'`{each}`' for each in tools[:6])} besides",
            text.place(new.lines.get("tools", 1)),
            anchor=f"tools {' '.join(tools)}",
            severity=Severity.MEDIUM if is_grave else Severity.LOW,
        )
    if new.mode in _MODES and new.mode != old.mode:
        yield RULE.finding(
            f"{name} may {_MODES[new.mode]}: `permissionMode` is `{new.mode}`",
            text.place(new.lines.get("permissionMode", 1)),
            anchor=f"mode {new.mode}",
            severity=Severity.HIGH if new.mode == "bypassPermissions" else Severity.MEDIUM,
        )


def _name(text: TextPair) -> str:
    path = text.file.path
    parts = path.removesuffix("/SKILL.md").rpartition("/")[2]
    kind = "skill" if path.endswith("SKILL.md") else "command" if "/command" in path or "/prompts/" in path else "agent"
    return f"the {kind} `{parts.partition('.')[0][:60]}`"

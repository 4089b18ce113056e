"""A hook runs a command on every machine on which an agent works here."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, PowersPair
from weighbridge.landscape.agents.files import SETTINGS
from weighbridge.landscape.agents.model import Hook
from weighbridge.landscape.agents.runs import Run, run_of
from weighbridge.landscape.contracts.trees import Trees

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AgentFiles, Trees),
    roles=(SETTINGS,),
    weaknesses=(829, 426),
    tags=("agents",),
)
_OWN_TASK: Final = LatePattern(
    r"\s*(?:(?:npm|pnpm|yarn|bun) (?:run )?(?!dlx|exec|x |add|install|create)|make|just|task|cargo (?:fmt|check|clippy|test)|go (?:fmt|vet|test)"
    r"|gofmt|ruff|black|prettier|eslint|npx (?:prettier|eslint|tsc)|bunx \S+@\d|npx (?:-y )?\S+@\d|uv run (?:ruff|pytest)|dotnet (?:format|build|test))\b"
)
"""What a project does with its own files by the names it has given, or a program whose version is named."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each command that runs and did not."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        yield from _of_file(pair, case[Trees])


def _of_file(pair: PowersPair, trees: Trees) -> Iterator[Finding]:
    known = {_plain(hook) for hook in pair.old.hooks}
    for hook in pair.new.hooks:
        if _plain(hook) in known:
            continue
        known.add(_plain(hook))
        run = run_of(hook.command, settings=pair.file.path, is_there=lambda path: path in trees.head().blobs)
        when = f"on `{hook.event}`" + (f" for `{hook.matcher[:40]}`" if hook.matcher not in ("", "*") else "")
        yield RULE.finding(
            f"{when}, agents' programs {_does(hook, run)}",
            pair.place(hook.line),
            anchor=f"{hook.event} {hook.command}",
            severity=_severity(hook, run),
        )


def _plain(hook: Hook) -> tuple[str, str]:
    return hook.event, " ".join(hook.command.split())


def _does(hook: Hook, run: Run) -> str:
    text = " ".join(hook.command.split())
    short = f"`{text[:100]}{'…' if len(text) > 100 else ''}`"
    said = (
        (hook.is_prompt, f"ask a model {short}"),
        (run.is_piped, f"run what an address answers: {short}"),
        (run.is_sending, f"send data to another machine: {short}"),
        (run.missing, f"run {short}, of which `{run.missing[:80]}` could not be resolved: it is not in the repository"),
        (
            run.outside,
            f"run {short}, of which `{run.outside[:80]}` lies outside the repository and could not be looked at",
        ),
        (run.package, f"run `{run.package[:80]}` in whatever version there is: {short}"),
    )
    where = f" (`{run.script}`)" if run.script is not None and run.script not in text else ""
    return next((words for holds, words in said if holds), f"run {short}{where} unasked")


def _severity(hook: Hook, run: Run) -> Severity:
    if run.is_piped or run.is_sending:
        return Severity.HIGH
    is_unknown = bool(run.missing or run.outside or run.package)
    is_known = run.script is not None or _OWN_TASK.match(hook.command) is not None
    return Severity.LOW if hook.is_prompt or (is_known and not is_unknown) else Severity.MEDIUM

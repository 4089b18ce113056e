"""A change takes a signal from code that stays: a warning, an error in a log, a count, a span, a report."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.observability.handlers import Handlers
from weighbridge.landscape.observability.removed import KINDS, Lowered, Removals, Removed, moved_words
from weighbridge.landscape.observability.signals import Level, SignalKind
from weighbridge.landscape.test_files import stands_aside

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, ChangedBytes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(778,),
    tags=("observability",),
)
_LONGEST = 80


def check(case: Case) -> Iterator[Finding]:
    """One finding for each signal that is gone, or was an error in a log and is hardly heard."""
    files = [file for path, file in case[CodeChange].files.items() if not stands_aside(path)]
    added = moved_words([file.base for file in files if file.base], [file.head for file in files if file.head])
    for file in files:
        if file.base is None or file.head is None:
            continue
        silent = Handlers(file.head, case[ChangedBytes].text(file.change.path)).silent()
        swallowed = {each.line for each in silent}
        for each in Removals(file.base, file.head).all():
            if isinstance(each, Lowered):
                yield _of_lowered(file, each)
            elif each.line not in swallowed and each.signal.words not in added:
                yield _of_removed(file, each)


def _of_removed(file: FileCode, removed: Removed) -> Finding:
    signal = removed.signal
    name = f"`{signal.symbol}`" if signal.symbol else "the module"
    said = f' ("{_cut(signal.words)}")' if signal.words else ""
    where = f" {removed.where}" if removed.where else ""
    is_quiet = signal.level is not Level.ERROR or signal.spoken.startswith("console.")
    is_minor = signal.kind is SignalKind.SPAN or (signal.kind is SignalKind.LOG and is_quiet)
    return RULE.finding(
        f"{name} no longer {KINDS[signal.kind]} by `{signal.spoken}`{said}{where}; what it told of goes on",
        file.at(removed.line, symbol=signal.symbol),
        anchor=f"signal {signal.spoken} {signal.words}",
        severity=Severity.LOW if is_minor else Severity.MEDIUM,
    )


def _of_lowered(file: FileCode, lowered: Lowered) -> Finding:
    before, after = lowered.before, lowered.after
    return RULE.finding(
        f'"{_cut(before.words)}" was logged as {before.level} and is {after.level} now: who looks for errors does not see it',
        file.at(after.line, symbol=after.symbol),
        anchor=f"level {before.words} {after.level}",
        severity=Severity.MEDIUM if after.level is Level.DEBUG else Severity.LOW,
    )


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"

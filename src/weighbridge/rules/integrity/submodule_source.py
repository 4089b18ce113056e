"""A submodule comes from where it must not, or brings a command."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.submodules import SubmoduleSetting, read_submodules, setting_problem

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(ChangedBytes,),
    weaknesses=(829, 88),
    tags=("integrity", "supply-chain"),
)


_FILE: Final = RepoPath(".gitmodules")


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each dangerous setting, and for each submodule that now comes from elsewhere."""
    content = case[ChangedBytes]
    data = content.of(_FILE)
    if data is None or isinstance(data, CouldNotLook):
        return data or ()
    before = {(s.submodule, s.key): s.value for s in read_submodules(content.text(_FILE, Side.BASE))}
    now = read_submodules(data.decode("utf-8", "replace"))
    return [found for s in now for found in _found(s, before.get((s.submodule, s.key)))]


def _found(setting: SubmoduleSetting, old: str | None) -> Iterator[Finding]:
    if old == setting.value:
        return
    problem, severity = setting_problem(setting), RULE.severity
    if not problem and setting.key == "url" and old is not None:
        problem, severity = f"it now comes from {setting.value} and no more from {old}", Severity.MEDIUM
    if problem:
        yield RULE.finding(
            f"submodule {setting.submodule}: {problem}",
            Place(path=_FILE, line=setting.number, end_line=setting.number),
            anchor=f"{setting.submodule} {setting.key} {setting.value}",
            severity=severity,
        )

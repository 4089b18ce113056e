"""A template of a chart cannot be parsed any more."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, Tree),
    tags=("kubernetes", "helm", "availability"),
)
_FOLDER: Final = "/templates/"
_MOST_BYTES: Final = 1_000_000


def check(case: Case) -> Iterable[Finding]:
    """One finding for each file, at the first thing that is not as it must be."""
    for file in case[Change].files:
        above, folder, _ = f"/{file.path}".rpartition(_FOLDER) if file.head is not None else ("", "", "")
        chart = above.removeprefix("/")
        beside = f"{chart}/" if chart else ""
        if folder and any(RepoPath(f"{beside}{name}") in case[Tree] for name in ("Chart.yaml", "Chart.yml")):
            yield from _unbalanced(file, case[ChangedBytes], chart=chart)


def _unbalanced(file: FileChange, contents: ChangedBytes, *, chart: str) -> Iterator[Finding]:
    from weighbridge.landscape.infrastructure.kubernetes.template_actions import unbalanced  # noqa: PLC0415 - few changes hold any

    data = contents.of(file.path, Side.HEAD)
    if not isinstance(data, bytes) or len(data) > _MOST_BYTES or b"\0" in data:
        return
    found = unbalanced(data.decode("utf-8", "replace"))
    before = contents.of(file.base.path, Side.BASE) if found is not None and file.base is not None else None
    if found is None or (isinstance(before, bytes) and unbalanced(before.decode("utf-8", "replace")) is not None):
        return
    yield RULE.finding(
        f"{found.words}: Helm cannot parse this template, and so renders nothing of the chart `{chart or '.'}`, wherever and with whichever values"
        " it is installed: what runs stays as it is, and no other change of it arrives",
        Place(path=file.path, line=found.line, end_line=found.line),
        anchor=f"unbalanced {found.words}",
    )

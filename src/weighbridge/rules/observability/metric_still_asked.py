"""A metric, or a label of one, is gone or has another name, and alerts or dashboards here still ask for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.observability.asked_metrics import AskedMetrics, Asking, forms
from weighbridge.landscape.observability.declared import Metric, metrics_in
from weighbridge.landscape.test_files import stands_aside

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, AskedMetrics),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(778,),
    tags=("observability", "alerts", "metrics"),
)
MOST_SHOWN: Final = 10


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each metric that goes, and for each label, which head still asks for."""
    files = [file for path, file in case[CodeChange].files.items() if not stands_aside(path)]
    before = {metric.name: (file, metric) for file in files if file.base for metric in metrics_in(file.base)}
    if not before:
        return
    after = {metric.name: (file, metric) for file in files if file.head for metric in metrics_in(file.head)}
    gone = {name: each for name, each in before.items() if name not in after}
    cut = {
        name: (after[name][0], after[name][1], _lost(each[1], after[name][1]))
        for name, each in before.items()
        if name in after and _lost(each[1], after[name][1])
    }
    asking = case[AskedMetrics].asking([*gone, *cut]) if gone or cut else []
    if isinstance(asking, CouldNotLook):
        yield asking
        return
    yield from _of_gone(gone, asking, still={form for name in after for form in forms(name)})
    for name, (file, metric, labels) in cut.items():
        for label in sorted(labels):
            by = [each for each in asking if each.metric in forms(name) and label in each.labels]
            if by:
                words = f"`{name}` has no label `{label}` any more, and {_who(by)} by it"
                yield _finding(file, metric, words=words, by=by)


def _lost(before: Metric, after: Metric) -> frozenset[str]:
    return before.labels - after.labels if before.labels is not None and after.labels is not None else frozenset()


def _of_gone(
    gone: Mapping[str, tuple[FileCode, Metric]], asking: Sequence[Asking], *, still: set[str]
) -> Iterator[Finding]:
    for name, (file, metric) in gone.items():
        by = [each for each in asking if each.metric in forms(name) and each.metric not in still]
        if by:
            yield _finding(file, metric, words=f"the metric `{name}` is gone, and {_who(by)} for it", by=by)


def _who(by: Sequence[Asking]) -> str:
    first = by[0]
    named = f"the {first.watch.kind} `{first.watch.name}` of {first.path}"
    more = len({(each.path, each.watch.name) for each in by}) - 1
    return f"{named} and {more} more still ask" if more else f"{named} still asks"


def _finding(file: FileCode, metric: Metric, *, words: str, by: Sequence[Asking]) -> Finding:
    is_watched = any(each.watch.kind != "dashboard" for each in by)
    line = metric.line if file.head is not None else 0
    return RULE.finding(
        f"{words}: it sees nothing from now on" if len(by) == 1 else f"{words}: they see nothing from now on",
        Place(path=file.change.path, line=min(line, file.head.lines) if file.head else 0, end_line=line),
        anchor=words,
        related=tuple(
            RelatedPlace(
                place=Place(path=each.path, line=each.watch.line, end_line=each.watch.line),
                message=f"asks for `{each.metric}`: {each.watch.kind} {each.watch.name}",
            )
            for each in by[:MOST_SHOWN]
        ),
        severity=Severity.HIGH if is_watched else Severity.MEDIUM,
    )

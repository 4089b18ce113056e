"""What charts are made of and what releases are made with, where these move by a major version or take something away."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.kubernetes.chart_values import value_lapses
from weighbridge.landscape.infrastructure.kubernetes.given_names import Chart, chart_beside, renamed
from weighbridge.landscape.infrastructure.kubernetes.laid_over import count_falls
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, table
from weighbridge.landscape.infrastructure.kubernetes.reading import read_document
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Charts, is_description

KEEPS_DATA: Final = LatePattern(
    r"(?i)postgres|mysql|mariadb|mongo|cassandra|clickhouse|couchdb|neo4j|influxdb|minio|vault|cockroach|scylla"
)
"""Charts of what stores something that is stored nowhere else."""
_MOST_BYTES: Final = 400_000
_NUMBER: Final = LatePattern(r"[\^~>=v\s]*(\d+)(?:\.|$)")


def chart_lapses(charts: Charts) -> Iterator[tuple[Object, Lapse]]:
    """What is worse than before, with the file that says so."""
    for old, new in charts.kept:
        if is_description(new.path):
            found = list(moved_majors(old.values, new.values))
            for lapse, condition in found:
                is_off = (
                    lapse.severity is Severity.HIGH and condition and _is_off(charts, new.path, condition=condition)
                )
                yield new, replace(lapse, severity=Severity.MEDIUM) if is_off else lapse
        else:
            before, after = charts.own.merged(old, new)
            falls = {each.anchor: each for each in count_falls(before, after)}
            for lapse in value_lapses(before, after):
                yield new, falls.pop(lapse.anchor, lapse)
            for lapse in falls.values():
                yield new, lapse
            for lapse in renamed(old.values, new.values, chart=chart_beside(charts, old=old, new=new)):
                yield new, lapse


def _is_off(charts: Charts, path: RepoPath, *, condition: str) -> bool:
    """Whether a chart's own values leave out another one, unless somebody asks for it."""
    tree, read = charts.around()
    beside = RepoPath(f"{path.rpartition('/')[0]}/values.yaml".lstrip("/"))
    data = read(tree.blobs[beside].oid, _MOST_BYTES) if beside in tree else None
    of = read_document(data, beside, side=Side.HEAD, kind="Values") if isinstance(data, bytes) else None
    if not isinstance(of, Object):
        return False
    told = (part(of.values, *each.strip().split(".")) for each in condition.split(","))
    return next((each for each in told if isinstance(each, bool)), None) is False


def moved_majors(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Lapse, str]]:
    """The charts on which a chart stands, and that move by a major version, come from elsewhere or are gone; each with what asks for it."""
    before, after = named(old.get("dependencies")), named(new.get("dependencies"))
    for name, was in before.items():
        now, condition = after.get(name), str(was.get("condition") or "")
        is_store = KEEPS_DATA.search(name) is not None
        severity = Severity.HIGH if is_store else Severity.MEDIUM
        if now is None:
            words = f"the chart `{name}` is no longer part of it: all that it made is deleted at the next upgrade"
            if is_store:
                words += ", and what it stored is used by nothing any more: whoever used it begins with nothing, unless somebody brings it over"
            yield Lapse(steps=("dependencies",), words=words, severity=severity, anchor=f"chart {name}"), condition
        elif (turn := _publishers(was, now)) is not None:
            words = f"the chart `{name}` comes from `{turn[1]}` and no longer from `{turn[0]}`: it is another chart of that name, with other values, other names of services and other claims"
            yield Lapse(steps=("dependencies", name), words=words, severity=severity, anchor=f"chart {name}"), condition
        elif (found := _majors(was.get("version"), now.get("version"))) is not None:
            words = _major_words(name, found)
            if is_store:
                words += ", and what is stored may be of a version that the new one does not read"
            yield Lapse(steps=("dependencies", name), words=words, severity=severity, anchor=f"chart {name}"), condition


def _publishers(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str] | None:
    """Where a chart comes from before and after, where these are others; a mirror is called alike at its end."""
    before, after = (str(each.get("repository") or "").rstrip("/") for each in (was, now))
    is_far = all("://" in each and not each.startswith("file:") for each in (before, after))
    ends = [each.rpartition("/")[2].lower() for each in (before, after)]
    is_mirror = ends[0] == ends[1] or any(one in other for one, other in ((ends[0], after), (ends[1], before)))
    return (before, after) if is_far and not is_mirror else None


def released_otherwise(old: Object, new: Object) -> Iterator[Lapse]:
    """What a release is made of and with, where an object of Flux or Argo CD says so."""
    if new.kind == "HelmRelease":
        before, after = (table(each.spec.get("values")) for each in (old, new))
        yield from value_lapses(before, after, steps=("spec", "values"))
        chart = Chart.called(str(part(new.spec, "chart", "spec", "chart")))
        yield from renamed(before, after, chart=chart, steps=("spec", "values"))
        yield from _of_version(old, new, steps=("spec", "chart", "spec"), name="chart", version="version")
    elif new.kind == "Application" and part(new.spec, "source", "chart"):
        steps = ("spec", "source", "helm", "valuesObject")
        before, after = (table(part(each.values, *steps)) for each in (old, new))
        yield from value_lapses(before, after, steps=steps)
        yield from renamed(before, after, chart=Chart.called(str(part(new.spec, "source", "chart"))), steps=steps)
        yield from _of_version(old, new, steps=("spec", "source"), name="chart", version="targetRevision")


def _of_version(old: Object, new: Object, *, steps: tuple[str, ...], name: str, version: str) -> Iterator[Lapse]:
    found = _majors(part(old.values, *steps, version), part(new.values, *steps, version))
    if found is not None:
        words = _major_words(str(part(new.values, *steps, name)), found)
        yield Lapse(steps=(*steps, version), words=words, anchor="chart")


def _majors(was: object, now: object) -> tuple[str, str] | None:
    """The major versions before and after, where both are told and differ."""
    before, after = _NUMBER.match(str(was or "")), _NUMBER.match(str(now or ""))
    return (before[1], after[1]) if before and after and before[1] != after[1] else None


def _major_words(name: str, moved: tuple[str, str]) -> str:
    """What a move by a major version means."""
    return (
        f"the chart `{name}` moves from major version {moved[0]} to {moved[1]}: its authors say that something breaks"
    )

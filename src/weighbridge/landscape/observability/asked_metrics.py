"""Who asks for a metric: the alerts, objectives and dashboards of head that name it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.trees import Trees, reading
from weighbridge.landscape.observability.promql import asked_in
from weighbridge.landscape.observability.watches import UnreadableError, Watch, watches_in

MOST_FILES: Final = 600
MOST_BYTES: Final = 30_000_000
"""So much is searched for a name: beyond, it is said that nobody looked."""

_ENDINGS: Final = (".yaml", ".yml", ".json", ".rules")
_LIKELY: Final = LatePattern(
    r"(?i)alert|rule|prom|grafana|dashboard|monitor|slo|observab|mixin|metric|recording|sloth|pyrra|victoria|thanos|mimir|loki"
)
"""In paths of files that ask for metrics; files that name none of this are searched where there are few."""
_SUFFIXES: Final = ("_total", "_bucket", "_count", "_sum", "_created", "_max", "_seconds", "_info")


class Asking(Struct, frozen=True):
    """A watch that asks for a metric, by the name it uses, and the labels it speaks of."""

    path: RepoPath
    watch: Watch
    metric: str
    labels: frozenset[str]


class AskedMetrics:
    """What the watches of head ask for."""

    def __init__(self, contents: ChangedBytes, *, trees: Trees) -> None:
        self._contents = contents
        self._trees = trees

    def asking(self, names: Collection[str]) -> Sequence[Asking] | CouldNotLook:
        """Who asks for any of these metrics, as code declares them: `orders` is asked for as `orders_total` too."""
        if not names:
            return []
        searched = self._searched()
        if len(searched) > MOST_FILES:
            return _too_much(f"{len(searched):,} files may hold alerts and dashboards")
        wanted = {form for name in names for form in forms(name)}
        return self._in(searched, wanted)

    def stands_in(self, name: str) -> RepoPath | None:
        """A file of head that has an alert of this name, as far as so many files tell."""
        read = reading(Side.HEAD, self._contents, trees=self._trees)
        wanted = name.encode()
        for path in self._searched()[:MOST_FILES]:
            data = read(path)
            if isinstance(data, bytes) and wanted in data and _has_alert(data, wanted):
                return path
        return None

    def _searched(self) -> Sequence[RepoPath]:
        paths = [path for path in self._trees.head().blobs if path.endswith(_ENDINGS)]
        return paths if len(paths) <= MOST_FILES else [path for path in paths if _LIKELY.search(path)]

    def _in(self, paths: Sequence[RepoPath], wanted: Collection[str]) -> Sequence[Asking] | CouldNotLook:
        read = reading(Side.HEAD, self._contents, trees=self._trees)
        found: list[Asking] = []
        size = 0
        for path in paths:
            data = read(path)
            if not isinstance(data, bytes):
                continue
            size += len(data)
            if size > MOST_BYTES:
                return _too_much(f"more than {MOST_BYTES:,} bytes may hold alerts and dashboards")
            if any(name.encode() in data for name in wanted):
                found += _asking(path, data, wanted=wanted)
        return found


def _has_alert(data: bytes, name: bytes) -> bool:
    written = (line.strip() for line in data.splitlines() if name in line and len(line) < 1_000)
    return any(each.removeprefix(b"- ").replace(b'"', b"").replace(b"'", b"") == b"alert: " + name for each in written)


def forms(name: str) -> frozenset[str]:
    """The names that a metric goes by in queries: libraries add what kind it is, and know no dots."""
    plain = name.replace(".", "_").replace("-", "_").replace("/", "_")
    stem = next((plain.removesuffix(each) for each in _SUFFIXES[:5] if plain.endswith(each)), plain)
    return frozenset(
        {
            plain,
            stem,
            *(f"{start}{each}" for start in (plain, stem) for each in _SUFFIXES),
            f"{stem}_seconds_bucket",
            f"{stem}_seconds_count",
            f"{stem}_seconds_sum",
        }
    )


def _asking(path: RepoPath, data: bytes, *, wanted: Collection[str]) -> Iterator[Asking]:

    try:
        watches = watches_in(path, data)
    except UnreadableError:
        return
    for watch in watches:
        for asked in {each.metric: each for query in watch.queries for each in asked_in(query)}.values():
            if asked.metric in wanted:
                yield Asking(path, watch, asked.metric, asked.labels)


def _too_much(detail: str) -> CouldNotLook:
    return CouldNotLook(
        reason=Reason.LIMIT,
        detail=f"{detail}; who asks for the metrics that go was not searched",
        remedy="search your alerts and dashboards for the old names",
    )

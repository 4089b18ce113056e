"""The names that values give to all objects of a chart: with another one, all of them are made anew, and claims stay behind.

Source: https://helm.sh/docs/chart_best_practices/templates/, and what `helm create` writes (`fullnameOverride`, `nameOverride`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Charts

_FULL: Final = "fullnameOverride"
_NAMES: Final = (_FULL, "nameOverride")
_STORES: Final = LatePattern(
    r"(?i)postgres|mysql|mariadb|mongo|cassandra|clickhouse|couchdb|neo4j|influxdb|minio|vault|cockroach|scylla|redis|valkey|rabbitmq|kafka|zookeeper"
    r"|elasticsearch|opensearch|etcd|solr|nats|meilisearch|qdrant|weaviate|milvus"
)
"""Charts of what stores something, by their names."""
_CLAIMS: Final = LatePattern(
    r"^(?:kind:\s*[\"']?(?:StatefulSet|PersistentVolumeClaim)\b|\s*volumeClaimTemplates:)", re.MULTILINE
)
_MOST_FILES: Final = 200
_MOST_BYTES: Final = 400_000
_DEEPEST: Final = 3


class Chart(Struct, frozen=True, kw_only=True):
    """What is known of the chart that values are for."""

    stores: bool = False
    """Whether what it makes keeps data."""
    asked: frozenset[str] | None = None
    """The values by which its templates name what they make; None where they are not here, or names come from a library."""

    @staticmethod
    def called(name: str) -> "Chart":
        """One that is known by its name alone."""
        return Chart(stores=_STORES.search(name) is not None)


def chart_beside(charts: Charts, *, old: Object, new: Object) -> Chart:
    """The chart in whose folder a file of values lies; looked for only where one of its own names is another."""
    if all(old.values.get(name) == new.values.get(name) for name in _NAMES):
        return Chart()
    path = new.path
    folder = path.rpartition("/")[0]
    tree, read = charts.around()
    described = RepoPath(f"{folder}/Chart.yaml".lstrip("/"))
    start = f"{folder}/templates/".lstrip("/")
    if described not in tree:
        return Chart()
    paths = [each for each in tree.blobs if each.startswith(start)][:_MOST_FILES]
    found = [read(tree.blobs[each].oid, _MOST_BYTES) for each in (*paths, described)]
    texts = [each.decode("utf-8", "replace") for each in found if isinstance(each, bytes)]
    is_alone = not any("dependencies:" in each for each in texts[-1:])
    asked = frozenset(name for name in _NAMES if any(name in each for each in texts))
    return Chart(stores=any(map(_CLAIMS.search, texts)), asked=asked if is_alone else None)


def renamed(
    old: Mapping[str, Any], new: Mapping[str, Any], *, chart: Chart, steps: tuple[str, ...] = ()
) -> Iterator[Lapse]:
    """The names that are others, of the chart itself and of those on which it stands."""
    yield from _of(old, new, chart=chart, steps=steps)
    if len(steps) < _DEEPEST + 2:
        for name, was in old.items():
            now = new.get(name)
            if isinstance(was, dict) and isinstance(now, dict):
                yield from renamed(was, now, chart=Chart.called(name), steps=(*steps, name))


def _of(old: Mapping[str, Any], new: Mapping[str, Any], *, chart: Chart, steps: tuple[str, ...]) -> Iterator[Lapse]:
    for name in _NAMES:
        was, now = old.get(name), new.get(name)
        if (
            not isinstance(was, str)
            or not isinstance(now, str)
            or was == now
            or (chart.asked is not None and name not in chart.asked)
        ):
            continue
        # one that is empty leaves the name to the release, which may be called so
        is_off = part(new, "persistence", "enabled") is False
        labels_only = name != _FULL and bool(new.get(_FULL)) and old.get(_FULL) == new.get(_FULL)
        is_grave = chart.stores and bool(was and now) and not is_off and not labels_only
        path = ".".join((*(each for each in steps if each not in ("spec", "values")), name))
        words = f"`{path}` is `{now}` and no longer `{was}`: all that is called by it is made anew under another name"
        words += ", and what its claims hold stays behind" if is_grave else ", or its selector is refused"
        yield Lapse(
            steps=(*steps, name), words=words, severity=Severity.HIGH if is_grave else Severity.MEDIUM, anchor=path
        )
        return

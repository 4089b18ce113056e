"""What watches, as files of the tree say it: alerts, recorded series, objectives, routes of alerts, dashboards.

Known by their form, wherever they lie: rules of Prometheus (also as objects of Kubernetes), what Alertmanager is told, alerts and
dashboards of Grafana, objectives of Sloth, Pyrra and OpenSLO.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.nodes import DocumentError, Node
from weighbridge.landscape.documents.reading import documents
from weighbridge.landscape.infrastructure.yaml_nodes import entries, get, items, line_of, said, text

MOST_BYTES: Final = 1_000_000
MOST_DEPTH: Final = 12


class WatchKind(StrEnum):
    """What sort of watch it is."""

    ALERT = "alert"
    RECORD = "recorded series"
    OBJECTIVE = "objective"
    RECEIVER = "receiver"
    ROUTE = "route"
    SILENCE = "inhibition"
    DASHBOARD = "dashboard"


class Watch(Struct, frozen=True, kw_only=True):
    """One of them; `held` is how long it must be so, in seconds, `target` an objective's share."""

    kind: WatchKind
    name: str
    line: int = 1
    queries: tuple[str, ...] = ()
    held: float | None = None
    severity: str = ""
    target: float | None = None
    receiver: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by on both sides."""
        return self.kind, self.name


class UnreadableError(Exception):
    """A file that looks like one of them and cannot be read, with the reason."""


_MARKS: Final = LatePattern(
    r"(?m)^ *(?:- )?\"?(?:alert|record|groups|receivers|route|inhibit_rules|objectives?|slos|spec)\"? *:|\"(?:panels|schemaVersion|rules)\" *:"
)
_TEMPLATE: Final = LatePattern(r"(?m)^[ \t]*(?:- )?\{\{-?[^`\n]*\}\}|\{%")
_DURATION: Final = LatePattern(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0, "y": 31536000.0}
_QUERY_KEYS: Final = frozenset(
    {
        "expr",
        "error_query",
        "total_query",
        "errorQuery",
        "totalQuery",
        "metric",
        "query",
        "error_ratio_query",
        "errorRatioQuery",
    }
)


def may_watch(path: str) -> bool:
    """Whether a file may hold watches, by its ending."""
    return path.endswith((".yaml", ".yml", ".json", ".rules"))


def watches_in(path: str, data: bytes) -> list[Watch]:
    """The watches of a file; none of one that is no such file.

    Raises:
        UnreadableError: it looks like one, and is too large, a template, or half written.
    """
    start = data[:MOST_BYTES].decode("utf-8", "replace")
    if not _MARKS.search(start):
        return []
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"it is larger than {MOST_BYTES:,} bytes")
    if path.endswith(".json"):
        return _of_json(start)
    try:
        nodes = documents(data, allow_tags=True)
    except DocumentError as error:
        if not _is_sure(start):
            return []
        if _TEMPLATE.search(start):
            raise UnreadableError("it is a template, whose alerts are known only once it is filled") from error
        raise UnreadableError(f"{error.message}, at line {error.mark.line}") from error
    return [watch for node in nodes for watch in _of_document(node)]


def _is_sure(start: str) -> bool:
    return "alert:" in start or "receivers:" in start or "PrometheusRule" in start


def _of_document(node: Node) -> Iterator[Watch]:
    spec = get(node, "spec")
    for groups in (get(node, "groups"), get(spec, "groups")):
        for group in items(groups):
            for rule in items(get(group, "rules")):
                yield from _of_rule(rule)
    if get(node, "receivers") is not None and get(node, "route") is not None:
        yield from _of_routing(node)
    elif get(spec, "receivers") is not None and get(spec, "route") is not None and spec is not None:
        yield from _of_routing(spec)
    yield from _of_objectives(node)


def _of_rule(rule: Node) -> Iterator[Watch]:
    """A rule of Prometheus, or of Grafana where it is provisioned."""
    name, recorded = text(get(rule, "alert")), text(get(rule, "record"))
    title = text(get(rule, "title")) if get(rule, "data") is not None else ""
    kind = WatchKind.ALERT if name or title else WatchKind.RECORD
    if name or recorded or title:
        yield Watch(
            kind=kind,
            name=name or recorded or title,
            line=line_of(rule),
            queries=tuple(_queries(rule)),
            held=seconds(text(get(rule, "for"))) if get(rule, "for") is not None else None,
            severity=(text(get(rule, "labels", "severity")) or text(get(rule, "labels", "priority"))).lower(),
        )


def _queries(node: Node | None, depth: int = 0) -> Iterator[str]:
    if node is None or depth > MOST_DEPTH:
        return
    for name, _, inner in entries(node):
        if name in _QUERY_KEYS and text(inner):
            yield text(inner)
        else:
            yield from _queries(inner, depth + 1)
    for inner in items(node) if not hasattr(node, "entries") and hasattr(node, "items") else ():
        yield from _queries(inner, depth + 1)


def _of_routing(node: Node) -> Iterator[Watch]:
    for receiver in items(get(node, "receivers")):
        tells = any(name.endswith(("_configs", "Configs")) for name, _, _ in entries(receiver))
        name = text(get(receiver, "name"))
        if name and tells:
            yield Watch(kind=WatchKind.RECEIVER, name=name, line=line_of(receiver))
    yield from _of_routes(get(node, "route"), depth=0)
    for each in items(get(node, "inhibit_rules") or get(node, "inhibitRules")):
        yield Watch(kind=WatchKind.SILENCE, name=said(each), line=line_of(each))


def _of_routes(route: Node | None, *, depth: int) -> Iterator[Watch]:
    receiver = text(get(route, "receiver"))
    if route is None or depth > MOST_DEPTH:
        return
    matched = ", ".join(
        said(get(route, key)) for key in ("matchers", "match", "match_re") if get(route, key) is not None
    )
    if receiver:
        name = matched if depth else "everything else"
        yield Watch(kind=WatchKind.ROUTE, name=name, line=line_of(route), receiver=receiver)
    for inner in items(get(route, "routes")):
        yield from _of_routes(inner, depth=depth + 1)


def _of_objectives(node: Node) -> Iterator[Watch]:
    """Those of Sloth (`slos`, also of its object in Kubernetes), of Pyrra (`spec.target`) and of OpenSLO (`spec.objectives`)."""
    spec = get(node, "spec")
    for where in (node, spec):
        service = text(get(where, "service"))
        for each in items(get(where, "slos")):
            name = text(get(each, "name"))
            if name:
                yield _objective(f"{service}/{name}" if service else name, each, target=text(get(each, "objective")))
    kind, name = text(get(node, "kind")), text(get(node, "metadata", "name"))
    if kind == "SLO" and name:
        first = next(iter(items(get(spec, "objectives"))), None)
        yield _objective(name, node, target=text(get(first, "target")) or text(get(first, "targetPercent")))
    if kind == "ServiceLevelObjective" and name:
        yield _objective(name, node, target=text(get(spec, "target")))


def _objective(name: str, node: Node, *, target: str) -> Watch:
    number = _number(target)
    return Watch(
        kind=WatchKind.OBJECTIVE,
        name=name,
        line=line_of(node),
        queries=tuple(_queries(node)),
        target=number,
        severity="",
    )


def _number(written: str) -> float | None:
    try:
        return float(written.rstrip("%"))
    except ValueError:
        return None


def seconds(written: str) -> float | None:
    """A duration of Prometheus (`1h30m`) in seconds; None where it is none."""
    found = [float(each.group(1)) * _UNITS[each.group(2)] for each in _DURATION.finditer(written)]
    return sum(found) if found else _number(written)


def _of_json(data: str) -> list[Watch]:
    """Dashboards of Grafana, as they are exported; alerts that are written as JSON are read as YAML."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return []
    if isinstance(found, dict) and isinstance(found.get("dashboard"), dict):
        found = found["dashboard"]
    if (
        isinstance(found, dict)
        and isinstance(found.get("panels") or found.get("rows"), list)
        and "schemaVersion" in found
    ):
        name = str(found.get("title") or "without a title")
        return [Watch(kind=WatchKind.DASHBOARD, name=name, queries=tuple(_exprs(found)))]
    if isinstance(found, dict) and isinstance(found.get("groups") or found.get("spec"), (list, dict)):
        try:
            return [watch for node in documents(data.encode()) for watch in _of_document(node)]
        except DocumentError:
            return []
    return []


def _exprs(found: object) -> Iterator[str]:
    waiting: list[object] = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            expr = each.get("expr")
            if isinstance(expr, str):
                yield expr
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each

"""What watches is read from files by their form, and a file that only looks like one is none."""

import json

import pytest

from weighbridge.landscape.observability.watches import UnreadableError, WatchKind, seconds, watches_in

RULES = b"""
groups:
  - name: orders
    rules:
      - record: orders:rate5m
        expr: rate(orders_total[5m])
      - alert: OrdersFail
        expr: orders:rate5m > 1
        for: 1h30m
        labels: {severity: CRITICAL}
"""


def test_rules_of_prometheus_are_alerts_and_recorded_series() -> None:
    series, alert = watches_in("rules.yml", RULES)
    assert (series.kind, series.name) == (WatchKind.RECORD, "orders:rate5m")
    assert (alert.kind, alert.held, alert.severity, alert.line) == (WatchKind.ALERT, 5400, "critical", 7)
    assert alert.queries == ("orders:rate5m > 1",)


def test_an_object_of_kubernetes_holds_the_same_rules() -> None:
    indented = b"".join(b"  " + line for line in RULES.splitlines(keepends=True))
    found = watches_in("rule.yaml", b"kind: PrometheusRule\nspec:\n" + indented)
    assert [each.name for each in found] == ["orders:rate5m", "OrdersFail"]


def test_an_alert_that_is_provisioned_to_grafana_has_a_title() -> None:
    data = b"""
apiVersion: 1
groups:
  - name: a
    rules:
      - uid: x
        title: Orders fail
        for: 5m
        data:
          - model: {expr: "rate(orders_failed_total[5m]) > 1"}
"""
    (alert,) = watches_in("alerts.yml", data)
    assert (alert.name, alert.held, alert.queries) == ("Orders fail", 300, ("rate(orders_failed_total[5m]) > 1",))


def test_a_dashboard_is_known_by_its_panels_and_gives_its_queries() -> None:
    inner = {"panels": [{"panels": [{"targets": [{"expr": "a"}, {"expr": "b"}]}]}], "schemaVersion": 1, "title": "T"}
    for data in (inner, {"dashboard": inner}):
        (found,) = watches_in("d.json", json.dumps(data).encode())
        assert (found.kind, found.name, sorted(found.queries)) == (WatchKind.DASHBOARD, "T", ["a", "b"])


def test_routes_and_receivers_are_those_of_alertmanager() -> None:
    data = b"""
route:
  receiver: mail
  routes:
    - matchers: ['severity="critical"']
      receiver: pager
receivers:
  - name: nobody
  - name: pager
    webhook_configs: [{url: "http://x"}]
"""
    found = watches_in("alertmanager.yml", data)
    assert [(each.kind, each.name, each.receiver) for each in found] == [
        (WatchKind.RECEIVER, "pager", ""),
        (WatchKind.ROUTE, "everything else", "mail"),
        (WatchKind.ROUTE, '[severity="critical"]', "pager"),
    ]


@pytest.mark.parametrize(
    ("data", "name", "target"),
    [
        (b"version: prometheus/v1\nservice: shop\nslos:\n  - name: up\n    objective: 99.9\n", "shop/up", 99.9),
        (b"kind: SLO\nmetadata: {name: up}\nspec:\n  objectives:\n    - target: 0.99\n", "up", 0.99),
        (b'kind: ServiceLevelObjective\nmetadata: {name: up}\nspec:\n  target: "99.5"\n', "up", 99.5),
    ],
)
def test_objectives_say_what_they_aim_at(data: bytes, name: str, target: float) -> None:
    (found,) = watches_in("slo.yaml", data)
    assert (found.kind, found.name, found.target) == (WatchKind.OBJECTIVE, name, target)


@pytest.mark.parametrize(
    "data",
    [
        b"groups:\n  - name: editors\n    members: [ada]\n",
        b"rules:\n  - apiGroups: ['']\n",
        b"a: [",
        b"",
        b"spec:\n  groups: 3\n",
    ],
)
def test_what_only_looks_like_it_watches_nothing(data: bytes) -> None:
    assert watches_in("x.yaml", data) == []


@pytest.mark.parametrize(
    "data",
    [
        b"groups:\n  - rules:\n{{- range .Values.alerts }}\n      - alert: {{ .name }}\n{{- end }}\n",
        b"groups:\n  - rules:\n      - alert: 'half\n",
        b"groups:\n" + b"# \n" * 400_000,
    ],
)
def test_alerts_that_cannot_be_read_are_said_to_be_unread(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        watches_in("rules.yaml", data)


def test_a_deep_dashboard_and_one_that_is_none_end() -> None:
    assert watches_in("d.json", b'{"panels": ' + b"[" * 100_000) == []
    assert watches_in("d.json", b'{"panels": [], "a": 1}') == []


def test_durations_are_those_of_prometheus() -> None:
    assert [seconds(each) for each in ("5m", "1h30m", "0s", "2d", "soon")] == [300, 5400, 0, 172800, None]

"""What one overlay lists stands together, however its files of Kustomize list each other."""

import pytest
from tests.unit.infrastructure.told import said

READER = """apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers:
        - name: worker
          image: worker:1
          env:
            - name: BROKER
              valueFrom: {configMapKeyRef: {name: settings, key: broker}}
"""
RULE = "reference-missing"
TOP = "deploy/overlays/prod/kustomization.yaml"
SETTINGS = "shared/settings/kustomization.yaml"
WORKER = "apps/worker/kustomization.yaml"


def settings(key: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{{key}: a}}\n"


def listing(*entries: str, more: str = "") -> str:
    return f"{more}resources:\n" + "".join(f"  - {each}\n" for each in entries)


def sides(listings: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    before, after = (
        {**listings, "shared/settings/cm.yaml": settings(key), "apps/worker/worker.yaml": READER}
        for key in ("broker", "amqp")
    )
    return before, after


PLAIN = {
    TOP: listing("../../../shared/settings", "../../../apps/worker"),
    SETTINGS: listing("cm.yaml"),
    WORKER: listing("worker.yaml"),
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {TOP: listing("../../../shared/settings # first", '"../../../apps/worker"', more="namespace: shop\n")},
        {SETTINGS: listing("cm.yaml", "../../deploy/overlays/prod", ".", "../../../../outside")},
    ],
)
def test_who_reads_settings_is_found_by_what_lists_both(more: dict[str, str]) -> None:
    assert said(RULE, *sides({**PLAIN, **more})) == [("high", "medium")]


@pytest.mark.parametrize(
    "more",
    [
        {TOP: listing("../../../shared/settings")},
        {SETTINGS: listing("cm.yaml", more="namespace: shared\n")},
        {WORKER: listing("worker.yaml", more="namespace: worker\n")},
    ],
)
def test_what_nothing_lists_too_or_another_namespace_is_given_stands_elsewhere(more: dict[str, str]) -> None:
    assert said(RULE, *sides({**PLAIN, **more})) == []

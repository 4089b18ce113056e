"""What a chart's template, and the names that its values choose, keep of what was stored."""

import pytest
from tests.unit.infrastructure.told import said, told

CLAIM = """{{- if .Values.persistence.enabled }}
apiVersion: v1
kind: KIND
metadata:
  name: {{ include "shop.name" . }}-uploads
NOTES
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {{ .Values.persistence.class }}
{{- end }}
"""
KEPT = "  annotations:\n    helm.sh/resource-policy: keep"
PATH = "chart/templates/pvc.yaml"


def template(notes: str, kind: str = "PersistentVolumeClaim") -> dict[str, str]:
    return {PATH: CLAIM.replace("NOTES", notes).replace("KIND", kind)}


def test_a_claim_of_a_chart_that_stays_no_longer_is_told_at_its_metadata() -> None:
    (found,) = told("storage-detached", template(KEPT), template("  labels: {a: b}"))

    assert (found.severity.value, found.place.line) == ("high", 4)


@pytest.mark.parametrize(
    ("kind", "notes"),
    [
        ("Secret", '  annotations:\n    "argocd.argoproj.io/sync-options": Prune=false'),
        ("Deployment", "  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled"),
    ],
)
def test_what_holds_no_data_is_less(kind: str, notes: str) -> None:
    assert said("storage-detached", template(notes, kind), template("", kind)) == [("medium", "medium")]


@pytest.mark.parametrize(
    "notes",
    [
        KEPT,
        '  annotations:\n    team: shop\n    "helm.sh/resource-policy": "keep"',
        "  annotations:\n    {{- toYaml .Values.persistence.annotations | nindent 4 }}",
        "  {{- if .Values.persistence.keep }}\n" + KEPT + "\n  {{- end }}",
    ],
)
def test_what_is_said_otherwise_is_said(notes: str) -> None:
    assert said("storage-detached", template(KEPT), template(notes)) == []


def test_what_was_never_said_is_not_gone() -> None:
    assert said("storage-detached", template("  labels: {a: b}"), template("  labels: {a: c}")) == []


HELPERS = '{{- define "shop.name" -}}\n{{ default .Chart.Name .Values.fullnameOverride }}\n{{- end }}\n'
STATELESS = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "shop.name" . }}\n'


def chart(values: str, *, stores: bool = True, helpers: str = HELPERS) -> dict[str, str]:
    files = {"chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "chart/values.yaml": values}
    files["chart/templates/_helpers.tpl"] = helpers
    files["chart/templates/web.yaml"] = STATELESS
    return files | (template(KEPT) if stores else {})


def test_another_name_leaves_the_claims_of_a_chart_behind() -> None:
    (found,) = told(
        "chart-values-weakened", chart("fullnameOverride: shop\n"), chart("fullnameOverride: store\nreplicas: 3\n")
    )

    assert (found.severity.value, found.place.line) == ("high", 1)


def test_a_chart_that_stores_nothing_is_made_anew() -> None:
    sides = (chart(f"fullnameOverride: {name}\n", stores=False) for name in ("shop", "store"))

    assert said("chart-values-weakened", *sides) == [("medium", "medium")]


def test_claims_that_are_off_are_none() -> None:
    sides = (chart(f"fullnameOverride: {name}\npersistence:\n  enabled: false\n") for name in ("shop", "store"))

    assert said("chart-values-weakened", *sides) == [("medium", "medium")]


def test_a_store_that_a_chart_stands_on_is_told_by_its_own_name() -> None:
    sides = ({"deploy/values.yaml": f"postgresql:\n  fullnameOverride: {name}\n"} for name in ("shop-db", "db"))

    assert said("chart-values-weakened", *sides) == [("high", "medium")]


def test_a_name_that_was_the_releases_may_be_the_same() -> None:
    sides = (chart('fullnameOverride: ""\n'), chart("fullnameOverride: shop\n"))

    assert said("chart-values-weakened", *sides) == [("medium", "medium")]


def test_a_name_that_no_template_asks_for_names_nothing() -> None:
    sides = (chart(f"fullnameOverride: {name}\n", helpers="{{/* none */}}\n") for name in ("shop", "store"))

    assert said("chart-values-weakened", *sides) == []


def test_the_same_name_and_one_that_was_not_told_before_are_no_others() -> None:
    assert said("chart-values-weakened", chart("fullnameOverride: shop\n"), chart("fullnameOverride: shop # x\n")) == []
    assert said("chart-values-weakened", chart("replicas: 3\n"), chart("replicas: 3\nfullnameOverride: shop\n")) == []

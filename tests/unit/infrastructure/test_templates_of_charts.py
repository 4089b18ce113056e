"""What of a chart's template is compared without rendering it, and what is left open."""

import time

import pytest

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.outlines import outlined

PATH = "deploy/chart/templates/web.yaml"
TEMPLATE = """{{- if .Values.web.enabled }}
{{- /* of two
lines */}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: 3
  {{- end }}
  selector:
    matchLabels:
      {{- include "shop.labels" . | nindent 6 }}
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image }}:1"
          securityContext:
            privileged: false
          readinessProbe:
            tcpSocket: {port: 80}
{{- end }}
"""


def manifests(before: str, after: str) -> Manifests:
    repository = MemoryRepository({PATH: before}, {PATH: after})
    change = repository.change(ChangeRequest())
    return Manifests(change, ChangedBytes(change, repository.read))


def changed(before: str, after: str) -> list[tuple[Object | None, Object | None]]:
    return list(manifests(before, after).pairs)


def test_lines_stay_where_they_are() -> None:
    text, _ = outlined(TEMPLATE.encode())

    lines = text.decode().split("\n")
    assert len(lines) == len(TEMPLATE.split("\n"))
    assert lines[3] == "apiVersion: apps/v1"


def test_what_is_said_whatever_is_rendered_is_compared() -> None:
    ((old, new),) = changed(TEMPLATE, TEMPLATE.replace("privileged: false", "privileged: true"))

    assert old is not None
    assert new is not None
    assert old.containers["web"]["securityContext"] == {"privileged": False}
    assert new.containers["web"]["securityContext"] == {"privileged": True}


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("replicas: 3", "replicas: 0"),
        ("privileged: false", "privileged: {{ .Values.privileged }}"),
        ("            tcpSocket: {port: 80}", "            {{- toYaml .Values.probe | nindent 12 }}"),
        (
            "          readinessProbe:\n            tcpSocket: {port: 80}",
            "          {{- with .Values.probe }}\n          readinessProbe:\n            {{- toYaml . | nindent 12 }}\n          {{- end }}",
        ),
        ('"{{ .Values.image }}:1"', '"{{ .Values.image }}:2"'),
    ],
)
def test_what_is_known_only_when_it_is_rendered_counts_as_unchanged(said: str, other: str) -> None:
    assert said in TEMPLATE

    assert changed(TEMPLATE, TEMPLATE.replace(said, other)) == []


def test_an_object_that_is_rendered_under_a_condition_is_not_gone() -> None:
    claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce]}\n"
    conditional = "{{- if .Values.persistence }}\n" + claim + "{{- end }}\n"

    assert [each.kind for each in manifests(TEMPLATE + claim, TEMPLATE).removed] == ["PersistentVolumeClaim"]
    assert not list(manifests(TEMPLATE + claim, TEMPLATE + conditional).removed)


def test_what_was_not_compared_is_told_with_the_command_that_shows_it() -> None:
    missing = manifests(TEMPLATE, TEMPLATE + "# a\n").unread[RepoPath(PATH)]

    assert missing.reason == "unsupported"
    assert "helm template deploy/chart > after.yaml" in missing.remedy


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 200_000,
        "{{/*" * 100_000,
        "{{/*" * 100_000 + "*/ x",
        "{{ a" + " " * 400_000 + "b }}",
        "{{" + " " * 400_000,
        "{{ x }" * 60_000,
        "{{ if x }}\n" * 20_000 + "a: b\n" + "{{ end }}\n" * 20_000,
        "{{ x }}\n" * 20_000 + "{{ if x }}\n" * 20_000,
    ],
    ids=["begun", "comments", "a comment that ends", "spaces", "only spaces", "half ended", "nested", "told"],
)
def test_what_was_written_to_be_slow_is_not(text: str) -> None:
    began = time.process_time()

    outlined(text.encode())

    assert time.process_time() - began < 3

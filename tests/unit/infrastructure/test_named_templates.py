"""Named templates of a chart, and the parts of its objects that nobody may change into which they put labels."""

import time

import pytest

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Confidence, Finding
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription

RULE = next(rule for rule in map(load_rule, find_rules()) if rule.id == "infrastructure/immutable-changed")
HELPERS = """\
{{/* What its objects are called by. */}}
{{- define "queue.labels" -}}
app.kubernetes.io/name: {{ include "queue.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "queue.name" -}}
{{- .Values.nameOverride | default .Chart.Name }}
{{- end }}
"""
COMES = HELPERS.replace(
    "instance: {{ .Release.Name }}\n",
    "instance: {{ .Release.Name }}\nhelm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}\n",
)
SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: queue
spec:
  selector:
    matchLabels:
      {{- include "queue.labels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "queue.labels" . | nindent 8 }}
    spec:
      containers: []
"""
CLAIMS = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: queue
spec:
  selector:
    matchLabels:
      app: queue
  volumeClaimTemplates:
    - metadata:
        name: data
        labels:
          {{- include "queue.labels" . | nindent 10 }}
"""


def found(before: str, after: str, *, template: str = SET, other: str = "", beside: str = "") -> list[Finding]:
    helpers, objects, kept = (f"chart/templates/{name}" for name in ("_helpers.tpl", "set.yaml", "_kept.tpl"))
    repository = MemoryRepository(
        {helpers: before, objects: template, kept: beside},
        {helpers: after, objects: other or template, kept: beside},
    )
    change = repository.change(ChangeRequest())
    sight = Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )
    judged = run_rules([RULE], sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return list(judged.findings)


def test_a_label_that_comes_to_a_selector_is_told_where_it_is_written() -> None:
    (finding,) = found(HELPERS, COMES)

    assert (finding.place.path, finding.place.line) == ("chart/templates/_helpers.tpl", 5)
    assert "`helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}` comes to it" in finding.message
    assert finding.confidence is Confidence.MEDIUM
    assert [each.place.path for each in finding.related] == ["chart/templates/set.yaml"]


def test_a_label_that_goes_from_a_selector_is_told_where_it_was() -> None:
    (finding,) = found(COMES, HELPERS)

    assert (finding.place.line, finding.place.side) == (5, Side.BASE)


def test_labels_of_claims_are_told_too() -> None:
    (finding,) = found(HELPERS, COMES, template=CLAIMS)

    assert "`volumeClaimTemplates` is another" in finding.message


def test_a_value_that_is_asked_for_otherwise_may_be_another() -> None:
    (finding,) = found(HELPERS, HELPERS.replace("default .Chart.Name", "default .Release.Name"))

    assert 'what `{{ include "queue.name" . }}` stands for is otherwise' in finding.message
    assert finding.confidence is Confidence.LOW


def test_a_value_that_holds_the_version_from_now_on_is_surely_another() -> None:
    (finding,) = found(HELPERS, HELPERS.replace("default .Chart.Name", "default .Chart.Name }}-{{ .Chart.Version"))

    assert finding.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    "after",
    [
        HELPERS.replace("{{/* What", "{{/* The labels by which"),
        HELPERS + '{{- define "queue.chart" -}}\n{{ .Chart.Version }}\n{{- end }}\n',
        HELPERS.replace("{{ .Release.Name }}\n{{- end }}", "{{- .Release.Name -}}\n{{- end }}").replace(
            "{{- .R", "{{ .R"
        ),
    ],
)
def test_what_puts_in_the_same_is_not_told(after: str) -> None:
    assert found(HELPERS, after) == []


def test_labels_that_only_pods_have_are_not_told() -> None:
    alone = SET.replace('      {{- include "queue.labels" . | nindent 6 }}', "      app: queue")

    assert found(HELPERS, COMES, template=alone) == []


def test_a_selector_that_keeps_what_it_asked_for_under_another_name_is_the_same() -> None:
    split = COMES + HELPERS.replace("queue.labels", "queue.selectorLabels").replace("queue.name", "queue.called")
    split = split.replace('define "queue.called"', 'define "queue.unused"').replace("queue.called", "queue.name")

    kept = SET.replace(
        '{{- include "queue.labels" . | nindent 6 }}', '{{- include "queue.selectorLabels" . | nindent 6 }}'
    )

    assert found(HELPERS, split, other=kept) == []


@pytest.mark.parametrize(
    "text",
    [
        '{{- define "a" -}}\n' * 9_000,
        '{{ define "a" }}{{ include "a" . }}{{ end }}\n' * 4_000,
        '{{ if "' * 25_000,
        '{{- define "b" -}}\n' + "{{ if .A }}\n{{ end }}\n" * 8_000 + "{{ end }}\n",
        "".join(
            f'{{{{- define "d{number}" -}}}}\n' + f'{{{{ include "d{number + 1}" . }}}}\n' * 390 + "{{- end }}\n"
            for number in range(15)
        )
        + '{{- define "queue.labels.more" -}}{{ include "d0" . }}{{- end }}\n',
    ],
)
def test_what_was_written_to_be_slow_is_not(text: str) -> None:
    started = time.monotonic()

    found(f'{HELPERS}{{{{- define "x" }}}}{{{{ include "queue.labels.more" . }}}}{{{{ end }}}}', COMES, beside=text)

    assert time.monotonic() - started < 5

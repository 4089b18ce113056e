"""Manifests of Kubernetes: whatever text comes, objects or none; and which files are looked at."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.growing import MOST, growth
from tests.unit.landscape.touched import Touched

from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.inputs import NO_INPUTS, Input, InputRecord, Inputs
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.kubernetes.confinement import ways_out
from weighbridge.landscape.infrastructure.kubernetes.fixed import fixed_changes
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.quantities import amount
from weighbridge.landscape.infrastructure.kubernetes.references import missing
from weighbridge.landscape.infrastructure.kubernetes.removed import losses
from weighbridge.landscape.infrastructure.kubernetes.rights import rights
from weighbridge.landscape.infrastructure.kubernetes.workloads import lapses

POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 2\n  selector: {}\n  template: {spec: {containers: [{name: c}]}}\n"


def manifests(texts: dict[str, tuple[str | None, str | None]], *, inputs: Inputs = NO_INPUTS) -> Manifests:
    change = Touched(texts).change
    blobs = {}
    for file in change.files:
        for side, text in zip((Side.BASE, Side.HEAD), texts[file.path], strict=True):
            blob = file.on(side)
            if blob is not None and text is not None:
                blobs[blob.oid] = text.encode("utf-8", "replace")
    return Manifests(change, ChangedBytes(change, lambda oid, _: blobs[oid]), inputs=inputs)


@given(start=st.integers(0, len(POD)), length=st.integers(0, 30), put=st.text(max_size=10))
@settings(max_examples=200)
def test_a_manifest_that_is_damaged_anywhere_breaks_nothing(start: int, length: int, *, put: str) -> None:
    damaged = POD[:start] + put + POD[start + length :]
    for before, after in ((POD, damaged), (damaged, POD)):
        for old, new in manifests({"a.yaml": (before, after)}).pairs:
            if new is not None:
                list(ways_out(old, new))
                rights(new)
            if old is not None and new is not None:
                list(lapses(old, new))
                list(fixed_changes(old, new))


@pytest.mark.parametrize(
    ("path", "text", "is_one"),
    [
        ("k8s/a.yaml", POD, True),
        ("k8s/a.yml", POD, True),
        ("chart/templates/a.yaml", POD.replace("2", "{{ .Values.n }}"), True),
        ("values.yaml", "replicas: 2\n", False),
        ("examples/a.yaml", POD, False),
        ("a.json", POD, False),
    ],
)
def test_a_manifest_is_known_by_what_it_holds(path: str, text: str, *, is_one: bool) -> None:
    assert (path in manifests({path: (None, text)}).roles) is is_one


def test_a_list_holds_objects_of_its_own() -> None:
    item = "".join(f"  {line}\n" for line in POD.splitlines())
    text = "apiVersion: v1\nkind: List\nitems:\n- " + item.removeprefix("  ")
    ((old, new),) = manifests({"a.yaml": (None, text)}).pairs
    assert old is None
    assert new is not None
    assert new.name == "Deployment `a`"


def test_an_object_that_moves_to_another_file_is_the_same() -> None:
    assert manifests({"a.yaml": (POD, None), "b.yaml": (None, POD)}).pairs == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [("500m", 0.5), ("1Gi", 2.0**30), ("2", 2.0), (3, 3.0), ("x", None), ("", None), (True, None), ("1Zi", None)],
)
def test_quantities_are_numbers(text: object, value: float | None) -> None:
    assert amount(text) == value


CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: d}\nspec: {accessModes: [ReadWriteOnce]}\n"


def brought(kind: str, text: str) -> Input:
    data = text.encode()
    return Input(record=InputRecord(kind=kind, digest=digest(data), size=len(data)), data=data)


def removed(found: Manifests) -> list[str]:
    return [each.name for each in found.removed]


def test_a_document_that_cannot_be_read_spoils_no_other() -> None:
    found = manifests({"a.yaml": (POD + "---\n" + CLAIM, POD.replace("2", "0") + "---\nkind: [\n")})
    assert [new.spec["replicas"] for _, new in found.kept] == [0]
    assert removed(found) == []
    assert found.unread[RepoPath("a.yaml")].reason is Reason.UNPARSED
    assert "line 10" in found.unread[RepoPath("a.yaml")].detail


def test_a_key_that_stands_twice_is_told_and_the_rest_is_looked_at() -> None:
    found = manifests(
        {"a.yaml": (POD, POD.replace("  replicas: 2\n", "  replicas: 2\n  replicas: 0\n") + "---\n" + CLAIM)}
    )
    assert "`replicas` stands there twice" in found.unread[RepoPath("a.yaml")].detail
    assert [new.name for old, new in found.pairs if old is None and new is not None] == ["PersistentVolumeClaim `d`"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
        "spec: " + "[" * 500 + "]" * 500 + "\n",
        "spec:\n\treplicas: 2\n",
        "spec: !!python/object/apply:os.system [true]\nspec: {\n",
    ],
    ids=["aliases that grow", "deep lists", "tabs", "what asks for an object"],
)
def test_hostile_text_is_told_and_breaks_nothing(text: str) -> None:
    found = manifests({"a.yaml": (POD, POD.partition("spec:")[0] + text)})
    assert removed(found) == []
    assert found.unread[RepoPath("a.yaml")].reason is Reason.UNPARSED


def test_line_ends_of_windows_change_nothing() -> None:
    found = manifests({"a.yaml": (POD + "---\n" + CLAIM, (POD + "---\n" + CLAIM).replace("\n", "\r\n"))})
    assert found.pairs == ()
    assert found.unread == {}


def test_a_document_that_is_the_same_on_both_sides_is_not_told_and_still_stands() -> None:
    found = manifests({"a.yaml": (CLAIM + "---\n" + POD, POD + "---\n" + CLAIM.replace("d}", "e}"))})
    ((old, new),) = (pair for pair in found.pairs if pair[0] is not None)
    assert old is not None
    assert new is None
    assert "Deployment `a`" in [each.name for each in found.standing(old).of("Deployment")]


def test_places_count_the_lines_of_the_documents_before() -> None:
    found = manifests({"a.yaml": (POD + "---\n" + CLAIM, POD + "---\n# words\n" + CLAIM.replace("Once", "Many"))})
    ((_, new),) = found.kept
    assert new.at("spec", "accessModes").line == POD.count("\n") + 6


def test_what_is_rendered_stands_instead_of_the_sources() -> None:
    inputs = Inputs([brought("manifests-before", POD), brought("manifests-after", POD.replace("2", "0"))])
    found = manifests({"a.yaml": (POD + "---\n" + CLAIM, None)}, inputs=inputs)
    ((_, new),) = found.kept
    assert new.confidence is Confidence.HIGH
    assert removed(found) == ["PersistentVolumeClaim `d`"]


def test_a_template_need_not_be_read_where_it_is_rendered() -> None:
    template = POD.replace("2", "{{ .Values.n }}")
    assert (
        manifests({"t/a.yaml": (template, template + "\n# a")}).unread[RepoPath("t/a.yaml")].reason
        is Reason.UNSUPPORTED
    )
    inputs = Inputs([brought("manifests-before", POD), brought("manifests-after", POD)])
    assert manifests({"t/a.yaml": (template, template + "\n# a")}, inputs=inputs).unread == {}


def test_one_side_that_is_rendered_cannot_be_compared() -> None:
    found = manifests({}, inputs=Inputs([brought("manifests-after", POD)]))
    assert found.pairs == ()
    assert [each.reason for each in found.unread.values()] == [Reason.NOT_CONFIGURED]


def test_two_files_of_one_object_are_each_its_own() -> None:
    found = manifests({"a/x.yaml": (POD, None), "b/x.yaml": (POD, POD.replace("2", "3"))})
    assert removed(found) == ["Deployment `a`"]
    assert [new.spec["replicas"] for _, new in found.kept] == [3]


def many(count: int, *, name: str = "app", label: str = "app", has_services: bool = True) -> str:
    """A Deployment with its Service for each number."""
    found = []
    for n in range(count):
        found.append(
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{n}}}\nspec:\n  selector: {{}}\n"
            f"  template: {{metadata: {{labels: {{{label}: a{n}}}}}, spec: {{containers: [{{name: c}}]}}}}\n"
        )
        if has_services:
            found.append(
                f"apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec:\n  selector: {{app: a{n}}}\n  ports: []\n"
            )
    return "---\n".join(found)


@pytest.mark.parametrize(
    "after",
    [
        lambda count: many(count, name="other"),
        lambda count: many(count, label="other"),
        lambda count: many(count, has_services=False),
        lambda _: "a: 1",
    ],
)
def test_many_objects_are_compared_in_time_that_grows_with_their_number(after: Callable[[int], str]) -> None:
    def work(count: int) -> None:
        found = at_once(many(count), after(count))
        for _ in (*losses(found), *missing(found)):
            pass

    assert growth(work, 50) < MOST


def at_once(before: str, after: str) -> Manifests:
    """The manifests of one file, whose lines nobody compares."""
    change = Touched({"a.yaml": ("a", "b")}).change
    texts = {change.files[0].on(side): text for side, text in zip(Side, (before, after), strict=True)}
    data = {blob.oid: text.encode() for blob, text in texts.items() if blob is not None}
    return Manifests(change, ChangedBytes(change, lambda oid, _: data[oid]))


def test_a_service_whose_pods_are_gone_among_many_is_told() -> None:
    found = manifests(
        {"a.yaml": (many(3), many(3).replace("name: app1}", "name: gone}").replace("app: a1}}", "app: b1}}"))}
    )

    assert [
        (of.key[3], "s1 leads to nothing" in lapse.words.replace("Service `s1`", "s1")) for of, lapse in losses(found)
    ] == [("app1", True)]


def test_a_role_that_lists_more_than_anybody_reads_is_read_by_what_weighs() -> None:
    listed = {
        "apiGroups": ["", *(f"g{number}" for number in range(300))],
        "resources": [*(f"r{number}" for number in range(300)), "secrets"],
        "verbs": [*(f"v{number}" for number in range(100)), "get"],
    }
    text = (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: a}}\nrules: {json.dumps([listed])}\n"
    )
    (pair,) = manifests({"a.yaml": (None, text)}).pairs
    assert pair[1] is not None
    found = rights(pair[1])
    assert ("get", "", "secrets", "") in found
    assert len(found) < 1_000

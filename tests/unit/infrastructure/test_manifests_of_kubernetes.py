"""Manifests of Kubernetes: whatever text comes, objects or none; and which files are looked at."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.landscape.touched import Touched

from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.kubernetes.confinement import ways_out
from weighbridge.landscape.infrastructure.kubernetes.fixed import fixed_changes
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.quantities import amount
from weighbridge.landscape.infrastructure.kubernetes.rights import rights
from weighbridge.landscape.infrastructure.kubernetes.workloads import lapses

POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 2\n  template: {spec: {containers: [{name: c}]}}\n"


def manifests(texts: dict[str, tuple[str | None, str | None]]) -> Manifests:
    change = Touched(texts).change
    blobs = {}
    for file in change.files:
        for side, text in zip((Side.BASE, Side.HEAD), texts[file.path], strict=True):
            blob = file.on(side)
            if blob is not None and text is not None:
                blobs[blob.oid] = text.encode("utf-8", "replace")
    return Manifests(change, ChangedBytes(change, lambda oid, _: blobs[oid]))


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

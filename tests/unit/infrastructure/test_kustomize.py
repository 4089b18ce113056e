"""What Kustomize makes of an object by its two kinds of patches."""

import pytest

from weighbridge.landscape.infrastructure.kubernetes.kustomize.patching import PatchError, laid_over, operated

POD = {"spec": {"containers": [{"name": "a", "image": "a:1", "env": [{"name": "X", "value": "1"}]}, {"name": "b"}]}}


def test_containers_are_the_same_ones_by_name() -> None:
    patch = {"spec": {"containers": [{"name": "b", "image": "b:2"}]}}

    found = laid_over(POD, patch)

    assert found["spec"]["containers"] == [POD["spec"]["containers"][0], {"name": "b", "image": "b:2"}]


def test_what_is_null_is_taken_out_and_the_rest_stays() -> None:
    found = laid_over({"spec": {"replicas": 1, "paused": True}}, {"spec": {"paused": None}})

    assert found == {"spec": {"replicas": 1}}


def test_an_item_that_says_so_is_deleted() -> None:
    found = laid_over(POD, {"spec": {"containers": [{"name": "a", "$patch": "delete"}]}})

    assert found["spec"]["containers"] == [{"name": "b"}]


def test_other_lists_are_replaced() -> None:
    assert laid_over({"args": ["x", "y"]}, {"args": ["z"]}) == {"args": ["z"]}


def test_what_is_patched_stays_as_it_was() -> None:
    before = {"spec": {"replicas": 1}}

    laid_over(before, {"spec": {"replicas": 2}})
    operated(before, [{"op": "remove", "path": "/spec/replicas"}])

    assert before == {"spec": {"replicas": 1}}


def test_operations_go_by_path() -> None:
    operations: list[dict[str, object]] = [
        {"op": "replace", "path": "/spec/containers/0/image", "value": "a:2"},
        {"op": "add", "path": "/spec/containers/-", "value": {"name": "c"}},
        {"op": "remove", "path": "/spec/containers/1"},
        {"op": "add", "path": "/metadata", "value": {"labels": {}}},
        {"op": "add", "path": "/metadata/labels/app.kubernetes.io~1name", "value": "n"},
    ]

    found = operated(POD, operations)

    assert [each["name"] for each in found["spec"]["containers"]] == ["a", "c"]
    assert found["spec"]["containers"][0]["image"] == "a:2"
    assert found["metadata"] == {"labels": {"app.kubernetes.io/name": "n"}}


@pytest.mark.parametrize("path", ["/spec/containers/7", "/spec/none/x", "/spec/containers/0/image/x", "/spec/gone"])
def test_an_operation_on_nothing_is_an_error(path: str) -> None:
    with pytest.raises(PatchError):
        operated(POD, [{"op": "remove", "path": path}])

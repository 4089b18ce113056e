"""Kubernetes' AdmissionReview is answered by its contract: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.app.cluster_review import ReviewQuestion, answer, read_question

UID = "705ab4f5-6393-11e8-b7cc-42010a800002"
POD = {"containers": [{"name": "cart", "image": "cart@sha256:1"}]}


def review(kind: str = "Pod", thing: object = None, *, operation: str = "CREATE", **more: object) -> dict[str, Any]:
    """What an API server sends."""
    request = {
        "uid": UID,
        "kind": {"group": "", "version": "v1", "kind": kind},
        "resource": {"group": "", "version": "v1", "resource": f"{kind.lower()}s"},
        "operation": operation,
        "userInfo": {"username": "admin"},
        "object": thing if thing is not None else {"apiVersion": "v1", "kind": "Pod", "spec": POD},
        "dryRun": False,
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {**request, **more}}


def read(value: object) -> ReviewQuestion:
    return read_question(json.dumps(value).encode())


def around(kind: str, spec: object) -> dict[str, Any]:
    template = {"template": {"metadata": {}, "spec": spec}}
    return review(kind, {"kind": kind, "spec": {"jobTemplate": {"spec": template}} if kind == "CronJob" else template})


@pytest.mark.parametrize(
    "kind",
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"],
)
def test_images_are_found_in_the_pods_of_every_kind(kind: str) -> None:
    assert read(around(kind, POD)) == ReviewQuestion(uid=UID, images=("cart@sha256:1",))


def test_every_image_of_a_pod_is_asked_about_once() -> None:
    spec = {
        "initContainers": [{"name": "a", "image": "one"}],
        "containers": [{"name": "b", "image": "two"}, {"name": "c", "image": "one"}],
        "ephemeralContainers": [{"name": "d", "image": "three"}],
        "volumes": [{"name": "e", "image": {"reference": "four"}}, {"name": "f", "emptyDir": {}}],
    }

    assert read(around("Deployment", spec)).images == ("one", "two", "three", "four")


def test_what_is_deleted_brings_nothing_in() -> None:
    question = read(review(operation="DELETE", object=None))

    assert question == ReviewQuestion(uid=UID)
    assert json.loads(answer(question, ()))["response"] == {"uid": UID, "allowed": True}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (review(operation="CONNECT"), "its operation is 'CONNECT'"),
        (review("Deployment"), "it asks about 'Deployment' and brings 'Pod'"),
        (review("Service", {"kind": "Service", "spec": {}}), "nobody knows where images stand in 'Service'"),
        (review(object=None), "its `request.object` is missing"),
        (around("Deployment", {}), "has no containers"),
        (around("Deployment", {"containers": [{"name": "x"}]}), "the container 'x' names no image"),
        (around("Deployment", {"containers": {"image": "x"}}), "`containers` is no list"),
        (around("Deployment", {**POD, "volumes": [{"image": {}}]}), "names no image"),
        (review("Job", {"kind": "Job"}), "Job is missing"),
        ({**review(), "apiVersion": "admission.k8s.io/v1beta1"}, "it is no AdmissionReview of admission.k8s.io/v1"),
    ],
)
def test_what_is_not_understood_is_turned_away_with_the_uid(value: object, words: str) -> None:
    question = read(value)
    said = json.loads(answer(question, ()))

    assert words in question.refused
    assert (said["response"]["uid"], said["response"]["allowed"]) == (UID, False)


@pytest.mark.parametrize("value", [{}, [], None, {"request": {"uid": 3}}, review(uid="")])
def test_without_a_uid_it_is_turned_away_all_the_same(value: object) -> None:
    said = json.loads(answer(read(value), ()))

    assert said["response"]["allowed"] is False
    assert said["response"]["uid"] == ""


def test_an_answer_is_of_the_form_that_the_api_server_reads() -> None:
    said = json.loads(answer(ReviewQuestion(uid=UID, images=("x",)), ["x is not admitted", "nor is y"]))

    assert said == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {
            "uid": UID,
            "allowed": False,
            "status": {"code": 403, "reason": "Forbidden", "message": "weighbridge: x is not admitted; nor is y"},
        },
    }


@given(st.binary(max_size=200))
def test_no_bytes_are_let_in_or_raise(data: bytes) -> None:
    question = read_question(data)

    assert question.refused
    assert json.loads(answer(question, ()))["response"]["allowed"] is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from(["kind", "operation", "object", "uid"]), JSON)
def test_no_field_raises(field: str, value: object) -> None:
    whole = review()
    whole["request"][field] = value

    json.loads(answer(read(whole), ()))

"""Kubernetes' question whether something may enter a cluster, and the answer: AdmissionReview of admission.k8s.io/v1.

The contract, by https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/: the request has
a `uid`, which the answer repeats, with `allowed` and, for who is turned away, `status` with `code` and `message`. The
object is null for DELETE. Whatever is not understood is turned away.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

API_VERSION: Final = "admission.k8s.io/v1"
KIND: Final = "AdmissionReview"
LARGEST: Final = 16 << 20
"""Bytes; the API server sends no more than some 3 MB."""
_FORBIDDEN: Final = 403
_MOST_WORDS: Final = 4_000
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Where the specification of pods stands in each kind of object that has one."""


class ReviewQuestion(Struct, frozen=True, kw_only=True):
    """What is asked: about which images. `refused` is why it cannot be answered but by no."""

    uid: str = ""
    images: tuple[str, ...] = ()
    refused: str = ""


class _UnclearError(Exception):
    """Why a question is answered by no."""


def read_question(data: bytes) -> ReviewQuestion:
    """The question in the JSON that an API server sends; never raises."""
    uid = ""
    try:
        if len(data) > LARGEST:
            raise _UnclearError(f"the review has more than the {LARGEST >> 20} MB that are read")
        review = _mapping(_decoded(data), "the review")
        request = _mapping(review.get("request"), "its `request`")
        given = request.get("uid")
        uid = given if isinstance(given, str) else ""
        if (review.get("apiVersion"), review.get("kind")) != (API_VERSION, KIND):
            raise _UnclearError(f"it is no {KIND} of {API_VERSION}: set admissionReviewVersions to [v1]")
        if not uid:
            raise _UnclearError("its `request.uid` is missing")
        return ReviewQuestion(uid=uid, images=tuple(dict.fromkeys(_images_of(request))))
    except _UnclearError as problem:
        return ReviewQuestion(uid=uid, refused=f"{KIND}: {problem}")


def answer(question: ReviewQuestion, refusals: Sequence[str]) -> str:
    """The JSON that the API server waits for: yes where nothing is refused."""
    words = (question.refused, *refusals) if question.refused else tuple(refusals)
    response: dict[str, object] = {"uid": question.uid, "allowed": not words}
    if words:
        message = "; ".join(words)[:_MOST_WORDS]
        response["status"] = {"code": _FORBIDDEN, "reason": "Forbidden", "message": f"weighbridge: {message}"}
    return json.dumps({"apiVersion": API_VERSION, "kind": KIND, "response": response}, ensure_ascii=True) + "\n"


def _images_of(request: Mapping[str, object]) -> Iterator[str]:
    operation = request.get("operation")
    if operation == "DELETE":
        return
    if operation not in ("CREATE", "UPDATE"):
        raise _UnclearError(
            f"its operation is {str(operation)[:40]!r}: register the webhook for CREATE and UPDATE alone"
        )
    stated = _mapping(request.get("kind"), "its `request.kind`").get("kind")
    thing = _mapping(request.get("object"), "its `request.object`")
    kind = thing.get("kind")
    if kind != stated or not isinstance(kind, str):
        raise _UnclearError(f"it asks about {str(stated)[:40]!r} and brings {str(kind)[:40]!r}")
    if kind not in TEMPLATES:
        raise _UnclearError(f"nobody knows where images stand in {kind[:40]!r}: take it out of the webhook's rules")
    spec: object = thing
    for name in TEMPLATES[kind]:
        spec = _mapping(spec, f"`{name}`'s parent in {kind}").get(name)
    yield from _images_in(_mapping(spec, f"the pods' specification in {kind}"))


def _images_in(spec: Mapping[str, object]) -> Iterator[str]:
    found = [each for name in _CONTAINERS for each in _listed(spec.get(name), name)]
    if not found:
        raise _UnclearError("the pods' specification has no containers")
    for container in found:
        image = container.get("image")
        if not isinstance(image, str) or not image:
            raise _UnclearError(f"the container {str(container.get('name'))[:80]!r} names no image")
        yield image
    for volume in _listed(spec.get("volumes"), "volumes"):
        if "image" in volume:
            reference = _mapping(volume["image"], "a volume's `image`").get("reference")
            if not isinstance(reference, str) or not reference:
                raise _UnclearError(f"the volume {str(volume.get('name'))[:80]!r} names no image")
            yield reference


def _listed(value: object, name: str) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _UnclearError(f"`{name}` is no list")
    return [_mapping(each, f"an item of `{name}`") for each in value]


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _UnclearError(f"{what} is missing, or no object")
    return value


def _decoded(data: bytes) -> object:
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _UnclearError("it is not JSON") from None

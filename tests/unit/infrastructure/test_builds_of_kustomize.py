"""Files of Kustomize that were written to hide what they do, or to cost whoever builds them."""

import time

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import MOST_FILES, Build

PATH = RepoPath("k/kustomization.yaml")
WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  template: {spec: {containers: [{name: web, image: web}]}}
"""
NONE = "  patch: '[{op: replace, path: /spec/replicas, value: 0}]'\n"


def built(text: str, web: str = WEB) -> Build:
    files = {PATH: text.encode(), RepoPath("k/web.yaml"): web.encode()}
    return Build(PATH, read=files.get, side=Side.HEAD)


def patched(target: str) -> object:
    """The replicas that are left when a patch takes all from whom it is for."""
    (made,) = built(f"resources: [web.yaml]\npatches:\n- target: {target}\n{NONE}").made
    return made.values["spec"]["replicas"]


@pytest.mark.parametrize(
    "selector",
    [
        "app=web",
        "app == web",
        "app!=db",
        "app",
        "!other",
        "app in (web, db)",
        "app notin (db)",
        "app,!other",
        "none!=x",
    ],
)
def test_labels_are_asked_for_in_every_form(selector: str) -> None:
    assert patched(f'{{labelSelector: "{selector}"}}') == 0


@pytest.mark.parametrize("selector", ["app=db", "app!=web", "!app", "app in (db)", "app notin (web)", "app,other"])
def test_other_labels_are_not_meant(selector: str) -> None:
    assert patched(f'{{labelSelector: "{selector}"}}') == 3


@pytest.mark.parametrize("name", ["web", "w.*", "^web$", "(we)+b", "web|api", "(?i)web"])
def test_whom_a_pattern_may_mean_is_patched(name: str) -> None:
    assert patched(f"{{kind: Deployment, name: '{name}'}}") == 0


@pytest.mark.parametrize("name", ["api", "webx*y", "[a-c]+"])
def test_whom_a_pattern_does_not_mean_is_left(name: str) -> None:
    assert patched(f"{{kind: Deployment, name: '{name}'}}") == 3


@pytest.mark.parametrize(
    "operation",
    [
        "{op: copy, from: /spec, path: ''}",
        "{op: move, from: '', path: /a}",
        "{op: remove, path: ''}",
        "{op: remove, path: /spec/template/spec/containers/\u00b2}",
        f"{{op: remove, path: /spec/template/spec/containers/{'1' * 5000}}}",
        "{op: add, path: /spec/template/spec/containers/7/image, value: x}",
    ],
)
def test_an_operation_that_cannot_be_done_is_kept_as_one(operation: str) -> None:
    found = built(f"resources: [web.yaml]\npatches:\n- target: {{kind: Deployment}}\n  patch: |-\n    - {operation}\n")

    assert len(found.failed) == 1


def test_places_count_from_the_end_and_a_whole_object_may_be_replaced() -> None:
    def made(operation: str) -> object:
        text = f"resources: [web.yaml]\npatches:\n- target: {{kind: Deployment}}\n  patch: |-\n    - {operation}\n"
        return built(text).made[0].values

    last = made("{op: replace, path: /spec/template/spec/containers/-1/image, value: other}")
    assert isinstance(last, dict)
    assert last["spec"]["template"]["spec"]["containers"][0]["image"] == "other"
    assert made("{op: replace, path: '', value: {kind: Pod}}") == {"kind": "Pod"}


@pytest.mark.parametrize("text", ["patches: 5\n", "patches: {a: 1}\n", "replicas: 5\nimages: x\n", "resources: 7\n"])
def test_what_is_no_list_does_nothing(text: str) -> None:
    assert built(f"components: []\n{text}").made == []


ITSELF = ", ".join(["."] * 40)


@pytest.mark.parametrize(
    ("text", "web"),
    [
        (f"resources: [{ITSELF}]\n", WEB),
        (f"resources: [web.yaml]\ncomponents: [{ITSELF}]\n", WEB),
        (
            f"resources: [web.yaml]\npatches:\n- target: {{name: '(a+)+b'}}\n{NONE}",
            WEB.replace("name: web", f"name: {'a' * 60}", 1),
        ),
        (
            f"resources: [web.yaml]\npatches:\n- target: {{name: 'a*a*a*a*a*a*b'}}\n{NONE}",
            WEB.replace("name: web", f"name: {'a' * 250}", 1),
        ),
    ],
    ids=["bases that list themselves", "components that do", "a pattern in a pattern", "many repetitions"],
)
def test_what_was_written_to_be_slow_is_not(text: str, web: str) -> None:
    began = time.process_time()

    built(text, web)

    assert time.process_time() - began < 5


def test_what_lies_beyond_the_files_that_are_read_is_not_said_to_lie_elsewhere() -> None:
    names = [f"{number}.yaml" for number in range(MOST_FILES + 1)]
    files = {RepoPath(f"k/{name}"): b"" for name in names}
    listing = f"resources: [{', '.join(names)}, none.yaml]\n"
    whole = Build(PATH, read={**files, PATH: listing.encode()}.get, side=Side.HEAD)
    assert whole.is_cut
    few = Build(PATH, read={PATH: b"resources: [none.yaml]\n"}.get, side=Side.HEAD)
    assert (few.is_cut, few.lacking) == (False, ["none.yaml"])

"""`weighbridge admit --image` and `--admission-review`: an image enters by the commit that a named builder says it is of."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.samples.provenance import DIGITS, IMAGE, Cosign, bundle, encoding, envelope, inspected, v1

BUILDER, STRANGER = Cosign(), Cosign()
UID = "705ab4f5-6393-11e8-b7cc-42010a800002"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with a builder, whose change `fix` was decided."""
    shop = open_shop(tmp_path_factory.mktemp("built"), settings=f"builders:\n  - key: {BUILDER.line}\n")
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.change("other", **{"src/other.py": "OTHER = 1\n"})
    shop.passed("main..fix")
    return shop


def provenance(shop: Shop, place: Path, *, of: str = "fix", by: Cosign = BUILDER) -> Path:
    statement = v1(commit=shop.scratch.git("rev-parse", of))
    file = place / f"{DIGITS}.json"
    file.write_text(json.dumps(envelope(statement, ("", by.sign(encoding(statement))))))
    return file


def test_an_image_of_a_decided_commit_is_let_in(built: Shop, tmp_path: Path) -> None:
    file = provenance(built, tmp_path)

    ran = built.admit("--image", IMAGE, "--provenance", str(file))

    assert ran.status == 0, ran
    assert f"Admitted: {IMAGE}" in ran.out
    assert "cosign says that it was built of" in ran.out


def test_what_is_put_on_record_names_the_image(built: Shop, tmp_path: Path) -> None:
    shop = built.copy(tmp_path / "copy")

    ran = shop.admit("--image", IMAGE, "--provenance", str(provenance(shop, tmp_path)), "--record", "--json", "-")

    said = json.loads(ran.out)
    shown = json.loads(shop.run("ci", "ledger", "show", "--json", "-").out)
    assert shown[said["recorded"]]["predicate"]["image"] == f"sha256:{DIGITS}"


def test_an_image_of_a_commit_that_nobody_decided_is_not(built: Shop, tmp_path: Path) -> None:
    ran = built.admit("--image", IMAGE, "--provenance", str(provenance(built, tmp_path, of="other")))

    assert ran.status == 1
    assert "no decision on tree" in ran.out


def test_what_a_stranger_signed_is_refused_with_what_to_set_up(built: Shop, tmp_path: Path) -> None:
    ran = built.admit("--image", IMAGE, "--provenance", str(provenance(built, tmp_path, by=STRANGER)))

    assert ran.status == 1
    assert "is by no builder whom ledger.yaml names" in ran.out
    assert "name that under `builders` in .weighbridge/ledger.yaml" in ran.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bundle(v1()), "which is not verified here"),
        (v1(), "is signed by nobody"),
        (inspected(), "labels are what an image says of itself"),
        ({}, "no provenance that can be read"),
    ],
    ids=["certificate", "bare", "labels", "nothing"],
)
def test_whatever_else_comes_with_an_image_lets_nothing_in(
    built: Shop, tmp_path: Path, content: object, words: str
) -> None:
    file = tmp_path / "provenance.json"
    file.write_text(json.dumps(content))

    ran = built.admit("--image", IMAGE, "--provenance", str(file))

    assert ran.status == 1
    assert words in ran.out


def test_an_image_of_a_commit_that_is_not_here_is_refused(built: Shop, tmp_path: Path) -> None:
    statement = v1()
    file = tmp_path / "provenance.json"
    file.write_text(json.dumps(envelope(statement, ("", BUILDER.sign(encoding(statement))))))

    ran = built.admit("--image", IMAGE, "--provenance", str(file))

    assert ran.status == 1
    assert "which is not here" in ran.out


@pytest.mark.parametrize("image", ["shop/cart:latest", IMAGE])
def test_without_a_digest_or_provenance_nothing_is_let_in(built: Shop, image: str) -> None:
    ran = built.admit("--image", image)

    assert ran.status == 1
    assert "missing: " in ran.out


def test_a_builder_whom_the_commit_itself_brings_says_nothing(built: Shop, tmp_path: Path) -> None:
    shop = built.copy(tmp_path / "copy")
    settings = shop.settings("ci", more=f"builders:\n  - key: {STRANGER.line}\n")
    shop.change("evil", on="fix", **{".weighbridge/ledger.yaml": settings})

    ran = shop.admit("--image", IMAGE, "--provenance", str(provenance(shop, tmp_path, of="evil", by=STRANGER)))

    assert ran.status == 1
    assert "is by no builder" in ran.out


def review(*images: str) -> bytes:
    spec = {"containers": [{"name": f"c{n}", "image": image} for n, image in enumerate(images)]}
    request = {
        "uid": UID,
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "operation": "CREATE",
        "object": {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": spec}}},
    }
    return json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}).encode()


def ask(shop: Shop, given: bytes, *, place: Path, environment: str = "production") -> tuple[int, dict[str, object]]:
    arguments = ("admit", "--environment", environment, "--admission-review", "-", "--provenance", str(place))
    ran = shop.run("ci", *arguments, given=given)
    said = json.loads(ran.out)
    assert (said["apiVersion"], said["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    return ran.status, said["response"]


def test_a_cluster_is_told_yes_where_every_image_is_let_in(built: Shop, tmp_path: Path) -> None:
    provenance(built, tmp_path)

    assert ask(built, review(IMAGE), place=tmp_path) == (0, {"uid": UID, "allowed": True})


@pytest.mark.parametrize("other", ["redis:7", f"registry.example.org/other@sha256:{'1' * 64}"])
def test_one_image_that_is_not_let_in_keeps_all_out(built: Shop, tmp_path: Path, other: str) -> None:
    provenance(built, tmp_path)

    status, response = ask(built, review(IMAGE, other), place=tmp_path)

    assert (status, response["uid"], response["allowed"]) == (1, UID, False)
    assert other in json.dumps(response["status"])


@pytest.mark.parametrize(
    ("given", "uid"),
    [(b"", ""), (b"{", ""), (json.dumps({"request": {"uid": UID}}).encode(), UID)],
    ids=["empty", "cut off", "nothing asked"],
)
def test_a_question_that_is_none_is_answered_by_no(built: Shop, tmp_path: Path, given: bytes, uid: str) -> None:
    status, response = ask(built, given, place=tmp_path)

    assert (status, response["uid"], response["allowed"]) == (1, uid, False)


def test_what_cannot_be_told_is_answered_by_no(built: Shop, tmp_path: Path) -> None:
    status, response = ask(built, review(IMAGE), place=tmp_path, environment="produktion")

    assert (status, response["allowed"]) == (1, False)
    assert "did you mean production?" in json.dumps(response)

"""Clones that lack objects, and repositories of odd shapes: what decides is read, or what could not be is said; nothing is fetched."""

import shutil
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.integration.git.scratch import Scratch

LACKING = {
    "no contents": ("--filter=blob:none", "--mirror"),
    "no contents and nothing checked out": ("--filter=blob:none", "--no-checkout"),
    "no small contents": ("--filter=blob:limit=10", "--no-checkout"),
    "no trees": ("--filter=tree:0", "--mirror"),
    "one commit": ("--depth=1",),
}
WHOLE = {
    "all refs": ("--mirror",),
    "few files": ("--sparse",),
    "the newest of each branch": ("--depth=1", "--no-single-branch"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = open_shop(tmp_path_factory.mktemp("shop"))
    made.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    made.passed("main..fix")
    admitted = made.admit("--commit", "fix", "--record")
    assert admitted.status == 0, admitted
    made.scratch.git("config", "uploadpack.allowFilter", "true")
    made.scratch.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return made


def cloned(shop: Shop, place: Path, *options: str) -> Shop:
    shop.scratch.git("clone", "-q", *options, shop.scratch.folder.as_uri(), str(place))
    return Shop(Scratch(place), shop.homes)


def objects(folder: Path) -> list[str]:
    return sorted(str(file) for file in folder.rglob("objects/**/*") if file.is_file())


def asked(shop: Shop, tmp_path: Path) -> dict[str, int]:
    """What each command that only reads exits with; none of them fetches or breaks."""
    head = shop.homes.parent / "shop"
    commit = Scratch(head).git("rev-parse", "fix")
    (tmp_path / "deployed").write_text(f"{commit}\n")
    before = objects(shop.scratch.folder)
    commands = {
        "admit": ("admit", "--environment", "production", "--commit", commit),
        "audit": ("audit", "deployed", "--environment", "production", "--from", str(tmp_path / "deployed")),
        "review": ("review", f"{commit}~1..{commit}"),
        "verify": ("ledger", "verify"),
        "show": ("ledger", "show"),
    }
    ran = {name: shop.run("ci", *command) for name, command in commands.items()}
    for each in ran.values():
        assert "Traceback" not in each.err + each.out, each
    assert objects(shop.scratch.folder) == before
    return {name: each.status for name, each in ran.items()}


@pytest.mark.parametrize("what", LACKING)
def test_a_clone_that_lacks_what_decides_passes_nothing_and_fetches_nothing(
    shop: Shop, tmp_path: Path, what: str
) -> None:
    job = cloned(shop, tmp_path / "job", *LACKING[what])
    if "--mirror" not in LACKING[what]:
        job.scratch.git("fetch", "-q", "--no-filter", "origin", "refs/weighbridge/*:refs/weighbridge/*")

    said = asked(job, tmp_path)

    assert {said["admit"], said["audit"]} == {3}, said
    assert said["review"] in (2, 3), said


@pytest.mark.parametrize("what", WHOLE)
def test_a_clone_that_has_what_decides_answers(shop: Shop, tmp_path: Path, what: str) -> None:
    job = cloned(shop, tmp_path / "job", *WHOLE[what])
    if "--mirror" not in WHOLE[what]:
        job.scratch.git("fetch", "-q", "origin", "refs/weighbridge/*:refs/weighbridge/*")

    said = asked(job, tmp_path)

    assert (said["admit"], said["audit"], said["verify"], said["show"]) == (0, 0, 0, 0), said


def test_a_clone_whose_objects_were_lent_and_are_gone_passes_nothing(shop: Shop, tmp_path: Path) -> None:
    shutil.copytree(shop.scratch.folder, tmp_path / "lender")
    shop.scratch.git("clone", "-q", "--mirror", "--shared", str(tmp_path / "lender"), str(tmp_path / "job"))
    shutil.rmtree(tmp_path / "lender")

    said = asked(Shop(Scratch(tmp_path / "job"), shop.homes), tmp_path)

    assert said.pop("review") in (2, 3)
    assert set(said.values()) == {3}, said


@pytest.mark.parametrize("head", ["ref: refs/heads/gone\n", "ref: refs/heads/\n", ""])
def test_a_bare_repository_without_a_head_answers_or_says_that_it_is_none(
    shop: Shop, tmp_path: Path, head: str
) -> None:
    job = cloned(shop, tmp_path / "job", "--mirror")
    (job.scratch.folder / "HEAD").write_text(head)

    said = asked(job, tmp_path)

    assert {said["admit"], said["audit"], said["verify"]} == ({0} if head else {2}), said


def test_a_repository_of_sha_256_is_gated_like_any_other(tmp_path: Path) -> None:
    Scratch.make(tmp_path / "shop", "--object-format=sha256")
    made = open_shop(tmp_path)
    made.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    made.passed("main..fix")
    made.admit("--commit", "fix", "--record")

    said = asked(made, tmp_path)

    assert len(made.scratch.git("rev-parse", "fix")) == 64
    assert set(said.values()) == {0}, said

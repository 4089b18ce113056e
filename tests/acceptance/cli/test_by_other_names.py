"""One step of the history is one decision, by whatever name it is weighed; where it is not, the other name is told."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    return shop


def digest(shop: Shop, name: str) -> str:
    return str(json.loads(shop.run("ci", "review", name, "--json", "-").out)["digest"])


def test_a_commit_and_the_range_that_is_it_alone_are_one_decision(shop: Shop) -> None:
    commit = shop.scratch.git("rev-parse", "fix")
    names = ("fix", "main..fix", "main...fix", commit, commit[:12], "fix~0", f"{commit}~1..{commit}")

    assert len({digest(shop, name) for name in names}) == 1


def test_who_approved_the_commit_approved_the_range(shop: Shop) -> None:
    commit = shop.scratch.git("rev-parse", "fix")

    shop.approve(commit)

    assert shop.decide("main..fix").status == 0
    assert shop.decide("fix").status == 0


def test_two_commits_are_not_their_newest(shop: Shop) -> None:
    shop.scratch.git("switch", "-q", "fix")
    newest = shop.scratch.commit("More", **{"src/tax.py": "RATE = 0.2\n"})
    shop.scratch.git("switch", "-q", "main")
    shop.approve(newest)

    assert digest(shop, newest) != digest(shop, "main..fix")
    assert shop.decide("main..fix").status == 1


def test_a_merge_by_itself_and_its_range_are_told_apart_and_each_names_the_other(shop: Shop) -> None:
    shop.scratch.commit("Elsewhere", **{"src/tax.py": "RATE = 0.2\n"})
    merge = shop.land("fix")
    shop.approve(merge)

    ran = shop.run("ci", "review", "main~1..main")

    assert ran.status == 1
    told = " ".join(ran.out.split())
    assert f"which was weighed as `{merge}` and this as `main~1..main`: weigh it as `{merge}`" in told.replace(
        "` `", ""
    )
    assert shop.decide(merge).status == 0

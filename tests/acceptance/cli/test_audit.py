"""`weighbridge audit deployed` finds what went around the gate."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.samples.provenance import IMAGE


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop where one change was let in, one was decided for staging, and one by nobody; all of them on main."""
    shop = open_shop(tmp_path_factory.mktemp("running"))
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.change("tried", on="fix", **{"src/tried.py": "TRIED = 1\n"})
    shop.change("evil", on="tried", **{"src/evil.py": "EVIL = 1\n"})
    shop.passed("main..fix")
    assert shop.admit("--commit", "fix", "--record").status == 0
    shop.passed("fix..tried", "--environment", "staging")
    shop.scratch.git("merge", "-q", "--ff-only", "evil")
    return shop


@pytest.fixture
def shop(running: Shop, tmp_path: Path) -> Shop:
    return running.copy(tmp_path)


def listed(shop: Shop, *names: str) -> bytes:
    return "\n".join(["# what runs", *(shop.scratch.git("rev-parse", name) for name in names)]).encode()


def audit(shop: Shop, given: bytes, *more: str) -> tuple[int, str]:
    ran = shop.run("ci", "audit", "deployed", "--environment", "production", "--from", "-", *more, given=given)
    assert ran.err == "", ran
    return ran.status, ran.out


def test_what_was_let_in_is_no_bypass(shop: Shop) -> None:
    status, out = audit(shop, listed(shop, "fix"))

    assert status == 0
    assert "let it in" in out


def test_each_is_told_how_it_got_there(shop: Shop) -> None:
    status, out = audit(shop, listed(shop, "fix", "tried", "evil"), "--json", "-")

    assert status == 1
    assert [each["standing"] for each in json.loads(out)["deployed"]] == [
        "admitted",
        "decided for elsewhere",
        "around the gate",
    ]


def test_a_table_says_what_went_around_the_gate_first(shop: Shop) -> None:
    _, out = audit(shop, listed(shop, "fix", "evil"))

    assert out.index(shop.scratch.git("rev-parse", "evil")[:12]) < out.index(shop.scratch.git("rev-parse", "fix")[:12])
    assert "production: 1 admitted, 1 around the gate." in " ".join(out.split())


def test_a_bypass_is_put_on_record_once_and_shown(shop: Shop) -> None:
    first = json.loads(audit(shop, listed(shop, "fix", "tried", "evil"), "--record", "--json", "-")[1])
    again = json.loads(audit(shop, listed(shop, "evil", "tried"), "--record", "--json", "-")[1])

    assert len(first["recorded"]) == 2
    assert again["recorded"] == []
    shown = json.loads(shop.run("ci", "ledger", "show", "--json", "-").out)
    assert [each["kind"] for each in shown].count("bypass") == 2
    assert "around the gate" in " ".join(shop.run("ci", "ledger", "show").out.split())
    assert shop.run("ci", "ledger", "verify").status == 0


def test_a_json_list_names_commits_and_images(shop: Shop) -> None:
    given = json.dumps(
        [{"commit": shop.scratch.git("rev-parse", "fix"), "at": "2026-03-01T12:00:00Z"}, {"image": IMAGE}]
    )

    status, out = audit(shop, given.encode(), "--json", "-")

    said = json.loads(out)["deployed"]
    assert status == 1
    assert [each["standing"] for each in said] == ["admitted", "around the gate"]
    assert said[0]["at"] == "2026-03-01T12:00:00+00:00"
    assert "comes with no provenance" in said[1]["why"]


def test_a_commit_that_is_not_here_could_not_be_looked_at(shop: Shop) -> None:
    status, out = audit(shop, b"1" * 40)

    assert status == 3
    assert "could not look" in out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"", "it names nothing"),
        (b"main\n", "item 1: 'main' is no commit's whole id"),
        (b"[{}]", "name a commit or an image"),
        (b"[3]", "no list of {commit|image, at}"),
        (b"\xff", "it is not text"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(shop: Shop, given: bytes, words: str) -> None:
    ran = shop.run("ci", "audit", "deployed", "--environment", "production", "--from", "-", given=given)

    assert ran.status == 2
    assert words in ran.err

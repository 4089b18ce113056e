"""`weighbridge report`, as a CI job uses it: what a check came to, whose word on it counts, and what stands on it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import ORIGIN, Shop, open_shop

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import StatusState
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.statement import ledger_subject, statement_payload

POLICY = """\
version: 1
name: shop
rules:
  - name: tried
    because: code of the shop
    require:
      - check: {name: unit-tests, within: 2 days}
  - name: not-red
    because: some check failed
    when: statuses.failed.size() > 0
    require:
      - approval: {count: 1}
environments:
  production: {level: production, require: [{load_test: {within: 1 day}}]}
  staging: {level: staging}
"""


def built(place: Path, *, reporter: str = "", checks: str = "'*'") -> Shop:
    """A shop with a change, whose machines `ci` and `ana` write, and report; where one is named, that one alone does."""
    shop = open_shop(place, policy=POLICY)
    believe(shop, reporter=reporter, checks=checks)
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    return shop


def believe(shop: Shop, *, reporter: str = "", checks: str = "'*'") -> None:
    """Say on the protected branch who may report which checks."""
    named = f"reporters:\n  - {{key: {shop.writer(reporter)}, checks: [{checks}]}}\n" if reporter else ""
    settings = shop.settings("ci", "ana", more=named)
    shop.scratch.commit("Say whose word counts", **{".weighbridge/ledger.yaml": settings})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return built(tmp_path_factory.mktemp("built"))


@pytest.fixture
def shop(original: Shop, tmp_path: Path) -> Shop:
    return original.copy(tmp_path)


def needed(shop: Shop, *more: str) -> dict[str, str]:
    ran = shop.run("ci", "review", "main..fix", "-q", "--json", "-", *more)
    standing = json.loads(ran.out)["presentation"]["standing"]
    return {need["rule"]: need["state"] for need in standing["requirements"]}


def report(shop: Shop, state: str, *, check: str = "unit-tests", of: str = "fix", who: str = "ci") -> None:
    ran = shop.run(who, "report", of, check, state)
    assert ran.status == 0, ran


def test_a_check_is_met_by_what_was_reported_of_exactly_this_tree(shop: Shop) -> None:
    assert needed(shop)["tried"] == "error"  # there is no ledger to look in

    report(shop, "passed", of="main")
    assert needed(shop)["tried"] == "unsatisfied"
    report(shop, "passed")
    assert needed(shop)["tried"] == "satisfied"


def test_what_a_check_came_to_is_unknown_where_the_ledger_cannot_be_read(shop: Shop) -> None:
    report(shop, "passed")
    shop.scratch.git("update-ref", "refs/weighbridge/ledger", "HEAD")

    ran = shop.run("ci", "review", "main..fix")
    said = " ".join(ran.out.split())
    assert ran.status == 3, ran
    assert "? look at the ledger" in said
    assert "? unit-tests to pass on this tree" in said
    assert "what it came to is unknown: the ledger could not be read" in said
    assert "nothing was said" not in said
    assert needed(shop) == {"tried": "error", "not-red": "not-applicable", "ledger": "error"}


def test_a_decision_claims_nothing_of_a_check(shop: Shop) -> None:
    report(shop, "passed")

    package = json.loads(shop.run("ci", "review", "main..fix", "-q", "--json", "-").out)
    (tried,) = [need for need in package["decision"]["gate"]["requirements"] if need["rule"] == "tried"]
    assert "what it came to is asked of the ledger" in tried["because"]


def test_a_check_that_nobody_reported_says_how_to(shop: Shop) -> None:
    report(shop, "passed", check="lint")

    assert "nothing was said of this tree" in " ".join(shop.run("ci", "review", "main..fix").out.split())


def test_what_was_reported_into_another_ledger_says_nothing_here(shop: Shop) -> None:
    tree = ObjectId(shop.scratch.git("rev-parse", "fix^{tree}"))
    said = Status(at=datetime.now(UTC), name="unit-tests", state=StatusState.PASSED, tree=tree, source="ci")
    ours, theirs = (statement_payload(said, ledger_subject(name)) for name in (ORIGIN, "other/0123456789abcdef"))

    shop.append(bytes(sign_as_writer(theirs, shop.machine("ci"))))
    assert needed(shop)["tried"] == "unsatisfied"
    shop.append(bytes(sign_as_writer(ours, shop.machine("ci"))))
    assert needed(shop)["tried"] == "satisfied"


def test_conditions_see_what_failed(shop: Shop) -> None:
    report(shop, "passed")
    assert "not-red" not in needed(shop)

    report(shop, "failed", check="scan")
    assert needed(shop)["not-red"] == "unsatisfied"


def test_a_load_test_is_the_check_of_that_name(shop: Shop) -> None:
    report(shop, "passed", check="load-test")

    assert needed(shop, "--environment", "production")["environment:production"] == "satisfied"


def test_what_says_so_is_shown(shop: Shop) -> None:
    shop.run("ci", "report", "fix", "unit-tests", "failed", "--source", "job 17", "--url", "https://ci.example/17")

    ran = shop.run("ci", "review", "main..fix")
    assert "it is failed, says job 17" in " ".join(ran.out.split())


def test_only_a_writer_may_report(shop: Shop) -> None:
    ran = shop.run("mallory", "report", "fix", "unit-tests", "passed")

    assert ran.status == 1
    said = " ".join(ran.err.split())
    assert "whom .weighbridge/ledger.yaml does not name among its writers" in said
    assert "Add its key to `writers` by a reviewed change" in said
    assert needed(shop)["tried"] == "error"


def test_a_check_that_nothing_asks_for_is_put_on_record_with_a_remark(shop: Shop) -> None:
    asked, close, far, load = (
        shop.run("ci", "report", "fix", check, "passed") for check in ("unit-tests", "unit-test", "scan", "load-test")
    )

    assert (asked.err, load.err) == ("", "")
    assert close.status == 0
    assert "asks for no check unit-test (did you mean unit-tests?)" in close.err
    assert far.err == "", "a condition reads every check"
    shop.scratch.commit(
        "Ask less", **{".weighbridge/policy.yaml": POLICY.replace("statuses.failed.size() > 0", "false")}
    )
    assert (
        "asks for no check scan (it asks for load-test and unit-tests)"
        in shop.run("ci", "report", "fix", "scan", "passed").err
    )


def test_where_reporters_are_named_only_they_may_and_each_its_own_checks(tmp_path: Path) -> None:
    shop = built(tmp_path, reporter="ci", checks="unit-*")

    for who, check, words in (
        ("ana", "unit-tests", "does not name among its reporters"),
        ("ana", "unit-tests", "Add its key to `reporters`, for unit-tests, by a reviewed change"),
        ("mallory", "unit-tests", "Add its key to `writers` by a reviewed change, and to `reporters` for unit-tests"),
        ("ci", "load-test", "lets report unit-* and nothing else"),
        ("ci", "load-test", "Add load-test to its `checks` by a reviewed change"),
        ("ci", "unti-a", "Did you mean unit-*? Else add unti-a to its `checks`"),
    ):
        ran = shop.run(who, "report", "fix", check, "passed")
        assert (ran.status, words in " ".join(ran.err.split())) == (1, True), ran
    report(shop, "passed")
    assert needed(shop)["tried"] == "satisfied"


def test_what_somebody_reported_who_may_not_is_told_and_does_not_count(shop: Shop) -> None:
    report(shop, "passed", who="ana")
    believe(shop, reporter="ci")

    ran = shop.run("ci", "review", "main...fix")
    assert "may not report it" in " ".join(ran.out.split())
    assert needed(shop)["tried"] == "unsatisfied"


def test_a_change_is_let_in_on_its_checks(shop: Shop) -> None:
    report(shop, "passed")
    report(shop, "passed", check="load-test")
    decided = shop.decide("main..fix", "--environment", "production")
    assert decided.status == 0, decided

    assert shop.admit("--commit", "fix", "--after", "main").status == 0


def test_it_is_not_let_in_once_a_check_that_was_counted_failed(shop: Shop) -> None:
    report(shop, "passed")
    shop.decide("main..fix")
    assert shop.admit("--commit", "fix", "--after", "main", environment="staging").status == 0

    report(shop, "failed")
    ran = shop.admit("--commit", "fix", "--after", "main", environment="staging")
    assert ran.status == 1
    assert "unit-tests is failed since" in " ".join(ran.out.split())

    report(shop, "pending")
    report(shop, "passed")
    assert shop.admit("--commit", "fix", "--after", "main", environment="staging").status == 0


def test_where_conditions_read_what_checks_came_to_any_that_failed_since_keeps_it_out(shop: Shop) -> None:
    report(shop, "passed")
    report(shop, "failed", check="flaky")
    shop.approve("main..fix")
    assert shop.decide("main..fix").status == 0, "somebody approved though one failed"
    assert shop.admit("--commit", "fix", "--after", "main", environment="staging").status == 0

    report(shop, "failed", check="another")
    ran = shop.admit("--commit", "fix", "--after", "main", environment="staging")
    assert (ran.status, "another is failed since" in " ".join(ran.out.split())) == (1, True), ran


def test_it_is_not_let_in_once_the_reporter_may_not_report(shop: Shop) -> None:
    report(shop, "passed", who="ana")
    shop.decide("main..fix")
    assert shop.admit("--commit", "fix", "--after", "main", environment="staging").status == 0

    believe(shop, reporter="ci")
    ran = shop.admit("--commit", "fix", "--after", "main", environment="staging")
    assert ran.status == 1
    assert "may not report it" in " ".join(ran.out.split())


def test_a_decision_runs_out_with_the_check_that_it_stands_on(shop: Shop) -> None:
    report(shop, "passed")
    shop.decide("main..fix")

    ran = shop.run("ci", "ledger", "show", "--json", "-")
    entries = json.loads(ran.out)
    reported, decided = (next(e for e in entries if e["kind"] == kind) for kind in ("status", "decision"))
    lasts = datetime.fromisoformat(decided["predicate"]["expires"]) - datetime.fromisoformat(reported["at"])
    assert lasts == timedelta(days=2)


@pytest.mark.parametrize(
    ("check", "state"), [("", "passed"), ("a\nb", "passed"), ("a" * 201, "passed"), ("a\u202eb", "passed"), ("a", "ok")]
)
def test_a_name_that_nobody_can_read_and_a_state_that_is_none_are_refused(shop: Shop, check: str, state: str) -> None:
    assert shop.run("ci", "report", "fix", check, state).status == 2


def test_how_a_review_is_run_is_no_part_of_what_it_decides(shop: Shop) -> None:
    runs = [shop.run("ci", "review", "main..fix", "-q", "--json", "-", *more) for more in ((), ("--report-only",))]

    plain, told = (json.loads(ran.out) for ran in runs)
    assert plain["digest"] == told["digest"]
    assert [ran.status for ran in runs] == [3, 0]

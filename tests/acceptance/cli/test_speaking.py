"""What people say of a change: what counts, what is refused before it is signed, and in what words."""

import base64
import json
from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, DEV, POLICY, SUE, Parlour
from tests.conftest import RequireTool
from tests.integration.git.scratch import Scratch

from weighbridge.domain.ssh_signature import fingerprint


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    return Parlour.open(tmp_path)


def unwrapped(text: str) -> str:
    return " ".join(text.split())


OVERRIDE = ("override", "fix", "--rule", "second-person", "--reason", "a demo", "--until")


def test_an_override_is_on_record_in_every_later_package_and_listed(parlour: Parlour) -> None:
    done = parlour.says(SUE, *OVERRIDE, "2d")

    assert done.status == 0, done
    assert 'Override      second-person: an approval by a second person, saying "I ran it"' in done.out
    page = parlour.weigh("--html", "page.html", "--markdown", "page.md", "--json", "page.json")
    assert (page.status, "Gate          overridden" in page.out, "Exceptions    Override here" in page.out) == (
        0,
        True,
        True,
    )
    folder = parlour.scratch.folder
    assert 'id="exceptions"' in (folder / "page.html").read_text()
    assert "It passes by an exception, until 20" in (folder / "page.html").read_text()
    assert "**Exceptions in force**" in (folder / "page.md").read_text()
    (known,) = json.loads((folder / "page.json").read_text())["presentation"]["exceptions"]
    assert (known["kind"], known["state"], known["by"], known["reason"]) == ("override", "in-force", SUE, "a demo")
    listed = parlour.run("exceptions", "--target", "main")
    assert "entry 0: Override: second-person:" in " ".join(listed.out.split())


def test_a_later_change_is_told_of_it_and_does_not_pass_by_it(parlour: Parlour) -> None:
    parlour.says(SUE, *OVERRIDE, "2d")
    parlour.change("Another", "src/cart.py", text="def total(x):\n    return round(x, 3)\n")

    page = parlour.weigh("--html", "page.html", "--markdown", "page.md", "--json", "page.json")

    assert page.status == 1
    counted = "f other changes: 1 override (weighbridge exceptions lists them)"
    assert f"Exceptions    o{counted}" in page.out
    folder = parlour.scratch.folder
    assert f"<summary>O{counted}</summary>" in (folder / "page.html").read_text()
    assert "second-person: " in (folder / "page.html").read_text().partition(counted)[2]
    assert f"- o{counted}" in (folder / "page.md").read_text()
    (known,) = json.loads((folder / "page.json").read_text())["presentation"]["exceptions"]
    assert (known["by"], known["is_of_this"]) == (SUE, False)


@pytest.mark.parametrize(
    ("who", "arguments", "words"),
    [
        (SUE, (*OVERRIDE, "3d"), "overrides last at most 2 days (`overrides: longest:` of the policy parlour)"),
        (COL, (*OVERRIDE, "1d"), "col@example.org: is not among role:senior"),
        (DEV, (*OVERRIDE, "1d"), "dev@example.org: is an author and a committer of the change"),
        (
            SUE,
            ("waive", "integrity/*", "--path", "a/**", "--reason", "old", "--until", "5w"),
            "waivers last at most 28 days",
        ),
        (COL, ("waive", "integrity/*", "--path", "a/**", "--reason", "old", "--until", "1w"), "not among role:senior"),
    ],
)
def test_what_could_not_count_is_refused_before_it_is_signed(
    parlour: Parlour, who: str, arguments: tuple[str, ...], words: str
) -> None:
    refused = parlour.says(who, *arguments)

    assert (refused.status, parlour.entries) == (2, 0)
    assert refused.err.startswith("weighbridge: nothing was signed, for it would not count:\n")
    assert words in refused.err
    assert refused.err.endswith("  --anyway signs it all the same\n")


def test_it_is_signed_all_the_same_where_somebody_wants_to_and_counts_for_nothing(parlour: Parlour) -> None:
    signed = parlour.says(COL, *OVERRIDE, "1d", "--anyway")

    assert signed.status == 0
    assert "this would not count as things are now:\n  col@example.org: is not among role:senior" in signed.err
    page = parlour.weigh()
    assert (page.status, "does not count" in page.out) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*OVERRIDE[:5], "  ", "--until", "1d"), "--reason is empty: say why"),
        ((*OVERRIDE, "2020-01-01"), "--until 2020-01-01 00:00 UTC is over"),
        ((*OVERRIDE, "soon"), "--until 'soon' is no time: write 12h, 2d, 3w, 2026-12-01 or 2026-12-01T18:00Z"),
        ((*OVERRIDE, "0d"), "--until '0d' is no time"),
        ((*OVERRIDE, "9999-12-31T23:59:59-23:59"), "--until '9999-12-31T23:59:59-23:59' is no time"),
        (
            ("override", "fix", "--rule", "second-persn", "--reason", "x", "--until", "1d"),
            "no rule second-persn asks anything of this change: did you mean second-person?",
        ),
        (("override", "nothing", "--rule", "x", "--reason", "x", "--until", "1d"), "no package is kept"),
        (("waive", "integrity/hiden-text", "--path", "a", "--reason", "x", "--until", "1d"), "no rule is called"),
        (("waive", "integrity/*", "--reason", "x", "--until", "1d"), "say where findings of integrity/* are accepted"),
        (("waive", "integrity/*", "--path", "!a", "--reason", "x", "--until", "1d"), "cannot be negated"),
        (("waive", "integrity/*", "--fingerprint", "no", "--reason", "x", "--until", "1d"), "32 digits from 0 to f"),
        (("break-glass", "fix", "--reason", "."), "--reason is empty"),
        (("review-afterwards", "fix", "--reason", "fine"), "no glass was broken for fix"),
        (("attach", "fix", "design-nte", "src/cart.py"), "design-note"),
        (("attach", "fix", "design-note", "nowhere.md"), "nowhere.md"),
    ],
)
def test_bad_input_is_told_in_a_sentence_and_nothing_is_signed(
    parlour: Parlour, arguments: tuple[str, ...], words: str
) -> None:
    refused = parlour.says(SUE, *arguments)

    assert (refused.status, parlour.entries) == (2, 0), refused
    assert words in " ".join(refused.err.split()), refused.err
    assert "Traceback" not in refused.err


def test_a_requirement_that_is_met_cannot_be_overridden(parlour: Parlour) -> None:
    parlour.says(COL, "approve", "fix", "--reason", "I ran it")

    refused = parlour.says(SUE, *OVERRIDE, "1d")

    assert refused.err == "weighbridge: nothing that second-person asks for is open here; open are none\n"


def test_broken_glass_passes_now_and_owes_a_review_by_another(parlour: Parlour) -> None:
    broken = parlour.says(DEV, "break-glass", "fix", "--reason", "the shop is down")
    assert (broken.status, "passes at once" in broken.out) == (0, True), broken
    page = parlour.weigh("--html", "page.html", "--markdown", "page.md")
    assert (page.status, "Gate          bypassed" in page.out) == (0, True)
    written = {name: (parlour.scratch.folder / name).read_text() for name in ("page.html", "page.md")}
    assert "It passes by broken glass: its review is due 20" in written["page.html"]
    assert "its review is due 20" in written["page.md"]
    assert "Nothing else is needed" not in "".join(written.values())
    listed = parlour.run("exceptions", "--target", "main").out
    assert "Owed: the review of entry 0, by anybody but dev@example.org" in " ".join(listed.split())

    own = parlour.says(DEV, "review-afterwards", "fix", "--reason", "fine")
    given = parlour.says(COL, "review-afterwards", "0", "--reason", "read it, it is fine")

    assert (own.status, "dev@example.org: broke the glass" in own.err) == (2, True)
    assert given.status == 0, given
    assert "reviewed" in parlour.run("exceptions", "--target", "main").out


def test_whoever_revokes_the_key_that_broke_the_glass_owes_its_review_all_the_same(parlour: Parlour) -> None:
    parlour.says(DEV, "break-glass", "fix", "--reason", "the shop is down")
    key = fingerprint(base64.b64decode(parlour.public(DEV).split()[1]))

    given_up = ("--cause", "lost", "--reason", "left it in a train", "--key", str(parlour.key(DEV)), "--yes")
    revoked = parlour.run("people", "revoke", key, *given_up)

    assert revoked.status == 0, revoked
    assert "Gate          not satisfied" in parlour.weigh().out
    listed = unwrapped(parlour.run("exceptions", "--target", "main").out)
    assert "Owed: the review of entry 0, by anybody but dev@example.org" in listed
    given = parlour.says(COL, "review-afterwards", "0", "--reason", "read it, it is fine")
    assert given.status == 0, given


def test_the_author_silences_nobody_by_revoking_their_key(parlour: Parlour) -> None:
    parlour.says(SUE, "approve", "fix", "--reason", "I ran it")
    parlour.says(COL, "reject", "fix", "--reason", "it loses money")
    key = fingerprint(base64.b64decode(parlour.public(COL).split()[1]))

    lost = ("--cause", "lost", "--reason", "it is gone", "--key", str(parlour.key(DEV)), "--yes")
    revoked = parlour.run("people", "revoke", key, *lost)

    assert revoked.status == 0, revoked
    assert "col@example.org rejected it" in unwrapped(parlour.weigh().out)


def test_a_change_that_brings_another_policy_is_told_by_which_it_is_judged(tmp_path: Path) -> None:
    parlour = Parlour.open(tmp_path, policy=POLICY[: POLICY.index("break_glass:")])
    parlour.scratch.git("switch", "-q", "main")
    before = parlour.scratch.git("rev-parse", "main")[:12]
    parlour.scratch.commit("Allow it", **{".weighbridge/policy.yaml": POLICY})
    parlour.says(DEV, "break-glass", "fix", "--reason", "the shop is down", "--anyway")
    parlour.says(COL, "review-afterwards", "0", "--reason", "read it, it is fine")

    bringing = unwrapped(parlour.run("review", "main~1..main").out)
    plain = unwrapped(parlour.run("review", "main...fix").out)

    assert (
        f"In force the policy of main at {before}: the one that this change brings decides about what comes" in bringing
    )
    assert "of other changes: 1 broken glass (weighbridge exceptions lists them)" in bringing
    (glass,) = json.loads(parlour.run("review", "main~1..main", "--json", "-").out)["presentation"]["exceptions"]
    assert (glass["state"], glass["by"]) == ("seen", DEV)
    assert "its review is due" not in parlour.run("review", "main~1..main", "--html", "-").out
    assert "the one that this change brings" not in plain
    assert "its review is due" not in plain, "it was given"


def test_whoever_has_no_branch_of_that_name_reviews_and_approves_what_a_remote_has(
    parlour: Parlour, tmp_path: Path
) -> None:
    parlour.says(DEV, "break-glass", "fix", "--reason", "the shop is down")
    other = Parlour(parlour.program, Scratch(tmp_path / "other"), parlour.keys)
    parlour.scratch.git("clone", "-q", "-b", "main", str(parlour.scratch.folder), str(other.scratch.folder))
    assert other.run("ledger", "sync").status == 0
    assert "fix" not in other.scratch.git("branch", "--format", "%(refname:short)").split()

    unknown = other.says(COL, "review-afterwards", "fxi", "--reason", "fine")
    another = other.says(COL, "review-afterwards", "main", "--reason", "fine")
    approved = other.says(COL, "approve", "fix", "--reason", "I ran it")
    given = other.says(COL, "review-afterwards", "fix", "--reason", "read it, it is fine")

    assert (unknown.status, "no commit is called so here, nor in a remote" in unwrapped(unknown.err)) == (2, True)
    main = other.scratch.git("rev-parse", "main")[:12]
    assert (another.status, f"for main, which is {main}" in unwrapped(another.err)) == (2, True), another
    assert (approved.status, given.status) == (0, 0), (approved, given)


def test_a_branch_in_which_remotes_differ_is_named_in_full(parlour: Parlour) -> None:
    for name, commit in (("one", "main"), ("other", "fix")):
        parlour.scratch.git("update-ref", f"refs/remotes/{name}/theirs", commit)

    refused = parlour.says(COL, "approve", "theirs", "--reason", "I ran it")
    named = parlour.says(COL, "approve", "other/theirs", "--reason", "I ran it")

    assert (refused.status, "say one/theirs or other/theirs" in unwrapped(refused.err)) == (2, True), refused
    assert named.status == 0, named


def test_glass_that_need_not_be_broken_is_not(parlour: Parlour) -> None:
    parlour.says(COL, "approve", "fix", "--reason", "I ran it")

    refused = parlour.says(DEV, "break-glass", "fix", "--reason", "in a hurry")

    assert (refused.status, "its glass need not be broken" in refused.err) == (2, True)


def test_a_waiver_lets_a_finding_pass_in_whatever_change_it_comes(parlour: Parlour) -> None:
    parlour.change("Hide", "old/a.py", text='role = "user"  # \u202e nimda \u2066\n')
    parlour.weigh("--sarif", "page.sarif")
    found = json.loads((parlour.scratch.folder / "page.sarif").read_text())["runs"][0]["results"][0]
    fingerprint, rule = found["partialFingerprints"]["weighbridge/v1"], found["ruleId"]

    waived = parlour.says(SUE, "waive", rule, "--fingerprint", fingerprint, "--reason", "a sample", "--until", "4w")

    assert waived.status == 0, waived
    page = parlour.weigh()
    assert f"waived by {SUE} until" in " ".join(page.out.split())
    assert f"Waiver here: {rule} at {fingerprint}" in " ".join(page.out.split())


def test_a_document_is_attached_and_the_next_review_judges_it(parlour: Parlour) -> None:
    (parlour.scratch.folder.parent / "note.md").write_text("## Why\n\nBecause.\n")

    done = parlour.says(DEV, "attach", "fix", "design-note", "../note.md")

    assert (done.status, parlour.entries) == (0, 1), done
    assert "Attach        Design note: ../note.md, 3 words" in done.out


def test_that_only_the_template_is_attached_is_said(parlour: Parlour) -> None:
    parlour.run("document", "new", "design-note", "fix", "-o", "../note.md")

    done = parlour.says(DEV, "attach", "fix", "design-note", "../note.md")

    assert "Mind          nothing stands in it but the template" in done.out, done


def test_the_review_after_an_attachment_says_what_the_document_lacks(tmp_path: Path) -> None:
    asks = "rules:\n  - name: noted\n    because: it is written down\n    require: [document: {kind: design-note}]\n"
    parlour = Parlour.open(tmp_path, policy=POLICY.replace("rules:\n", asks))
    (tmp_path / "note.md").write_text("# What\n\nToo short.\n")
    assert parlour.says(DEV, "attach", "fix", "design-note", str(tmp_path / "note.md")).status == 0

    said = " ".join(parlour.weigh().out.split())

    assert "✗ a design note (it is written down)" in said
    assert f"does not count: attached by {DEV} (entry 0 of the ledger): the heading “Context” is missing;" in said


def test_an_approval_that_would_not_count_is_warned_of_with_the_reason(parlour: Parlour) -> None:
    own = parlour.says(DEV, "approve", "fix", "--reason", "I ran it")
    silent = parlour.says(COL, "approve", "fix")

    assert "dev@example.org: is an author and a committer of the change" in own.err
    assert 'the policy wants an approver to say "I ran it": give it in --reason' in silent.err
    assert parlour.weigh().status == 1


def test_a_key_that_two_people_share_is_one_person(tmp_path: Path, require_tool: RequireTool) -> None:
    require_tool("ssh-keygen")
    policy = POLICY.replace('count: 1, words: "I ran it"', "count: 2")
    parlour = Parlour.open(tmp_path, policy=policy)
    parlour.scratch.git("switch", "-q", "main")
    parlour.key(COL).write_bytes(parlour.key(SUE).read_bytes())
    parlour.key(COL).with_suffix(".pub").write_bytes(parlour.key(SUE).with_suffix(".pub").read_bytes())
    signers = "".join(f"{who} {parlour.public(who)}\n" for who in (DEV, SUE, COL))
    parlour.scratch.commit("Share a key", **{".weighbridge/allowed_signers": signers})
    parlour.scratch.git("switch", "-q", "fix")
    parlour.scratch.git("rebase", "-q", "main")
    parlour.weigh()

    parlour.says(SUE, "approve", "fix")
    parlour.says(COL, "approve", "fix")

    assert parlour.weigh().status == 1


def test_approvals_are_shown_as_figures_with_what_is_unknown(parlour: Parlour) -> None:
    nothing = parlour.run("approvals", "--target", "main")
    parlour.says(COL, "approve", "fix", "--reason", "I ran it")

    shown = parlour.run("approvals", "--since", "30d", "--target", "main")
    told = json.loads(parlour.run("approvals", "--json", "-", "--target", "main").out)

    assert nothing.out.startswith("No ledger is here yet")
    assert "the pace of 1 approval, given with --yes" in " ".join(shown.out.split())
    assert told["people"][0]["person"] == COL
    assert told["people"][0]["measured"] == 0
    assert told["approvals"][0]["words"] > 50
    assert parlour.run("approvals", "--since", "ever", "--target", "main").status == 2


def test_a_policy_for_one_person_is_an_error_where_others_are_enrolled(
    tmp_path: Path, require_tool: RequireTool
) -> None:
    require_tool("ssh-keygen")
    policy = f"{POLICY}solo: true\n".replace('count: 1, words: "I ran it"', "count: 1")
    several = Parlour.open(tmp_path / "several", policy=policy)

    page = several.weigh()

    assert page.status == 3, page
    assert "here are" in " ".join(page.out.split())


def test_the_only_person_passes_their_own_change_and_the_record_says_what_was_not_separated(
    tmp_path: Path, require_tool: RequireTool
) -> None:
    require_tool("ssh-keygen")
    policy = f"{POLICY}solo: true\n".replace('count: 1, words: "I ran it"', "count: 1")
    alone = Parlour.open(tmp_path, policy=policy, enrolled=(DEV,), author=DEV)

    approved = alone.says(DEV, "approve", "fix")
    page = alone.weigh("--record")

    assert (approved.status, approved.err, page.status) == (0, "", 0), (approved, page)
    assert "wrote the change and approved it: nobody else read it" in " ".join(page.out.split())
    shown = json.loads(alone.run("ledger", "show", "--json", "-").out)
    (decision,) = (entry for entry in shown if entry["kind"] == "decision")
    assert decision["predicate"]["not_separated"] == [
        "the only person here wrote the change and approved it: nobody else read it"
    ]


def test_a_review_by_who_wrote_what_passed_does_not_count_also_where_no_package_is_kept(parlour: Parlour) -> None:
    parlour.says(SUE, "break-glass", "fix", "--reason", "the shop is down")
    for ref in parlour.scratch.git("for-each-ref", "--format=%(refname)", "refs/weighbridge/packages").split():
        parlour.scratch.git("update-ref", "-d", ref)

    own = parlour.says(DEV, "review-afterwards", "0", "--reason", "fine")
    given = parlour.says(COL, "review-afterwards", "0", "--reason", "fine")

    assert (own.status, "dev@example.org: is an author and a committer of the change" in own.err) == (2, True), own
    assert given.status == 0, given

"""`document new` hands out a template with the change in it; `document check` says what is wrong with what was written."""

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

ANSWER = "The cart is mended in the same commit, and nobody else calls it: the import linter would name a third user."
NOTICE = "The nightly run of the cart's tests stops at once, and its owner gets a mail before the shop opens."


@pytest.fixture
def changed(repository: Scratch) -> Scratch:
    """The price of an article is asked for in a currency."""
    repository.write_all(
        {
            "shop/prices.py": "def price(article, currency):\n    return article.cents * currency.rate\n\n\ndef unused():\n    return 1\n"
        }
    )
    repository.commit("Ask for prices in a currency")
    return repository


def test_a_template_has_the_changed_components_and_the_ways_to_fail(program: Program, changed: Scratch) -> None:
    ran = program.run(changed.folder, "document", "new", "what-could-go-wrong", "--for", "HEAD", "-q")

    assert ran.status == 0, ran.err
    assert "     - shop (" in ran.out
    assert "### wb:scenario-" in ran.out
    assert "`price` is used differently now" in ran.out


def test_the_template_itself_is_refused_and_what_was_written_is_not(program: Program, changed: Scratch) -> None:
    made = program.run(changed.folder, "document", "new", "what_could_go_wrong", "--for", "HEAD", "-o", "risks.md")
    refused = program.run(
        changed.folder, "document", "check", "risks.md", "HEAD", "--kind", "what-could-go-wrong", "-q"
    )
    text = (changed.folder / "risks.md").read_text("utf-8")
    head, _, tail = text.partition("## How we would notice\n")
    (changed.folder / "risks.md").write_text(f"{head}{ANSWER}\n\n## How we would notice\n\n{NOTICE}\n{tail}", "utf-8")
    passed = program.run(changed.folder, "document", "check", "risks.md", "HEAD", "--kind", "what-could-go-wrong", "-q")

    assert (made.status, made.out) == (0, "")
    assert refused.status == 1
    assert "says nothing beyond its own words" in " ".join(refused.out.split())
    assert passed.status == 0, passed.out
    assert "nothing is wrong" in passed.out


def test_a_document_in_the_work_tree_is_about_the_branch_and_not_about_itself(
    program: Program, changed: Scratch
) -> None:
    changed.git("branch", "feature")
    changed.git("reset", "--hard", "HEAD~1")
    changed.git("switch", "feature")
    asked = ("what-could-go-wrong", "-q", "-o", "risks.md")
    program.run(changed.folder, "document", "new", *asked)
    program.run(changed.folder, "document", "new", *asked, "--force")

    ran = program.run(changed.folder, "document", "check", "risks.md", "--kind", "what-could-go-wrong", "-q")

    assert "### wb:scenario-" in (changed.folder / "risks.md").read_text("utf-8")
    assert ran.status == 1
    assert "says nothing beyond its own words" in " ".join(ran.out.split())


def test_a_document_that_the_change_brings_does_not_restate_itself(program: Program, changed: Scratch) -> None:
    plan = (
        "# Rollback plan\n\n## When to roll back\n\nAny total in the cart that support cannot explain.\n\n## Steps\n\n"
        "Revert the commit and deploy; nothing else reads the rate.\n\n## What cannot be undone\n\nInvoices that were sent.\n"
    )
    changed.write_all({"docs/changes/SHOP-1.md": plan})
    changed.commit("Say how to undo it")

    ran = program.run(
        changed.folder, "document", "check", "docs/changes/SHOP-1.md", "HEAD", "--kind", "rollback-plan", "-q"
    )

    assert ran.status == 0, ran.out


def test_what_somebody_wrote_is_not_written_over(program: Program, changed: Scratch) -> None:
    changed.write("note.md", "mine")

    ran = program.run(changed.folder, "document", "new", "design-note", "-o", "note.md")

    assert ran.status == 2
    assert "--force" in ran.err
    assert (changed.folder / "note.md").read_text("utf-8") == "mine"


def test_a_document_is_read_from_the_standard_input(program: Program, changed: Scratch) -> None:
    ran = program.run(
        changed.folder, "document", "check", "-", "HEAD", "--kind", "change-ticket", "-q", given=b"SHOP-\xff1 SHOP-12"
    )

    assert ran.status == 0, ran.out


def test_what_is_too_long_could_not_be_looked_at(program: Program, changed: Scratch) -> None:
    ran = program.run(
        changed.folder, "document", "check", "-", "HEAD", "--kind", "change-ticket", "-q", given=b"SHOP-1 " * 400_000
    )

    assert ran.status == 3
    assert "too long" in ran.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new", "design-not"), "did you mean design-note?"),
        (("check", "nowhere.md", "--kind", "design-note"), "nowhere.md: cannot be read"),
        (("check", "nowhere.md"), "KIND FILE"),
        (("new", "design-note", "--for", "nowhere"), "nowhere"),
    ],
)
def test_a_wrong_name_is_told(program: Program, changed: Scratch, arguments: tuple[str, ...], says: str) -> None:
    ran = program.run(changed.folder, "document", *arguments)

    assert ran.status == 2
    assert says in ran.err


def test_both_take_the_kind_first_and_the_change_last(program: Program, changed: Scratch) -> None:
    made = program.run(changed.folder, "document", "new", "what-could-go-wrong", "HEAD", "-q", "-o", "risks.md")
    judged = program.run(changed.folder, "document", "check", "what-could-go-wrong", "risks.md", "HEAD", "-q")

    assert (made.status, judged.status) == (0, 1), (made, judged)
    assert "### wb:scenario-" in (changed.folder / "risks.md").read_text("utf-8")
    assert "says nothing beyond its own words" in " ".join(judged.out.split())


def test_the_forms_of_before_mean_the_same(program: Program, changed: Scratch) -> None:
    forms = (("--for", "HEAD"), ("HEAD",))
    one, other = (program.run(changed.folder, "document", "new", "design-note", "-q", *form) for form in forms)
    (changed.folder / "note.md").write_text(one.out, "utf-8")
    checks = (("note.md", "HEAD", "--kind", "design-note"), ("design-note", "note.md", "HEAD"))
    before, now = (program.run(changed.folder, "document", "check", "-q", *form) for form in checks)

    assert one.out == other.out
    assert (before.status, before.out) == (now.status, now.out)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("check", "risks.md"), "weighbridge document check design-note FILE"),
        (("check",), "weighbridge document check design-note FILE"),
        (("check", "design-note", "a.md", "HEAD", "HEAD~1"), "one RANGE"),
        (("check", "--kind", "design-note"), "weighbridge document check design-note FILE"),
        (("check", "risks.md", "HEAD"), "no such kind of document. There are"),
        (("new", "design-note", "HEAD", "--for", "main"), "say it once"),
    ],
)
def test_what_is_missing_or_too_much_is_said(
    program: Program, changed: Scratch, typed: tuple[str, ...], told: str
) -> None:
    ran = program.run(changed.folder, "document", *typed)

    assert (ran.status, told in ran.err) == (2, True), ran

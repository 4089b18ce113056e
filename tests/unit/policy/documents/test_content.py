"""A document says more than the change, names what changed, answers each way to fail, and can be carried out."""

import pytest
from msgspec.structs import replace
from tests.unit.policy.documents.samples import (
    ABOUT,
    ADDED,
    GOOD_NOTE,
    GOOD_PLAN,
    GOOD_WRONG,
    NOTE,
    ROLLBACK,
    SCHEMA,
    SIGNATURE,
    TICKET,
    WRONG,
    headed,
    told,
)

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.documents.check import check_document
from weighbridge.policy.documents.context import ChangedPart, DocumentContext

ARGUMENT = """Customers in Zürich pay in francs while every page shows euros, so each tenth of them leaves at the last step.
Rates move while somebody shops, and only the caller knows the one that the cart began with. Converting late would make
invoices disagree by a cent. Finance must learn that two carts of one day may hold different rates, and support that a
missing one stops the checkout of the shop."""
LIMIT = CouldNotLook(reason=Reason.LIMIT, detail="big.py is larger than what is read")


def test_the_description_pasted_is_a_restatement() -> None:
    about = replace(ABOUT, description=ARGUMENT)

    assert "restatement" in told(check_document(NOTE, headed(*ARGUMENT.split("\n")), about=about))


def test_letters_of_another_alphabet_make_nothing_ones_own() -> None:
    disguised = ARGUMENT.replace("a", "\u0430").replace("e", "\u0435").replace("o", "\u043e")

    problems = check_document(NOTE, headed(*disguised.split("\n")), about=replace(ABOUT, description=ARGUMENT))

    assert {"too-little", "restatement"} & set(told(problems))


def test_marks_that_nobody_is_shown_make_nothing_ones_own() -> None:
    words = ARGUMENT.split()
    marked = " ".join(f"{word} <br class='x'>" if at % 2 else word for at, word in enumerate(words))

    for text, description in ((ARGUMENT, marked), (marked, ARGUMENT), (marked, marked)):
        problems = check_document(NOTE, headed(text), about=replace(ABOUT, description=description))
        assert {"restatement", "filler"} & {p.kind for p in problems if not p.line}


def test_the_same_argument_that_no_description_holds_passes() -> None:
    assert check_document(NOTE, headed(*ARGUMENT.split("\n")), about=ABOUT) == ()


def test_sentences_in_another_order_with_words_left_out_are_a_restatement() -> None:
    sentences = ARGUMENT.replace("\n", " ").split(". ")[::-1]
    thinned = [" ".join(w for at, w in enumerate(one.split()) if at % 8 != 7) for one in sentences]

    assert "restatement" in told(check_document(NOTE, headed(*thinned), about=replace(ABOUT, description=ARGUMENT)))


@pytest.mark.parametrize("form", ["{}", "```python\n{}\n```", "    {}"])
def test_the_added_lines_are_a_restatement(form: str) -> None:
    problems = check_document(NOTE, headed(form.format(ADDED)), about=ABOUT)

    assert {"restatement", "filler"} & {p.kind for p in problems if not p.line}


def test_the_added_lines_put_in_words_are_not_enough() -> None:
    worded = " ".join(f"It adds the line {line.strip()} there." for line in ADDED.split("\n") if line.strip())

    assert {"restatement", "too-little", "filler"} & {
        p.kind for p in check_document(NOTE, headed(worded), about=ABOUT) if not p.line
    }


def test_whoever_argues_may_quote_the_change() -> None:
    quoted = GOOD_NOTE.replace("## Alternatives", f"```python\n{ADDED}\n```\n\n## Alternatives")

    assert check_document(NOTE, quoted, about=ABOUT) == ()


def test_lines_that_could_not_be_read_are_a_reason_not_a_pass() -> None:
    (problem,) = check_document(NOTE, GOOD_NOTE, about=replace(ABOUT, unread=LIMIT))

    assert (problem.kind, problem.missing) == ("could-not-look", LIMIT)


def test_a_change_that_is_too_large_to_compare_is_a_reason_not_a_pass() -> None:
    about = replace(ABOUT, added={RepoPath("a.py"): "x = 1\n" * 3_400_000})

    (problem,) = check_document(NOTE, GOOD_NOTE, about=about)

    assert problem.missing is not None
    assert problem.missing.reason == "limit"


@pytest.mark.parametrize("name", ["`settle`", "cart.py", "shop/cart.py", "The shop", "SHOP", "`shop::cart::total`"])
def test_a_component_is_named_by_anything_that_changed_in_it(name: str) -> None:
    text = GOOD_NOTE.replace("`total`", "It").replace("the shop showed", "we showed")

    assert told(check_document(NOTE, text, about=ABOUT)) == ["component-unnamed"]
    assert check_document(NOTE, text.replace("It is given", f"{name} is given"), about=ABOUT) == ()


def test_a_part_of_a_longer_word_names_nothing() -> None:
    about = replace(ABOUT, components=(ChangedPart(name="art", aliases=("cat",)),))

    assert told(check_document(NOTE, GOOD_NOTE + "\nThe cart and the category.\n", about=about)) == [
        "component-unnamed"
    ]


def test_every_component_must_be_named_up_to_five() -> None:
    parts = tuple(ChangedPart(name=f"part{n}") for n in range(8))
    about = replace(ABOUT, components=parts)

    assert told(check_document(NOTE, GOOD_NOTE, about=about)) == ["component-unnamed"] * 5
    assert check_document(NOTE, GOOD_NOTE + "\nIt touches part0, part2, part3, part5 and part7.\n", about=about) == ()
    assert (
        told(check_document(NOTE, GOOD_NOTE + "\nIt touches part0 and part2.\n", about=about))
        == ["component-unnamed"] * 3
    )


def test_what_was_handed_out_names_nothing() -> None:
    about = replace(ABOUT, components=(ChangedPart(name="checkout"),))
    answer = f"### wb:{SIGNATURE.evidence}\n\n> {SIGNATURE.words}\n\n{ANSWERED}"

    assert told(check_document(WRONG, wrong(answer), about=about)) == ["component-unnamed"]
    assert check_document(WRONG, wrong(f"{answer} So is checkout."), about=about) == ()


def test_components_that_nobody_could_tell_are_a_reason_not_a_pass() -> None:
    (problem,) = check_document(NOTE, GOOD_NOTE, about=replace(ABOUT, components=LIMIT))

    assert problem.missing == LIMIT


def wrong(answer: str) -> str:
    return GOOD_WRONG[: GOOD_WRONG.index("### wb:")] + answer + "\n\n" + GOOD_WRONG[GOOD_WRONG.index("## How") :]


ANSWERED = "Both callers of the shop are mended here; a third would stop the type checker."


@pytest.mark.parametrize(
    "answer",
    [
        f"{ANSWERED} (wb:{SIGNATURE.evidence})",
        f"wb:{SIGNATURE.evidence}: {ANSWERED}",
        f"- [x] `{SIGNATURE.evidence}`\n  {ANSWERED}",
        f"| scenario | answer |\n|---|---|\n| wb:{SIGNATURE.evidence} | {ANSWERED} |",
        f"#### {SIGNATURE.words}\n\n{ANSWERED}",
        f"> {SIGNATURE.words}\n\n{ANSWERED}",
        f"total is used differently now, and those that keep to the old way fail: 2 users, checkout and api.show.\n{ANSWERED}",
        f"### wb:{SIGNATURE.evidence}\n\n#### Likelihood\n\n{ANSWERED}\n\n#### More\n\nNothing.",
        f"### wb:{SIGNATURE.evidence}\n\nshop 的两个调用方都在此变更中修正、类型检查会发现第三个。",
    ],
)
def test_a_scenario_is_answered_by_its_id_or_under_its_words(answer: str) -> None:
    assert check_document(WRONG, wrong(answer), about=ABOUT) == ()


@pytest.mark.parametrize(
    "answer",
    [
        "We have thought of everything that may fail in the shop, and of a good deal besides.",
        f"wb:{SIGNATURE.evidence}",
        f"wb:{SIGNATURE.evidence}: n/a",
        f"wb:{SIGNATURE.evidence}: everything was tested and works as expected, no risk at all",
        f"wb:{SIGNATURE.evidence}: {SIGNATURE.words}",
        f"### wb:{SIGNATURE.evidence}\n\n> {SIGNATURE.words}\n\n<!-- {ANSWERED} -->",
        f"### wb:{SIGNATURE.evidence}\n\n### Another\n\n{ANSWERED}",
        f"### wb:{SIGNATURE.evidence}\n\nWhat happens then, to whom, how likely is it, and what was done about it?",
        f"wb:scenario-000000000000: {ANSWERED}",
        f"{ANSWERED}\n\n{ANSWERED} <!-- wb:{SIGNATURE.evidence} -->",
    ],
)
def test_a_scenario_is_not_answered_by_its_own_words_or_filler(answer: str) -> None:
    problems = check_document(WRONG, wrong(answer), about=ABOUT)

    assert "scenario-unanswered" in told(problems)


def test_each_scenario_needs_an_answer_of_its_own_or_one_that_names_both() -> None:
    about = replace(ABOUT, scenarios=(SIGNATURE, SCHEMA))
    both = f"wb:{SIGNATURE.evidence} and wb:{SCHEMA.evidence} are one: {ANSWERED} The column goes a week later."
    copied = f"- wb:{SIGNATURE.evidence}: {ANSWERED}\n- wb:{SCHEMA.evidence}: {ANSWERED}"

    assert check_document(WRONG, wrong(both), about=about) == ()
    assert told(check_document(WRONG, wrong(copied), about=about)) == ["scenario-unanswered"]
    assert told(check_document(WRONG, GOOD_WRONG, about=about)) == ["scenario-unanswered"]


def test_scenarios_that_nobody_could_find_are_a_reason_not_a_pass() -> None:
    (problem,) = check_document(WRONG, GOOD_WRONG, about=replace(ABOUT, scenarios=LIMIT))

    assert problem.missing == LIMIT


def plan(steps: str) -> str:
    at, end = GOOD_PLAN.index("1. "), GOOD_PLAN.index("## What cannot")
    return GOOD_PLAN[:at] + steps + "\n\n" + GOOD_PLAN[end:]


@pytest.mark.parametrize(
    "steps",
    [
        *("Run `helm rollback shop 41` in production.", "```\nkubectl rollout undo deploy/shop\n```"),
        *("Turn CURRENCY_TOTALS off in the console.", "Set currency_totals to off.", "Deploy 4.17.2 over it."),
        *(
            "We revert the merge commit, then deploy.",
            "Go back to 3f9d2c1 and deploy that.",
            "Start it with --no-rates.",
        ),
        *("Den Merge zurücksetzen und neu ausrollen.", "It is irreversible: francs were paid out by then."),
        "Follow https://runbooks.example/shop from the third page on.",
    ],
)
def test_a_step_that_somebody_can_carry_out_is_seen(steps: str) -> None:
    assert check_document(ROLLBACK, plan(steps), about=ABOUT) == ()


@pytest.mark.parametrize(
    "steps",
    [
        "We would look at what happened and then do whatever is best.",
        "Ask the team, who will know what to do.",
        "Look at `total` again.",
    ],
)
def test_a_plan_without_a_step_is_told(steps: str) -> None:
    assert told(check_document(ROLLBACK, plan(steps), about=ABOUT)) == ["no-step"]


@pytest.mark.parametrize("text", ["SHOP-12", "Ticket: SHOP-12, agreed on Monday", "https://tickets.example/browse/12"])
def test_a_ticket_is_found(text: str) -> None:
    assert check_document(TICKET, text, about=ABOUT) == ()


@pytest.mark.parametrize("text", ["", "shop-12", "the usual one", "<!-- SHOP-12 -->", "x" * 600 + " SHOP-12"])
def test_no_ticket_is_told(text: str) -> None:
    assert told(check_document(TICKET, text, about=ABOUT)) == ["no-ticket"]


def test_the_templates_example_is_no_ticket() -> None:
    kind = TICKET.configured(ticket=r"CHG\d+", template="Such as CHG0001.\n")

    assert told(check_document(kind, kind.template, about=ABOUT)) == ["no-ticket"]
    assert check_document(kind, "CHG000", about=DocumentContext()) == ()

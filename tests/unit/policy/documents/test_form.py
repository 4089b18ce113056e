"""A document has its headings, in order, and something of its own under each; what nobody is shown counts for nothing."""

import pytest
from tests.unit.policy.documents.samples import ABOUT, GOOD_NOTE, GOOD_PLAN, GOOD_WRONG, KINDS, NOTE, headed, told

from weighbridge.policy.documents.check import check_document
from weighbridge.policy.documents.fill import fill_template
from weighbridge.policy.documents.kind import Ask, DocumentKind, Part

GOOD = {
    "design-note": GOOD_NOTE,
    "what-could-go-wrong": GOOD_WRONG,
    "rollback-plan": GOOD_PLAN,
    "change-ticket": "SHOP-12",
}
CONTEXT = (
    "Customers in Zürich pay in francs, but the shop showed euros until the last page, and every tenth left there."
)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_a_careful_engineer_writes_passes(name: str) -> None:
    assert check_document(KINDS[name], GOOD[name], about=ABOUT) == ()


@pytest.mark.parametrize(
    "text",
    [
        GOOD_NOTE.replace("\n", "\r\n"),
        GOOD_NOTE.replace("\n", "\r"),
        "\ufeff" + GOOD_NOTE,
        "---\ntitle: a note\n---\n" + GOOD_NOTE,
        GOOD_NOTE.replace("## Context", "Context\n-------").replace("## Decision", "Decision\n========"),
        GOOD_NOTE.replace("## Context", "## 1. **Context:** ##").replace("## Decision", "## II) Décision"),
        GOOD_NOTE.replace("## Context", "### Hintergrund").replace("## Alternatives", "# Turned down"),
        GOOD_NOTE.replace("## Decision", "### Who is touched\n\nEveryone who pays.\n\n## Decision"),
        GOOD_NOTE.replace("## Decision", "```sh\n## Consequences\n~~~\n```\n\n## Decision"),
        GOOD_NOTE.replace("## Decision", "Use `<!-- x` to hide.\n\n## Decision"),
    ],
    ids=["crlf", "cr", "bom", "front matter", "setext", "numbered", "other words", "parts", "code", "comment in code"],
)
def test_the_same_note_in_another_form_passes(text: str) -> None:
    assert check_document(NOTE, text, about=ABOUT) == ()


def test_a_missing_heading_is_named_with_what_belongs_there() -> None:
    (problem,) = check_document(NOTE, GOOD_NOTE.replace("## Alternatives", "## Odds and ends"), about=ABOUT)

    assert problem.kind == "heading-missing"
    assert "“Alternatives”" in problem.what
    assert "what else could have been done" in problem.remedy


def test_headings_out_of_order_are_told_by_line() -> None:
    swapped = GOOD_NOTE.replace("Alternatives", "X").replace("Decision", "Alternatives").replace("X", "Decision")

    (problem,) = check_document(NOTE, swapped, about=ABOUT)

    assert (problem.kind, problem.line) == ("heading-misplaced", 7)


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n## Alternatives\n```\n",
        "~~~~\n```\n## Alternatives\n~~~\n## Alternatives\n~~~~\n",
        "<!--\n## Alternatives\n-->\n",
        "<!-- ## Alternatives\n",
        "    ## Alternatives\n",
        "> ## Alternatives\n",
        "#Alternatives\n",
        "####### Alternatives\n",
    ],
)
def test_a_heading_that_is_none_does_not_count(hidden: str) -> None:
    text = GOOD_NOTE.replace("## Alternatives\n", "")

    assert "heading-missing" in told(check_document(NOTE, text + "\n" + hidden, about=ABOUT))


@pytest.mark.parametrize(
    "under",
    [
        *("", "   ", "---", "…", "- \n- \n", "* * *", "|---|---|", "\u200b\u200b", "&\u200d", "\u2800"),
        *("<!-- it is all in here, at length, and nobody is shown it -->", "<!-- it never ends", "<span></span>"),
        *("[a]: https://example.org (all of it is hidden here)", "[//]: # (hidden as well)"),
    ],
)
def test_nothing_under_a_heading_is_told(under: str) -> None:
    problems = check_document(NOTE, headed(CONTEXT, under), about=ABOUT)

    assert {"empty", "heading-missing"} & set(told(problems))


@pytest.mark.parametrize(
    "filler",
    [
        *(
            "n/a",
            "N/A",
            "n\u200b/\u200ba",
            "TODO",
            "tbd.",
            "T\u00adBD",
            "none",
            "Not applicable.",
            "See above",
            "same as above",
        ),
        *(
            "\uff4e\uff0f\uff41",
            "lorem ipsum dolor sit amet, consectetur",
            "ok",
            "x x x x",
            "word " * 30,
            "We did it well here. " * 12,
        ),
        *(
            "No risk.",
            "Low risk, everything was tested and works as expected.",
            "entfällt",
            "siehe oben",
            "néant",
            "特になし",
        ),
        *("Decision", "Decision decision decision", "1", "**TBD**", "- todo\n- todo"),
    ],
)
def test_filler_is_told(filler: str) -> None:
    problems = check_document(NOTE, headed(CONTEXT, filler, CONTEXT), about=ABOUT)

    assert {"filler", "empty"} & {p.kind for p in problems if p.line}, problems


@pytest.mark.parametrize(
    "answer",
    [
        "None: the old way cannot be kept once rates move.",
        "N/A: no schema is touched.",
        "Doing nothing, which costs two hundred orders a week.",
        "Keine: der Kurs steht erst beim Öffnen des Warenkorbs fest.",
        "没有其他办法、因为汇率在会话期间会变化。",
    ],
)
def test_a_short_reason_is_no_filler(answer: str) -> None:
    assert check_document(NOTE, GOOD_NOTE.replace("Converting on the page: the", answer + " The"), about=ABOUT) == ()
    assert [
        p for p in check_document(NOTE, headed(CONTEXT, answer), about=ABOUT) if p.kind in ("filler", "empty")
    ] == []


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_template_as_it_is_handed_out_passes_nowhere(name: str) -> None:
    kind = KINDS[name]
    template = fill_template(kind, ABOUT)

    assert check_document(kind, template, about=ABOUT)
    assert check_document(kind, template.replace("<!--", "").replace("-->", ""), about=ABOUT)


@pytest.mark.parametrize("every", [3, 4, 7, 12])
@pytest.mark.parametrize("name", sorted(set(KINDS) - {"change-ticket"}))
def test_a_lightly_edited_template_is_the_template_still(name: str, every: int) -> None:
    kind = KINDS[name]
    words = fill_template(kind, ABOUT).replace("<!--", "").replace("-->", "").split(" ")
    edited = " ".join(f"really {word}" if at % every == 0 else word for at, word in enumerate(words))

    problems = check_document(kind, edited, about=ABOUT)

    assert {"template", "too-little"} & set(told(problems))


def test_prompts_that_were_left_standing_do_no_harm() -> None:
    text = GOOD_NOTE
    for heading, prompt in (("Context", "What is wrong or missing today, for whom, and how it was noticed. Why now?"),):
        text = text.replace(f"## {heading}\n", f"## {heading}\n\n{prompt}\n")

    assert check_document(NOTE, text, about=ABOUT) == ()


def test_a_policys_own_kind_is_judged_by_its_headings_and_template() -> None:
    kind = DocumentKind(
        name="privacy-note",
        title="Privacy note",
        says="What becomes of personal data.",
        parts=(Part(title="Données traitées"), Part(title="Durée")),
        asks=(Ask.OWN_THOUGHT,),
        least=10,
        template="## Données traitées\n\nListez ici les données que le changement traite.\n\n## Durée\n\nCombien de temps ?\n",
    )
    good = """## Données traitées

Le panier garde la devise du client, sans son nom ni son adresse.

## Durée

Trente jours, puis la tâche de nuit efface la ligne entière.
"""

    assert check_document(kind, good, about=ABOUT) == ()
    assert set(told(check_document(kind, kind.template, about=ABOUT))) == {"template"}


def test_a_kind_that_asks_for_no_own_thought_still_asks_for_enough() -> None:
    kind = DocumentKind(name="log", title="Log", says="What was done.", asks=(), least=5)

    assert told(check_document(kind, "we ran it", about=ABOUT)) == ["too-little"]
    assert check_document(kind, "we ran it twice on Friday evening", about=ABOUT) == ()

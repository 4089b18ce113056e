"""Kinds are found by their place, their templates have their headings, and a declared kind is checked at once."""

import pytest
from msgspec.structs import replace
from tests.unit.policy.documents.samples import ABOUT, KINDS, NOTE, SIGNATURE, TICKET, WRONG

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.risk import FailureScenario
from weighbridge.policy.documents.context import ChangedPart, DocumentContext
from weighbridge.policy.documents.fill import ANSWER_PROMPT, fill_template
from weighbridge.policy.documents.find_kinds import UnknownKindError, kind_named
from weighbridge.policy.documents.form import filled_parts
from weighbridge.policy.documents.kind import DocumentKind, Part, problems_of, why_not_a_pattern
from weighbridge.policy.documents.outline import Outline, read_outline, title_key


def outline(text: str) -> Outline:
    found = read_outline(text)
    assert isinstance(found, Outline)
    return found


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_that_comes_with_us_is_whole(name: str) -> None:
    kind = KINDS[name]
    read = outline(kind.template)

    assert problems_of(kind) == ()
    assert [section.title for section in read.sections] == [kind.title, *(part.title for part in kind.parts)]
    assert read.words == [], "what a template says stands in comments, so that leaving it does no harm"
    assert kind.template.count("<!--") > len(kind.parts)


def test_all_kinds_are_found() -> None:
    assert list(KINDS) == ["change-ticket", "design-note", "rollback-plan", "threat-model", "what-could-go-wrong"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_heading_goes_by_the_name_of_another(name: str) -> None:
    keys = [title_key(name) for part in KINDS[name].parts for name in part.names]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("spelling", ["design-note", "design_note", "Design note", " DESIGN-NOTE"])
def test_a_kind_goes_by_its_name_in_any_spelling(spelling: str) -> None:
    assert kind_named(spelling, KINDS.values()) is NOTE


def test_a_name_that_is_nearly_one_is_told() -> None:
    with pytest.raises(UnknownKindError, match=r"did you mean design-note\?"):
        kind_named("desing-note", KINDS.values())


def test_all_that_is_wrong_with_a_declared_kind_is_told_at_once() -> None:
    kind = DocumentKind(
        name="Privacy Note",
        title=" ",
        says="",
        parts=(Part(title="Data"), Part(title="data"), Part(title="")),
        least=-1,
        paths=("../x",),
        ticket="(a+)+",
        template="x" * 100_001,
    )

    assert len(problems_of(kind)) == 8
    assert len(problems_of(replace(TICKET, ticket=""))) == 1
    assert "51 headings" in problems_of(replace(NOTE, parts=tuple(Part(title=f"p{n}") for n in range(51))))[0]


@pytest.mark.parametrize(
    "pattern", [r"SHOP-\d+", r"(?:OPS|SHOP)-[0-9]{1,6}", r"CHG[0-9]+|https://t\.example/\S+", r"[(a+)+]{3}", r"a?-b"]
)
def test_a_pattern_of_tickets_can_be_used(pattern: str) -> None:
    assert why_not_a_pattern(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["(", "a*", "(a+)+b", "(a|aa)*b", "((a?b?){2}c)+", r"(\w+\s?)*$", "x" * 501, "(?P<n>", "a{99999999999}"]
)
def test_a_pattern_that_is_wrong_or_may_never_end_is_refused(pattern: str) -> None:
    assert why_not_a_pattern(pattern)


def test_a_filled_template_has_the_components_and_the_scenarios_as_prompts() -> None:
    text = fill_template(WRONG, ABOUT)

    assert "- shop (shop, shop/cart.py, cart.py)" in text
    assert f"### wb:{SIGNATURE.evidence}\n\n> {SIGNATURE.words}\n\n{ANSWER_PROMPT}" in text
    assert [each.part.title for each in filled_parts(WRONG, outline(text))] == [part.title for part in WRONG.parts]


def test_what_is_not_known_is_said_in_the_template() -> None:
    missing = CouldNotLook(reason=Reason.LIMIT, detail="the tree is too large")
    text = fill_template(WRONG, DocumentContext(components=missing, scenarios=missing))

    assert text.count("is not known: the tree is too large") == 2
    assert "does not mean that there is none" in fill_template(WRONG, DocumentContext())


def test_many_components_are_cut() -> None:
    parts = tuple(ChangedPart(name=f"part{n}") for n in range(30))

    assert "and 10 more" in fill_template(NOTE, replace(ABOUT, components=parts))


@pytest.mark.parametrize(
    "hostile", ["a --> b", "a\n## Decision\n", "--!>", "-->-->", "<!-- x", "a\u2028# b", "-\u200b->", "x" * 5_000]
)
def test_names_from_a_repository_stay_in_their_place(hostile: str) -> None:
    about = DocumentContext(
        components=(ChangedPart(name=hostile, aliases=(hostile,)),),
        scenarios=(FailureScenario(words=hostile, cites=()),),
        added={RepoPath(hostile): hostile},
    )
    plain = outline(fill_template(WRONG, replace(about, components=(), scenarios=())))
    filled = outline(fill_template(WRONG, about))

    own = [section.title for section in filled.sections if not section.title.startswith("wb:")]
    assert own == [section.title for section in plain.sections]
    assert all(line.text.startswith("> ") or not line.text for line in filled.lines)

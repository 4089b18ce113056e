"""What is needed, in few lines: alike things once, approvals in one sentence, and nothing that the gate's reasons say."""

from collections.abc import Iterable

from msgspec.structs import replace

from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.review.needs import Need, short_needs

REASONS = ("touches governance: it decides what is checked",)


def requirement(
    kind: RequirementKind, ask: str, *because: str, state: GateState = GateState.UNSATISFIED
) -> Requirement:
    return Requirement(kind=kind, rule=f"{kind}-rule", state=state, ask=ask, because=because or REASONS)


def needs(*requirements: Requirement) -> Iterable[Need]:
    return short_needs(
        Gate(
            state=GateState.UNSATISFIED,
            level=Level.HIGH,
            reasons=REASONS,
            requirements=requirements,
            policy="built-in/1",
        )
    )


def test_all_approvals_are_one_line_with_the_reasons_that_are_their_own() -> None:
    asked = [
        requirement(RequirementKind.APPROVAL, "an approval by @team"),
        requirement(RequirementKind.APPROVAL, "an approval by a second person"),
        requirement(RequirementKind.APPROVAL, "an approval by a senior engineer", "the change is AI-assisted"),
    ]

    (need,) = needs(*asked)

    assert need.ask == "3 approvals: @team; a second person; a senior engineer (the change is AI-assisted)"


def test_a_single_approval_stays_as_it_is() -> None:
    assert [need.ask for need in needs(requirement(RequirementKind.APPROVAL, "an approval by @team"))] == [
        "an approval by @team"
    ]


def test_an_approval_that_is_not_enough_yet_says_who_gave_one_and_whose_does_not_count() -> None:
    two = replace(
        requirement(RequirementKind.APPROVAL, "two approvals by people who had no part in it"),
        met_by=("ada@example.org, by key",),
        not_counted=("bob@example.org: ran out after 2 minutes",),
    )
    line = "have: ada@example.org, by key; does not count: bob@example.org: ran out after 2 minutes"

    assert [need.given for need in needs(two)] == [(line,)]
    (both,) = needs(two, requirement(RequirementKind.APPROVAL, "an approval by @team"))
    assert both.given == (f"two approvals by people who had no part in it: {line}",)


def test_what_was_given_for_parts_of_a_need_is_told_with_the_need() -> None:
    part = replace(requirement(RequirementKind.APPROVAL, "of a"), met_by=("ada", "bob", "cyd", "dan"))
    whole = replace(requirement(RequirementKind.APPROVAL, "of a; of b"), parts=(part, part))

    assert [need.given for need in needs(whole)] == [("have: ada; bob; cyd and 1 more",)]


def test_files_to_look_at_are_counted_under_the_first() -> None:
    looks = [
        requirement(RequirementKind.LOOK, f"look at {name}: unread", "unsupported", state=GateState.ERROR)
        for name in ("a.tf", "b.tf", "c.tf")
    ]

    (need,) = needs(*looks)

    assert (need.ask, need.because, need.more, need.state) == (
        "look at a.tf: unread",
        "unsupported",
        2,
        GateState.ERROR,
    )


def test_what_could_not_be_asked_for_is_said_only_where_nothing_is_asked() -> None:
    unowned = requirement(
        RequirementKind.APPROVAL, "an approval by an owner", "no owner is declared", state=GateState.NOT_APPLICABLE
    )
    note = requirement(RequirementKind.DOCUMENT, "a design note: what it does")

    assert [need.ask for need in needs(unowned)] == ["an approval by an owner is not asked for"]
    assert [need.ask for need in needs(unowned, note)] == ["a design note"]


def test_code_owners_are_named_and_why_they_could_not_be_told() -> None:
    unknown = (
        "Who is in @acme/core is not known: nothing says who belongs to it; name its people in the policy's `teams:`"
    )
    owners = requirement(
        RequirementKind.CODE_OWNERS, "an approval by @acme/core for src/a.py", *REASONS, unknown, state=GateState.ERROR
    )

    assert needs(owners) == (
        Need(
            state=GateState.ERROR,
            ask="an approval by @acme/core for src/a.py",
            because=unknown,
            rules=("code-owners-rule",),
        ),
    )


def test_what_waits_for_a_check_says_what_it_came_to() -> None:
    check = requirement(RequirementKind.CHECK, "the check tests", "nobody said so")

    assert needs(check) == (
        Need(state=GateState.UNSATISFIED, ask="the check tests", because="nobody said so", rules=("check-rule",)),
    )


def test_why_a_part_of_alternatives_could_not_be_told_is_said() -> None:
    part = requirement(
        RequirementKind.CODE_OWNERS, "an approval", "no CODEOWNERS is trusted here", state=GateState.ERROR
    )
    either = Requirement(
        kind=RequirementKind.ANY, rule="r", state=GateState.ERROR, ask="one of 2", because=REASONS, parts=(part,)
    )

    (need,) = needs(either)

    assert need.because == "no CODEOWNERS is trusted here"


def test_a_document_that_was_found_says_what_it_lacks_without_what_mends_it() -> None:
    source = "attached by ada@example.org (entry 0 of the ledger)"
    lacking = (
        f"{source}: the heading “Context” is missing; add it, and say under it what is wrong",
        f"{source}: it has 2 words of its own; 40 are the least",
    )
    note = replace(requirement(RequirementKind.DOCUMENT, "a design note: what it does"), not_counted=lacking)

    (need,) = needs(note)
    assert need.ask == "a design note"
    told = "the heading “Context” is missing; it has 2 words of its own"
    assert need.given == (f"does not count: {source}: {told}",)


def test_of_a_document_that_lacks_much_it_is_said_where_the_rest_is_told() -> None:
    lacking = tuple(f"docs/note.md: the heading “{title}” is missing; add it" for title in "ABCDE")
    note = replace(requirement(RequirementKind.DOCUMENT, "a design note"), not_counted=lacking)

    (need,) = needs(note)
    assert [words.count("is missing") for words in need.given] == [3]
    assert need.given[0].endswith("; and more, which `weighbridge policy explain` tells")


def test_a_document_of_which_nothing_was_found_lacks_nothing() -> None:
    assert [need.given for need in needs(requirement(RequirementKind.DOCUMENT, "a design note"))] == [()]

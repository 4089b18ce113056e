"""What loads and can hardly be meant is told, with its place; what is meant is left alone."""

from datetime import UTC, datetime

import pytest

from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.possible import possible_answers
from weighbridge.policy.doubts.find import find_doubts
from weighbridge.policy.doubts.of_paths import Tree
from weighbridge.policy.doubts.of_people import Known
from weighbridge.policy.reading.load import Source, load_layers

PEOPLE = "people: {roles: {senior: [ana@example.org, ben@example.org, cy@example.org], security: [ana@example.org, dee@example.org]}}\n"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def doubts(text: str, *, enrolled: list[str] | None = None, owned: bool | None = None) -> list[str]:
    loaded = load_layers([Source(data=f"version: 1\n{text}".encode(), path="p")])
    known = Known(enrolled=None if enrolled is None else tuple(enrolled), has_code_owners=owned)
    return [str(each) for each in find_doubts(loaded, known, now=NOW)]


def rule(name: str, need: str, *, when: str = "") -> str:
    condition = f"    when: {when}\n" if when else ""
    return f"  - name: {name}\n{condition}    require: [{need}]\n"


ANYONE = "{approval: {}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n" + rule("a", "{approval: {by: 'role:senior'}}"), "p:3:5: nobody has the role `senior`"),
        (
            "rules:\n" + rule("a", "{approval: {count: 2, by: [ana@x.org]}}"),
            "p:3:5: 2 approvals by ana@x.org are asked for, and there is 1: nobody can give them",
        ),
        (
            "rules:\n" + rule("a", "{approval: {by: [ana@x.org]}}"),
            ("p:3:5: it takes all of ana@x.org (ana@x.org), and whoever wrote the change does not count:"
            " a change of theirs can never pass"),
        ),
        ("rules:\n" + rule("a", ANYONE, when="level == 'low' && level == 'high'"), "p:3:5: `level == 'low' && level == 'high'` holds of no change"),
        ("rules:\n" + rule("a", ANYONE, when="level != 'low' || level == 'low'"), "p:3:5: `level != 'low' || level == 'low'` holds of every change"),
        ("rules:\n" + rule("a", "{approval: {count: 2}}") + rule("b", ANYONE, when="level == 'high'"), "p:5:5: `a` asks for all of it whenever `b` applies"),
        (
            "rules:\n" + rule("a", ANYONE, when="reviews.unresolved > 0"),
            ("p:3:5: `reviews.unresolved > 0` reads `reviews`, which has no source yet: where it must be told, it could not"
            " be looked at"),
        ),
        ("rules:\n" + rule("a", ANYONE, when="environment.level == 'production'"), "p:3:5: `environment.level == 'production'` reads `environment`: a review that names none cannot decide"),
        ("rules:\n" + rule("a", "{approval: {by: 'team:@acme/pay'}}"), "p:3:5: nobody is known to be in the team `@acme/pay`"),
        ("rules:\n" + rule("a", "{rollout: {}}"), "p:3:5: rollout plans have no source yet"),
        ("rules:\n" + rule("a", f"{{at_least: {{count: 3, of: [{ANYONE}, {{wait: 1 day}}]}}}}"), "p:3:5: 3 of 2 are asked for: that can never be met"),
        ("extends: starter\ndrop: [medium-change, high-change, ai-on-surface, unattested-on-surface, unattested-and-risky, disclosure]\n", "p:3:1: every rule is dropped: no change needs anybody's approval"),
        ("name: x\n", "p:1:1: there is no rule: no change needs anybody's approval"),
        ("could_not_look: {error: []}\nrules:\n" + rule("a", ANYONE), "p:2:1: no analysis that could not look stops a change: a scanner that fails passes everything"),
        ("report_only: true\nrules:\n" + rule("a", ANYONE), "p:2:1: the gate only tells: every change passes, whatever is found"),
        (
            "environments:\n  stage: {level: staging, self_service: low-risk}\nrules:\n" + rule("a", ANYONE),
            "p:3:3: low changes serve themselves in, and no check, scanner or finding has to stop them",
        ),
        (
            "environments:\n  live: {level: production, self_service: low-risk}\nrules:\n" + rule("a", ANYONE),
            "p:3:3: nothing serves itself into production: `self_service` has no effect here",
        ),
        ("break_glass: {approval: {by: anyone}}\nrules:\n" + rule("a", ANYONE), "p:2:1: anybody with a key, which a program can have, may pass any change"),
        ("overrides: {approval: {not_by: []}}\nrules:\n" + rule("a", ANYONE), "p:2:1: whoever wrote a change may make overrides for it, alone and with a mere key"),
        ("overrides: {approval: {}, never: [aa]}\nrules:\n" + rule("a", ANYONE), "p:2:1: `never` names no rule: `aa`, which keeps nothing"),
        ("freezes: [{name: old, from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00Z}]\nrules:\n" + rule("a", ANYONE), "p:2:11: the window ended at 2026-01-02 00:00 UTC"),
    ],
)  # fmt: skip
def test_it_is_told_with_its_place(text: str, said: str) -> None:
    assert doubts(text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        PEOPLE + "rules:\n" + rule("a", "{approval: {count: 2, by: 'role:senior'}}"),
        "extends: starter\n" + PEOPLE,
        "solo: true\nrules:\n" + rule("a", "{approval: {by: [ana@x.org]}}"),
        "people: {teams: {'@acme/pay': [a@x.org, b@x.org]}}\nrules:\n" + rule("a", "{approval: {by: 'team:@acme/pay'}}"),
        "rules:\n" + rule("a", "{approval: {by: [owners, ana@x.org], count: 5}}"),
        "rules:\n" + rule("a", ANYONE, when="level == 'low' || risk.percentile > 9.0"),
        "rules:\n" + rule("a", ANYONE, when="has(risk.percentile) && level == 'high'"),
        "rules:\n" + rule("a", ANYONE, when="has(environment.level) && environment.level == 'production'"),
        "rules:\n" + rule("a", ANYONE, when="level == 'low'") + rule("b", ANYONE, when="level == 'high'"),
        "rules:\n" + rule("a", ANYONE) + rule("b", "{approval: {count: 2}}", when="level == 'high'"),
        "rules:\n" + rule("a", ANYONE) + rule("b", "{approval: {assurance: sk}}", when="level == 'high'"),
        "rules:\n" + rule("a", "{approval: {assurance: sk}}") + rule("b", "{approval: {by: owners}}", when="level == 'high'"),
        "rules:\n" + rule("a", "{document: {kind: design-note}}"),
        "environments:\n  box: {level: sandbox, self_service: low-risk}\nrules:\n" + rule("a", ANYONE),
        "environments:\n  stage: {level: staging, self_service: low-risk, require: [{findings: {severity: low}}]}\nrules:\n" + rule("a", ANYONE),
        "break_glass: {approval: {by: anyone, assurance: sk}}\nrules:\n" + rule("a", ANYONE),
        "overrides: {approval: {by: anyone}, never: [a, blocking-findings]}\nrules:\n" + rule("a", ANYONE),
        "freezes: [{name: soon, from: 2026-12-24T00:00:00Z, to: 2026-12-27T00:00:00Z}]\nrules:\n" + rule("a", ANYONE),
    ],
)  # fmt: skip
def test_what_can_be_meant_is_left_alone(text: str) -> None:
    assert doubts(text) == []


def test_who_is_enrolled_bounds_what_anyone_can_give() -> None:
    text = "rules:\n" + rule("a", "{approval: {count: 2}}")

    assert doubts(text) == []
    assert doubts(text, enrolled=["ana@x.org", "ben@x.org", "cy@x.org"]) == []
    assert "can never pass" in doubts(text, enrolled=["ana@x.org", "ben@x.org"])[0]
    assert "nobody can give them" in doubts(text, enrolled=["ana@x.org"])[0]


def test_one_person_by_two_names_is_one() -> None:
    text = "people: {handles: {'@ana': ana@x.org}}\nrules:\n" + rule(
        "a", "{approval: {count: 2, by: ['@ana', ana@x.org]}}"
    )

    assert "there is 1" in doubts(text)[0]


def test_a_role_that_is_nearly_spelled_right_is_named() -> None:
    loaded = load_layers(
        [Source(data=b"version: 1\nextends: starter\npeople: {roles: {senoir: [a@x.org]}}\n", path="p")]
    )

    assert {each.doubt.remedy for each in find_doubts(loaded)} == {"did you mean `role:senoir`?"}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("level == 'low'", {True, False}),
        ("level == 'low' && level == 'high'", {False}),
        ("findings.exists(f, f.family == 'sql') && level == 'low' && level == 'high'", {False}),
        ("touches('src/**') || level in ['low', 'medium', 'high']", {True}),
        ("provenance.origin == 'ai' && provenance.origin == 'human'", {False}),
        ("touches('src/**')", None),
        ("has(risk.percentile)", None),
        ("has(risk.percentile) && false", None),
        ("change.lines_added > 3", None),
        ("false", {False}),
    ],
)
def test_the_answers_there_can_be(text: str, answers: set[bool] | None) -> None:
    assert possible_answers(compile_condition(text)) == answers


def test_code_owners_are_asked_for_where_nothing_declares_any() -> None:
    text = "rules:\n" + rule("a", "{any: [{code_owners: {}}, {approval: {}}]}")

    assert "no CODEOWNERS is here" in doubts(text, owned=False)[0]
    assert doubts(text, owned=True) == doubts(text) == []


def test_a_team_that_is_nearly_spelled_right_is_named() -> None:
    text = "version: 1\npeople: {teams: {'@acme/core': [a@x.org, b@x.org]}}\nrules:\n"
    text += rule("a", "{approval: {by: 'team:@acme/cor'}}")
    (doubt,) = find_doubts(load_layers([Source(data=text.encode(), path="p")]))

    assert doubt.doubt.remedy == "did you mean `team:@acme/core`?"


@pytest.mark.parametrize("need", ["{code_owners: {}}", "{approval: {by: owners}}"])
def test_a_team_of_codeowners_that_nobody_fills_is_told(need: str) -> None:
    def said(people: str) -> list[str]:
        data = f"version: 1\n{people}rules:\n{rule('a', need)}".encode()
        known = Known(owner_teams=("@acme/core", "@acme/docs"))
        return [str(each) for each in find_doubts(load_layers([Source(data=data, path="p")]), known)]

    docs = "'@acme/docs': [d@x.org]"
    assert said(f"people: {{teams: {{{docs}}}}}\n") == [
        "p:4:5: CODEOWNERS names @acme/core, and nobody says who is in it: the gate cannot decide about what it owns"
    ]
    assert said(f"people: {{teams: {{{docs}, '@acme/core': [c@x.org]}}}}\n") == []


@pytest.mark.parametrize(
    ("people", "handles", "told"),
    [
        ("{}", ("@mwalsh",), "CODEOWNERS names @mwalsh, and nobody says whose handle it is: nobody's approval counts"),
        (
            "{}",
            ("@a", "@b"),
            "CODEOWNERS names @a, @b, and nobody says whose handles these are: nobody's approval counts",
        ),
        ("{handles: {'@MWalsh': m@x.org}}", ("@mwalsh",), ""),
        ("{teams: {'@security': [m@x.org]}}", ("@security",), ""),
        ("{}", ("@enrolled",), ""),
    ],
)
def test_a_handle_of_codeowners_that_is_nobodys_is_told(people: str, handles: tuple[str, ...], told: str) -> None:
    data = f"version: 1\npeople: {people}\nrules:\n{rule('a', '{code_owners: {}}')}".encode()
    known = Known(owner_handles=handles, enrolled=("m@x.org", "enrolled"))

    said = [str(each) for each in find_doubts(load_layers([Source(data=data, path="p")]), known)]

    assert [told in each for each in said] == ([True] if told else []), said


@pytest.mark.parametrize("enrolled", [None, ["ana@x.org"]])
def test_a_team_without_anybody_is_not_taken_for_one_person(enrolled: list[str] | None) -> None:
    text = "rules:\n" + rule("a", "{approval: {count: 2, by: 'team:@acme'}}")

    assert doubts(text, enrolled=enrolled) == ["p:3:5: nobody is known to be in the team `@acme`"]


def test_whoever_is_asked_and_cannot_sign_is_named() -> None:
    text = PEOPLE + "rules:\n" + rule("a", "{approval: {by: 'role:senior'}}")

    assert doubts(text, enrolled=["ana@example.org", "ben@example.org", "cy@example.org"]) == []
    assert doubts(text, enrolled=["ana@example.org", "cy@example.org"]) == [
        (
            "p:4:5: ben@example.org, of `role:senior`, is not in .weighbridge/allowed_signers: unless the ledger enrols them,"
            " and none was read, they cannot approve"
        )
    ]


def test_that_nobody_at_all_is_enrolled_is_told_once() -> None:
    text = "rules:\n" + rule("a", ANYONE) + rule("b", "{approval: {count: 2}}", when="level == 'high'")

    assert doubts(text, enrolled=[]) == [
        "p:3:5: approvals are asked for, and nobody is enrolled in .weighbridge/allowed_signers (no ledger was read)"
    ]


def test_the_role_that_an_imported_policy_gives_to_nobody_is_left_alone() -> None:
    assert doubts("rules:\n" + rule("a", "{approval: {by: 'role:nobody'}}", when="level == 'high'")) == []


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("scr/**", ("`scr/**` holds of no change: there is no `scr` here", "did you mean `src/**`?")),
        ("src/pya/*.py", ("`src/pya/*.py` holds of no change: there is no `src/pya` here", None)),
        ("Makefil", ("`Makefil` holds of no change: there is no `Makefil` here", "did you mean `Makefile`?")),
        ("src/pay/**", None),
        ("**/*.tf", None),
        ("*.lock", None),
        ("./src/*", None),
    ],
)
def test_a_path_that_is_not_here_is_told(pattern: str, told: tuple[str, str | None] | None) -> None:
    text = "version: 1\nextends: starter\n" + PEOPLE + "rules:\n" + rule("a", ANYONE, when=f"touches('{pattern}')")
    there = {"src", "src/pay", "Makefile"}
    tree = Tree(holds=there.__contains__, top=("Makefile", "src"))
    found = find_doubts(load_layers([Source(data=text.encode(), path="p")]), tree=tree)

    said = [(each.doubt.message, each.doubt.remedy) for each in found]
    if told is None:
        assert said == []
    else:
        assert said[0][0] == told[0]
        assert told[1] in (None, said[0][1])


def test_of_two_rules_that_ask_the_same_of_every_change_the_later_alone_is_doubted() -> None:
    told = doubts(f"rules:\n{rule('a', ANYONE)}{rule('b', ANYONE)}")

    assert [line for line in told if "asks for all of it" in line] == [
        "p:5:5: `a` asks for all of it whenever `b` applies"
    ]

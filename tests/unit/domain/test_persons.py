"""Who is who: several names of one person, and teams of teams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.growing import MOST, growth

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.persons import NO_TEAMS, Circle, Person, Teams, folded


def person(*names: str) -> Person:
    return Person(name=names[0], aliases=names[1:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.org", "ann@example.ORG"),
        ("@Ann", "@ann"),
        ("ann", "@ANN"),
        (" @ann ", "@ann"),
        ("@@Owners", "@@owner"),
    ],
)
def test_these_are_one_name(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@ann", "ann@example.org"),
        ("@ann", "@anna"),
        ("@kim", "@\u212aim"),
        ("@ann", "@\u0430nn"),
        ("@stra\u00dfe", "@strasse"),
        ("@@owner", "@owner"),
        ("@ann", "@ann/ann"),
    ],
    ids=str,
)
def test_these_are_two_names_however_alike(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_those_that_share_a_name_are_one_through_any_number_of_others() -> None:
    circle = Circle([person("ann", "a@x"), person("bob", "b@x"), person("Annie", "c@x"), person("x", "C@X", "A@X")])
    assert [p.name for p in circle] == ["ann", "bob"]
    found = circle.find("annie")
    assert found is not None
    assert found.name == "ann"
    assert found == circle.find("@X")


def test_nobody_is_found_by_a_name_that_nobody_has() -> None:
    assert Circle([person("ann")]).find("ann@example.org") is None


_NAMES = st.sampled_from([f"n{n}" for n in range(8)])


@given(st.lists(st.lists(_NAMES, min_size=1, max_size=3).map(lambda names: person(*names)), max_size=8))
def test_a_circle_holds_each_name_once(persons: list[Person]) -> None:
    everybody = list(Circle(persons))
    names = [name for one in everybody for name in one.names]
    assert len(names) == len(set(names))
    assert set(names) == {name for one in persons for name in one.names}
    for one in persons:
        assert len({Circle(persons).find(name) for name in one.names}) == 1


def test_joining_many_grows_with_their_number() -> None:
    def chain(count: int) -> None:
        list(Circle([person(f"n{n}", f"n{n + 1}") for n in reversed(range(count))]))

    assert growth(chain, 4_000) < MOST


TEAMS = Teams(
    members={"@org/all": ("@Org/Pay", "@dan"), "@org/pay": ("ann@example.org", "@bob", "@org/all"), "@ops": ("@eve",)}
)


def test_a_team_holds_the_people_of_its_teams_once() -> None:
    assert set(TEAMS.members_of("@Org/All").names) == {"@dan", "@bob", "ann@example.org"}
    assert TEAMS.members_of("@org/all").missing is None


def test_a_group_that_is_named_like_a_person_is_one_where_somebody_says_so() -> None:
    assert TEAMS.is_team("@OPS")
    assert not TEAMS.is_team("@eve")
    assert TEAMS.is_team("@@maintainers")


def test_a_team_that_nothing_names_is_not_empty_but_not_known() -> None:
    assert TEAMS.members_of("@org/other").missing == NO_TEAMS


def test_what_is_known_of_a_team_is_told_beside_what_is_not() -> None:
    found = Teams(members={"@o/a": ("@ann", "@o/b")}).members_of("@o/a")
    assert found.names == ("@ann",)
    assert found.missing == NO_TEAMS


def test_a_source_that_knows_every_team_says_that_others_are_empty() -> None:
    assert Teams(missing=None).members_of("@org/other").missing is None


def test_a_source_that_failed_says_why() -> None:
    failed = CouldNotLook(reason=Reason.TIMED_OUT, detail="the forge did not answer")
    assert Teams(missing=failed).members_of("@org/other").missing == failed


def test_teams_that_hold_themselves_and_one_another_end_and_hold_their_people() -> None:
    teams = Teams(
        members={"@x/a": ("@x/A", "@x/b"), "@x/b": ("@x/c", "bob@x"), "@x/c": ("@x/a", "ann@x")}, missing=None
    )

    for team in ("@x/a", "@X/B", "@x/c"):
        assert set(teams.members_of(team).names) == {"ann@x", "bob@x"}


def test_ten_thousand_teams_one_in_the_other_are_gone_through() -> None:
    chain = {f"@x/{number}": (f"@x/{number + 1}", f"p{number}@x") for number in range(10_000)}

    members = Teams(members=chain).members_of("@x/0")

    assert (len(members.names), members.missing) == (10_000, NO_TEAMS)


def test_letters_that_only_look_alike_make_two_teams() -> None:
    teams = Teams(members={"@x/\u00e9": ("ann@x",), "@x/e\u0301": ("bob@x",)}, missing=None)

    assert teams.members_of("@x/\u00e9").names == ("ann@x",)
    assert teams.members_of("@x/\u00c9").names == ()

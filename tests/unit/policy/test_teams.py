"""The teams that a policy names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.persons import NO_TEAMS
from weighbridge.policy.teams import read_teams


def test_teams_are_lists_of_names() -> None:
    teams, problems = read_teams({"@Shop/Pay": ["@ann", "bob@example.org", "@shop/leads"], "@shop/leads": ["@eve"]})
    assert problems == ()
    assert set(teams.members_of("@shop/pay").names) == {"@ann", "bob@example.org", "@eve"}
    assert teams.members_of("@shop/other").missing == NO_TEAMS


def test_no_teams_at_all_are_no_source_of_them() -> None:
    teams, problems = read_teams(None)
    assert problems == ()
    assert teams.missing == NO_TEAMS


def test_a_policy_may_say_that_it_names_them_all() -> None:
    teams, _ = read_teams({"@a/b": ["@c"]}, others=None)
    assert teams.members_of("@a/other").missing is None


@pytest.mark.parametrize(
    ("section", "where"),
    [
        (["@a"], ()),
        ("@a", ()),
        ({"@a/b": []}, ("@a/b",)),
        ({"@a/b": "@c"}, ("@a/b",)),
        ({"@a/b": None}, ("@a/b",)),
        ({"a team": ["@c"]}, ("a team",)),
        ({"@a/b": ["@c", 7]}, ("@a/b", "1")),
        ({"@a/b": ["@c", "two words"]}, ("@a/b", "1")),
        ({"@a/b": ["@c"], "@A/B": ["@d"]}, ("@A/B",)),
        ({7: ["@c"]}, ("7",)),
        ({"": ["@c"]}, ("",)),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(section: object, where: tuple[str, ...]) -> None:
    _, (problem,) = read_teams(section)
    assert problem.where == where
    assert problem.what


def test_everything_that_is_wrong_is_told_at_once_and_the_rest_is_read() -> None:
    teams, problems = read_teams({"@a/b": [1, 2], "@a/c": [], "@a/d": ["@e"]})
    assert [problem.where for problem in problems] == [("@a/b", "0"), ("@a/b", "1"), ("@a/c",)]
    assert teams.members_of("@a/d").names == ("@e",)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@given(_ANY)
def test_no_section_breaks_the_reading(section: object) -> None:
    teams, _ = read_teams(section)
    for team in teams.members:
        teams.members_of(team)

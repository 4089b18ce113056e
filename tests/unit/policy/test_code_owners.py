"""Whether the owners of what a change touches approved it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.growing import MOST, growth

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import OwnerGroup
from weighbridge.domain.persons import NO_TEAMS, Person, Teams
from weighbridge.policy.code_owners import Assent, Known, OwnerDecision, decide_owners

ANN = Person(name="ann@example.org", aliases=("@ann", "ann@home.example"))
BOB = Person(name="bob@example.org", aliases=("@bob",))
EVE = Person(name="eve@example.org", aliases=("@eve",))
PEOPLE = (ANN, BOB, EVE)
TEAMS = Teams(members={"@shop/pay": ("@ann", "bob@example.org")})


def group(*owners: str, approvals: int = 1, optional: bool = False, section: str = "") -> OwnerGroup:
    return OwnerGroup(
        owners=owners,
        paths=(RepoPath("pay/a.py"), RepoPath("pay/b.py")),
        source=RepoPath("CODEOWNERS"),
        lines=(3,),
        section=section,
        optional=optional,
        approvals=approvals,
    )


def decided(
    asked: OwnerGroup,
    *approvers: Person,
    authors: tuple[Person, ...] = (),
    teams: Teams = TEAMS,
    author_counts: bool = False,
) -> OwnerDecision:
    known = Known(people=PEOPLE, teams=teams)
    (found,) = decide_owners(
        [asked], Assent(approvers=approvers, authors=authors), known=known, author_counts=author_counts
    )
    return found


@pytest.mark.parametrize("owner", ["@ann", "@ANN", "ann@example.org", "Ann@Home.Example", "@shop/pay", "@Shop/Pay"])
def test_an_owner_by_any_name_or_team_satisfies(owner: str) -> None:
    found = decided(group(owner), ANN)
    assert found.state is GateState.SATISFIED
    assert found.approved_by == ("ann@example.org",)
    assert found.reason == "approved by ann@example.org"


def test_any_one_owner_is_enough_where_one_is_asked_for() -> None:
    assert decided(group("@ann", "@bob"), BOB).state is GateState.SATISFIED


def test_who_owns_nothing_of_it_satisfies_nothing() -> None:
    found = decided(group("@ann", "@shop/pay"), EVE)
    assert found.state is GateState.UNSATISFIED
    assert found.needed == 1
    assert found.reason == "CODEOWNERS:3 asks for an approval, and 1 is missing"
    assert found.ask == "an approval by any of @ann and @shop/pay for pay/a.py and pay/b.py"


def test_a_section_asks_for_as_many_as_it_says() -> None:
    asked = group("@ann", "@bob", "@eve", approvals=2, section="Pay")
    found = decided(asked, ANN)
    assert (found.state, found.needed) == (GateState.UNSATISFIED, 1)
    assert found.reason == "CODEOWNERS:3 [Pay] asks for 2 approvals, and 1 is missing besides ann@example.org"
    assert decided(asked, ANN, EVE).state is GateState.SATISFIED


def test_one_person_counts_once_by_however_many_names() -> None:
    other_name = Person(name="ann@home.example")
    by_handle = Person(name="@ann")
    found = decided(group("@ann", "ann@example.org", "@shop/pay", approvals=2), ANN, other_name, by_handle)
    assert (found.state, found.needed) == (GateState.UNSATISFIED, 1)


def test_who_wrote_the_change_does_not_count_by_any_name() -> None:
    found = decided(group("@ann", "@bob"), ANN, authors=(Person(name="ann@home.example"),))
    assert found.state is GateState.UNSATISFIED
    assert "ann@example.org wrote or asked for the change" in found.reason


def test_an_author_counts_where_policy_says_so_and_they_approved() -> None:
    asked = group("@ann")
    assert decided(asked, ANN, authors=(ANN,), author_counts=True).state is GateState.SATISFIED
    assert decided(asked, authors=(ANN,), author_counts=True).state is GateState.UNSATISFIED


def test_the_only_owner_who_wrote_the_change_is_told_the_way_out() -> None:
    found = decided(group("@ann"), BOB, authors=(ANN,))
    assert found.state is GateState.UNSATISFIED
    assert "nobody else owns these paths" in found.reason
    assert "name another owner on the protected branch" in found.reason


def test_more_approvals_than_owners_are_told() -> None:
    found = decided(group("@ann", "@bob", approvals=5), ANN)
    assert found.state is GateState.UNSATISFIED
    assert "only bob@example.org could approve these paths, which is too few" in found.reason


def test_an_optional_section_stands_in_nobodys_way() -> None:
    found = decided(group("@ann", optional=True))
    assert (found.state, found.needed) == (GateState.NOT_APPLICABLE, 0)
    assert decided(group("@ann", optional=True), ANN).state is GateState.SATISFIED


def test_a_team_that_nobody_knows_is_could_not_look_and_never_empty() -> None:
    found = decided(group("@shop/ops"), EVE)
    assert found.state is GateState.ERROR
    assert found.missing == NO_TEAMS
    assert "Who is in @shop/ops is not known" in found.reason
    assert "`teams:`" in found.reason
    assert decided(group("@shop/ops")).state is GateState.ERROR


def test_an_owner_by_name_is_enough_beside_a_team_that_nobody_knows() -> None:
    asked = group("@ann", "@shop/ops")
    assert decided(asked, ANN).state is GateState.SATISFIED
    assert decided(asked).state is GateState.UNSATISFIED
    assert decided(asked, EVE).state is GateState.ERROR
    assert decided(asked, BOB, authors=(ANN,)).state is GateState.ERROR


def test_a_forge_that_failed_is_told_as_it_failed() -> None:
    failed = CouldNotLook(reason=Reason.TIMED_OUT, detail="the forge did not answer", remedy="try again")
    assert decided(group("@shop/ops"), ANN, teams=Teams(missing=failed)).missing == failed


def test_an_owner_whom_nobody_enrolled_is_told_by_name() -> None:
    found = decided(group("@zoe"), ANN)
    assert found.state is GateState.UNSATISFIED
    assert "Nobody who can approve goes by @zoe" in found.reason


def test_a_look_alike_of_an_owner_is_somebody_else() -> None:
    assert decided(group("@\u0430nn"), ANN).state is GateState.UNSATISFIED


def test_a_role_is_asked_of_the_source_of_teams() -> None:
    maintainers = Teams(members={"@@maintainer": ("@eve",)})
    assert decided(group("@@Maintainers"), EVE, teams=maintainers).state is GateState.SATISFIED
    assert decided(group("@@owner"), EVE, teams=maintainers).state is GateState.ERROR


def test_each_group_is_decided_by_itself() -> None:
    assent = Assent(approvers=(ANN,))
    found = decide_owners([group("@ann"), group("@bob")], assent, known=Known(people=PEOPLE, teams=TEAMS))
    assert [each.state for each in found] == [GateState.SATISFIED, GateState.UNSATISFIED]


_OWNERS = st.lists(
    st.sampled_from(["@ann", "@bob", "@eve", "ann@home.example", "@shop/pay", "@shop/ops", "@zoe"]),
    min_size=1,
    max_size=4,
)
_GROUPS = st.builds(lambda owners, n: group(*owners, approvals=n), _OWNERS, st.integers(1, 3))
_PERSONS = st.lists(st.sampled_from([*PEOPLE, Person(name="ann@home.example"), Person(name="nobody@x")]), max_size=4)


@given(_GROUPS, _PERSONS, _PERSONS)
def test_taking_an_approval_away_never_satisfies(
    asked: OwnerGroup, approvers: list[Person], authors: list[Person]
) -> None:
    states = [decided(asked, *approvers[:count], authors=tuple(authors)).state for count in range(len(approvers) + 1)]
    for fewer, more in pairwise(states):
        assert not (fewer is GateState.SATISFIED and more is not GateState.SATISFIED)


@given(_GROUPS, _PERSONS, _PERSONS)
def test_a_satisfied_group_has_as_many_other_owners_as_it_asks_for(
    asked: OwnerGroup, approvers: list[Person], authors: list[Person]
) -> None:
    owns = {
        "@ann": {"ann"},
        "ann@home.example": {"ann"},
        "@bob": {"bob"},
        "@eve": {"eve"},
        "@shop/pay": {"ann", "bob"},
    }
    owners = set().union(*(owns.get(owner, set()) for owner in asked.owners))
    approved = {person.name.partition("@")[0] for person in approvers}
    wrote = {person.name.partition("@")[0] for person in authors}
    enough = len((owners & approved) - wrote) >= asked.approvals
    found = decided(asked, *approvers, authors=tuple(authors))
    assert (found.state is GateState.SATISFIED) == enough
    assert (found.needed == 0) == enough


def test_many_groups_and_people_are_decided_in_time_that_grows_with_both() -> None:
    def work(count: int) -> None:
        people = tuple(Person(name=f"p{n}@x", aliases=(f"@p{n}",)) for n in range(count))
        groups = [group(f"@p{n}", "@shop/pay") for n in range(count)]
        decide_owners(groups, Assent(approvers=people[:20]), known=Known(people=people, teams=TEAMS))

    assert growth(work, 500) < MOST

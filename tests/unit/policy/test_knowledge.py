"""Who knows a component, and whether one of them approved."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.parts import component
from tests.unit.growing import MOST, growth

from weighbridge.app.find_knowledge import Around, persons_of, who_knows
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.knowledge import Knowledge, KnowledgeTerms, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.persons import Circle, Person, Teams
from weighbridge.domain.system import AreaLevel, Component, ComponentKind
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.code_owners import Assent, Known
from weighbridge.policy.knowledge import KnowledgeDecision, decide_knowledge
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.machines import is_machine
from weighbridge.provenance.mailmap import read_mailmap
from weighbridge.risk.past import PastChange, past_change

AT = datetime(2026, 11, 1, tzinfo=UTC)
ANN = Person(name="ann@example.org", aliases=("@ann", "ann@home.example"))
BOB = Person(name="bob@example.org", aliases=("@bob",))
TERMS = KnowledgeTerms()
UNREAD = CouldNotLook(reason=Reason.NO_HISTORY, detail="this clone holds only 3", remedy="Fetch the rest.")


def service(name: str, *, owners: str = "") -> Component:
    return component(name, ComponentKind.SERVICE, tier=2, area=AreaLevel.MEDIUM, owners=owners)


PAY, SHOP = service("pay"), service("shop", owners="@bob @org/shop @zoe")


def around(*people: Person, teams: Teams | None = None) -> Around:
    rest = service("rest")
    return Around(
        components=ComponentMap(components=(PAY, SHOP, rest), fallback=replace(rest, roots=())),
        circle=Circle(people or (ANN, BOB)),
        teams=teams or Teams(members={"@org/shop": ("@ann",)}),
        is_machine=lambda name: is_machine(name, built_in()),
    )


def change(author: str, *paths: str, days: float = 1) -> PastChange:
    files = [(RepoPath(path), 3, 1) for path in paths or ("services/pay/a.py",)]
    return past_change(f"Name <{author}>", AT - timedelta(days=days), subject="x", files=files)


def known(past: list[PastChange], *, terms: KnowledgeTerms = TERMS, people: tuple[Person, ...] = ()) -> list[Knowledge]:
    return list(who_knows([PAY], past, around=around(*people), terms=terms, at=AT))


def test_who_made_enough_of_its_changes_of_late_knows_it() -> None:
    (found,) = known([change("ann@example.org")] * 3 + [change("bob@example.org")] * 2)
    assert (found.person, found.commits, found.of) == ("ann@example.org", 3, 5)
    assert found.reason == "authored 3 of its 5 changes in the 180 days before"


def test_aliases_are_counted_together() -> None:
    past = [change("ann@example.org"), change("ann@home.example"), change("ANN@home.example")]
    assert [each.person for each in known(past)] == ["ann@example.org"]
    assert known(past, people=(BOB,)) == []


def test_a_repositorys_own_aliases_join_addresses() -> None:
    mailmap = read_mailmap(
        b"Ann <ann@example.org> <old@x>\nAnn <ann@example.org> Shared <team@x>\nJust A Name <bob@x>\n"
    )
    assert [(p.name, p.aliases) for p in persons_of(mailmap)] == [("ann@example.org", ("old@x",))]


def test_a_small_share_of_much_work_is_no_knowledge() -> None:
    past = [change("ann@example.org")] * 3 + [change("bob@example.org")] * 97
    assert [each.person for each in known(past)] == ["bob@example.org"]
    assert len(known(past, terms=KnowledgeTerms(least_share=0.03))) == 2


@pytest.mark.parametrize("days", [-1, 181, 5_000])
def test_work_outside_the_time_does_not_count(days: float) -> None:
    assert known([change("ann@example.org", days=days)] * 9) == []


def test_work_on_other_components_does_not_count() -> None:
    assert known([change("ann@example.org", "services/shop/a.py", "README.rst", "services/paying/a.py")] * 9) == []


def test_changes_of_very_many_files_teach_nothing() -> None:
    sweep = change("ann@example.org", *(f"services/pay/f{n}.py" for n in range(101)))
    assert known([sweep] * 9) == []


@pytest.mark.parametrize(
    "address",
    [
        "49699333+dependabot[bot]@users.noreply.github.com",
        "noreply@anthropic.com",
        "new-thing[bot]@users.noreply.github.com",
        "noreply@github.com",
    ],
)
def test_machines_know_nothing_and_their_work_is_part_of_the_whole(address: str) -> None:
    found = known([change(address)] * 9 + [change("ann@example.org")] * 3)
    assert [(each.person, each.commits, each.of) for each in found] == [("ann@example.org", 3, 12)]


def test_owners_know_their_component_by_name_and_by_team_and_are_named_once() -> None:
    found = list(
        who_knows([SHOP], [change("bob@example.org", "services/shop/a")] * 9, around=around(), terms=TERMS, at=AT)
    )
    assert [(each.person, each.reason) for each in found] == [
        ("bob@example.org", "owns it"),
        ("ann@example.org", "owns it, being in @org/shop"),
        ("@zoe", "owns it"),
    ]


def test_one_commit_counts_once_for_each_component_it_touches() -> None:
    past = [change("ann@example.org", "services/pay/a", "services/pay/b", "services/shop/c")] * 3
    found = list(who_knows([PAY, SHOP], past, around=around(BOB), terms=TERMS, at=AT))
    assert [(each.component, each.commits) for each in found if not each.is_owner] == [("pay", 3), ("shop", 3)]


def test_a_long_history_is_counted_in_time_that_grows_with_it() -> None:
    def work(count: int) -> None:
        past = [change(f"p{n % 50}@x", f"services/pay/f{n}.py", f"services/shop/f{n}.py") for n in range(count)]
        list(who_knows([PAY], past, around=around(), terms=TERMS, at=AT))

    assert growth(work, 500) < MOST


WHO = WhoKnows(
    components=("pay", "new"),
    known=(
        Knowledge(person="ann@example.org", component="pay", reason="owns it", is_owner=True),
        Knowledge(person="bob@example.org", component="pay", reason="authored 4 of its 9 changes", commits=4, of=9),
    ),
)


def decided(*approvers: Person, authors: tuple[Person, ...] = (), who: WhoKnows = WHO) -> dict[str, KnowledgeDecision]:
    assent = Assent(approvers=approvers, authors=authors)
    return {each.component: each for each in decide_knowledge(who, assent, known=Known(people=(ANN, BOB)))}


def test_an_approval_by_somebody_who_knows_satisfies() -> None:
    found = decided(Person(name="@bob"))["pay"]
    assert found.state is GateState.SATISFIED
    assert found.reason == "approved by bob@example.org, who authored 4 of its 9 changes"
    assert len(found.cites) == 1


def test_an_approval_by_somebody_else_does_not() -> None:
    found = decided(Person(name="eve@x"))["pay"]
    assert found.state is GateState.UNSATISFIED
    assert found.reason == "nobody who knows pay approved; ann@example.org, bob@example.org could"


def test_knowing_it_does_not_help_who_wrote_the_change() -> None:
    found = decided(ANN, authors=(Person(name="ann@home.example"),))["pay"]
    assert found.state is GateState.UNSATISFIED
    assert "ann@example.org" not in found.reason


def test_a_component_that_nobody_else_knows_is_told_the_way_out() -> None:
    found = decided(ANN, BOB)["new"]
    assert found.state is GateState.UNSATISFIED
    assert "declare an owner" in found.reason


def test_a_history_that_could_not_be_read_is_no_proof_of_ignorance() -> None:
    who = replace(WHO, missing=UNREAD)
    assert decided(Person(name="eve@x"), who=who)["pay"].state is GateState.ERROR
    assert decided(who=who)["new"].missing == UNREAD
    assert decided(ANN, who=who)["pay"].state is GateState.SATISFIED


_PERSONS = st.lists(st.sampled_from([ANN, BOB, Person(name="@bob"), Person(name="eve@x")]), max_size=3)


@given(_PERSONS, _PERSONS, st.sampled_from([None, UNREAD]))
def test_taking_an_approval_away_never_satisfies(
    approvers: list[Person], authors: list[Person], missing: CouldNotLook | None
) -> None:
    who = replace(WHO, missing=missing)
    more = decided(*approvers, authors=tuple(authors), who=who)
    fewer = decided(*approvers[1:], authors=tuple(authors), who=who)
    for component_name, found in fewer.items():
        if found.state is GateState.SATISFIED:
            assert more[component_name].state is GateState.SATISFIED

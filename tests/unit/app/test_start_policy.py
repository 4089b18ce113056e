"""A policy that is started loads and passes its tests, whatever people and teams are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.app.start_policy import packs, start_policy
from weighbridge.domain.persons import Person
from weighbridge.policy.population import Inhabitant, Part, Population
from weighbridge.policy.reading.load import Source, load_policy
from weighbridge.policy.trials.read import read_trials
from weighbridge.policy.trials.run import run_trials

ANA = Inhabitant(person=Person(name="ana@example.org"), parts=(Part.SIGNER, Part.COMMITTER))
BEN = Inhabitant(person=Person(name="ben@example.org"), parts=(Part.COMMITTER,))
odd = st.text(st.characters(codec=None), max_size=20)


def inhabitants(names: list[str]) -> Population:
    parts = (Part.SIGNER, Part.COMMITTER)
    return Population(
        people=tuple(Inhabitant(person=Person(name=name), parts=(parts[n % 2],)) for n, name in enumerate(names))
    )


@pytest.mark.parametrize("pack", packs())
def test_it_loads_and_passes_its_own_tests(pack: str) -> None:
    made = start_policy(pack, Population(people=(ANA, BEN)), name="shop", teams=("@acme/core",))

    policy = load_policy([Source(data=made.policy.encode(), path="p")])
    assert policy.name == "shop"
    assert policy.people.teams == {"@acme/core": ()}
    assert run_trials(read_trials(made.tests.encode(), "t", policy=policy), policy).passed


def test_a_handle_is_given_to_somebody_by_removing_a_mark() -> None:
    made = start_policy("team", Population(people=(ANA,)), name="shop", teams=(), handles=("@mwalsh",))

    chosen = made.policy.replace("  # handles:\n  #   '", "  handles:\n    '")
    assert load_policy([Source(data=made.policy.encode(), path="p")]).people.handles == {}
    assert load_policy([Source(data=chosen.encode(), path="p")]).people.handles == {"@mwalsh": "somebody@example.org"}


def test_the_enrolled_stand_before_those_who_only_committed() -> None:
    made = start_policy("team", Population(people=(BEN, ANA)), name="shop", teams=())

    assert made.policy.index("'ana@example.org' # enrolled to sign") < made.policy.index(
        "'ben@example.org' # committed"
    )


def test_a_candidate_is_chosen_by_removing_a_mark() -> None:
    made = start_policy("team", Population(people=(ANA,)), name="shop", teams=())

    chosen = made.policy.replace("    #  - 'ana", "      - 'ana")
    assert load_policy([Source(data=chosen.encode(), path="p")]).people.roles == {"senior": ("ana@example.org",)}


def test_the_example_rule_loads_once_its_marks_are_removed() -> None:
    made = start_policy("team", Population(people=()), name="shop", teams=())

    head, _, rules = made.policy.partition("# rules:")
    text = head + "rules:" + rules.replace("\n# ", "\n")
    assert load_policy([Source(data=text.encode(), path="p")]).rules[-1].name == "payments"


@given(st.lists(odd, max_size=3), odd)
def test_no_name_breaks_the_file(names: list[str], name: str) -> None:
    made = start_policy("team", inhabitants(names), name=f"n{name}", teams=())

    load_policy([Source(data=made.policy.encode(), path="p")])

"""Who the people of a repository are, and what a single one did alone."""

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.persons import Person, Teams
from weighbridge.policy.population import Part, Population, population

ANN = Person(name="ann@example.org", aliases=("@ann",))
BOB = Person(name="bob@example.org")
BOT = Person(name="robot[bot]@example.org")
TEAMS = Teams(members={"@org/pay": ("@ann", "@bob")})


def people(
    *owners: str,
    signers: tuple[Person, ...] = (),
    committers: tuple[Person, ...] = (),
    unread: tuple[CouldNotLook, ...] = (),
) -> Population:
    return population(
        owners=owners,
        signers=signers,
        committers=committers,
        teams=TEAMS,
        is_machine=lambda name: "[bot]" in name,
        unread=unread,
    )


def test_one_person_by_every_part_is_one() -> None:
    found = people("@ann", signers=(ANN,), committers=(Person(name="ann@example.org"), BOT))
    assert [(each.person.name, each.parts) for each in found.people] == [
        ("ann@example.org", (Part.OWNER, Part.SIGNER, Part.COMMITTER))
    ]
    assert found.solo is not None


def test_whoever_committed_of_late_is_another() -> None:
    assert people("@ann", signers=(ANN,), committers=(BOB,)).solo is None


def test_the_people_of_a_team_are_counted() -> None:
    found = people("@org/pay", signers=(ANN,))
    assert [each.person.name for each in found.people] == ["ann@example.org", "@bob"]


def test_a_team_that_nobody_knows_may_hold_others() -> None:
    found = people("@ann", "@org/ops", signers=(ANN,))
    assert len(found.people) == 1
    assert found.solo is None
    assert found.unsure == ("who is in @org/ops is not known: nothing says who belongs to it",)


def test_a_history_that_could_not_be_read_may_hold_others() -> None:
    missing = CouldNotLook(reason=Reason.NO_HISTORY, detail="this clone holds only 3 of the earlier changes")
    assert people(signers=(ANN,), unread=(missing,)).solo is None


def test_nobody_is_not_one_person() -> None:
    assert people().solo is None
    assert people(committers=(BOT,)).solo is None


def test_what_one_person_did_alone_is_told() -> None:
    found = people("@ann", signers=(ANN,))
    assert found.not_separated([ANN], [ANN]) == (
        "ann@example.org wrote the change and approved it: nobody else read it",
        "ann@example.org approved as the owner of what changed, of whom there is no other",
    )
    assert found.not_separated([ANN], []) == (
        "ann@example.org wrote the change, and there is nobody else to approve it",
    )


def test_where_there_are_others_nothing_is_excused() -> None:
    assert people(signers=(ANN, BOB)).not_separated([ANN], [ANN]) == ()

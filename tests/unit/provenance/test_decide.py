"""The four states follow from signals, and no absence of a signal proves anything."""

import pytest
from tests.unit.provenance.samples import OID, PERSON, commit, decide

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.provenance import Origin, SignatureCheck, SignatureState, Source
from weighbridge.provenance.claims import HeadClaim, LineClaim
from weighbridge.provenance.decide import Signals
from weighbridge.provenance.mailmap import read_mailmap

CO_AUTHORED = "Round the totals\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
APP = RepoPath("app.py")


def signed(principal: str = "ada@example.org", state: SignatureState = SignatureState.VALID) -> Signals:
    check = SignatureCheck(state=state, detail="with a plain key", principal=principal)
    return Signals(signatures={OID: check})


def claim(says: Origin, agent: str = "", *, first: int = 1, last: int = 3) -> LineClaim:
    return LineClaim(
        path=APP,
        lines=(LineRange(start=first, end=last),),
        says=says,
        agent=agent,
        source=Source.NOTES,
        confidence=Confidence.HIGH,
        detail="note",
    )


def test_a_commit_without_any_mark_is_unknown() -> None:
    assert decide(commit()).origin is Origin.UNKNOWN


def test_a_change_without_commits_is_unknown() -> None:
    assert decide().origin is Origin.UNKNOWN


def test_the_authors_own_enrolled_signature_is_what_makes_a_commit_human() -> None:
    found = decide(commit(), signals=signed())

    assert found.origin is Origin.HUMAN
    assert found.commits[0].evidence[0].source is Source.SIGNATURE


@pytest.mark.parametrize("state", [s for s in SignatureState if s is not SignatureState.VALID])
def test_a_signature_that_proves_nothing_leaves_the_commit_unknown(state: SignatureState) -> None:
    found = decide(commit(), signals=signed(state=state))

    assert found.origin is Origin.UNKNOWN
    assert found.commits[0].conflicts or found.notices


def test_a_signature_under_somebody_elses_work_does_not_say_who_wrote_it() -> None:
    found = decide(commit(author="Bob <bob@example.org>", committer=PERSON), signals=signed())

    assert found.origin is Origin.UNKNOWN
    assert "written by Bob" in found.commits[0].conflicts[0]


def test_an_alias_of_an_enrolled_person_is_that_person() -> None:
    mailmap = read_mailmap(b"Ada Byron <ada@example.org> <ada@home.example>\n")

    found = decide(commit(author="Ada <Ada@Home.example>"), signals=signed(), mailmap=mailmap)

    assert found.origin is Origin.HUMAN


def test_an_agents_mark_under_its_authors_signature_is_mixed() -> None:
    assert decide(commit(CO_AUTHORED), signals=signed()).origin is Origin.MIXED


def test_an_agents_commit_that_a_person_signed_stays_an_agents() -> None:
    found = decide(commit(author="Claude <noreply@anthropic.com>", committer=PERSON), signals=signed())

    assert found.origin is Origin.AI
    assert found.commits[0].conflicts


def test_a_checkpoint_alone_says_that_an_agent_took_part_and_no_more() -> None:
    found = decide(commit("Round\n\nEntire-Checkpoint: a3b2c4d5e6f7"))

    assert found.origin is Origin.MIXED
    assert found.commits[0].evidence[0].confidence is Confidence.LOW


def test_lines_typed_by_a_person_beside_an_agents_make_the_commit_mixed() -> None:
    signals = Signals(claims={OID: (claim(Origin.AI, "cursor"), claim(Origin.HUMAN))})

    assert decide(commit(), signals=signals).origin is Origin.MIXED


def test_lines_said_to_be_typed_by_a_person_do_not_make_a_commit_human() -> None:
    signals = Signals(claims={OID: (claim(Origin.HUMAN),)})

    assert decide(commit(), signals=signals).origin is Origin.UNKNOWN


def test_notes_of_people_only_under_an_agents_trailer_are_a_conflict() -> None:
    found = decide(commit(CO_AUTHORED), signals=Signals(claims={OID: (claim(Origin.HUMAN),)}))

    assert found.commits[0].conflicts == ("its marks name claude; the records of its lines name people only",)


def test_marks_and_notes_that_name_different_agents_are_a_conflict() -> None:
    found = decide(commit(CO_AUTHORED), signals=Signals(claims={OID: (claim(Origin.AI, "cursor"),)}))

    assert "name cursor" in found.commits[0].conflicts[0]


def test_marks_and_notes_that_agree_are_no_conflict() -> None:
    found = decide(commit(CO_AUTHORED), signals=Signals(claims={OID: (claim(Origin.AI, "claude"),)}))

    assert found.commits[0].conflicts == ()


def test_one_agents_commit_among_unmarked_ones_makes_the_change_mixed() -> None:
    assert decide(commit(CO_AUTHORED), commit(oid="d" * 40)).origin is Origin.MIXED


def test_an_attested_commit_beside_an_unmarked_one_leaves_the_change_unknown() -> None:
    assert decide(commit(), commit(oid="d" * 40), signals=signed()).origin is Origin.UNKNOWN


def test_a_merge_that_says_nothing_does_not_blur_the_rest() -> None:
    merge = commit("Merge pull request #1", oid="d" * 40, parents=("a" * 40, "b" * 40))

    assert decide(merge, commit(CO_AUTHORED)).origin is Origin.AI


def head_claim(says: Origin, *lines: int, agent: str = "", oid: str = OID) -> HeadClaim:
    return HeadClaim(commit=ObjectId(oid), path=APP, lines=lines, claim=claim(says, agent))


def test_claimed_lines_become_runs_of_one_origin() -> None:
    found = decide(commit(), signals=Signals(on_head=(head_claim(Origin.AI, 1, 2, 3, 7, agent="cursor"),)))

    assert [(line.lines.start, line.lines.end, line.origin, line.agent) for line in found.lines] == [
        (1, 3, Origin.AI, "cursor"),
        (7, 7, Origin.AI, "cursor"),
    ]


def test_lines_typed_by_a_person_are_human_only_under_an_attested_commit() -> None:
    on_head = (head_claim(Origin.HUMAN, 1),)
    check = SignatureCheck(state=SignatureState.VALID, detail="", principal="ada@example.org")

    unattested = decide(commit(), signals=Signals(on_head=on_head))
    attested = decide(commit(), signals=Signals(on_head=on_head, signatures={OID: check}))

    assert [line.origin for line in unattested.lines] == [Origin.UNKNOWN]
    assert [line.origin for line in attested.lines] == [Origin.HUMAN]


def test_lines_that_two_records_see_differently_are_mixed() -> None:
    on_head = (head_claim(Origin.AI, 1, 2, agent="cursor"), head_claim(Origin.HUMAN, 2, 3))

    found = decide(commit(), signals=Signals(on_head=on_head))

    assert [(line.lines.start, line.origin) for line in found.lines] == [
        (1, Origin.AI),
        (2, Origin.MIXED),
        (3, Origin.UNKNOWN),
    ]


def test_signatures_nobody_checked_are_told_once_with_their_number() -> None:
    check = SignatureCheck(state=SignatureState.NOT_VERIFIED, detail="OpenPGP signature, present but not checked")
    other = ObjectId("d" * 40)

    found = decide(commit(), commit(oid=other), signals=Signals(signatures={OID: check, other: check}))

    assert found.notices == ("2 signed commits: OpenPGP signature, present but not checked",)

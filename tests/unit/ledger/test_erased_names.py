"""What erased names change of who is enrolled: nothing that speaks against a change, and nothing for it that is not sure."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import Key
from tests.samples.ssh_keys import SshKey, ed25519, security_key
from tests.samples.voices import ADA, BOB, EVE, NOW, History, approval, roster, signed, silent, spoken

from weighbridge.app.signing import Signed
from weighbridge.app.whose_key import whose_key
from weighbridge.domain.record import Assurance
from weighbridge.ledger.people import Roster
from weighbridge.ledger.speak import vouched_writers

FAY = "fay@example.org"
ADAS, BOBS = security_key(), ed25519()
"""Ada's has to be touched; Bob's is a plain one."""
POOL = [ed25519() for _ in range(5)]


@pytest.fixture
def history() -> History:
    return History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}"))


def test_an_erased_person_has_no_name_and_it_is_said(history: History) -> None:
    key = ed25519()
    history.enrol(EVE, key, by=ADAS)
    history.personal.clear()

    voice = spoken(history.roster, key)

    assert "was erased: have the key enrolled again" in history.roster.refused[0]
    assert (voice.is_nameless, EVE in voice.person, voice.rests_on) == (True, False, (ADA,))


@pytest.mark.parametrize("is_erased_before", [True, False])
def test_whom_an_erased_person_vouched_for_is_heard_as_resting_on_nobody_known(
    *, is_erased_before: bool, history: History
) -> None:
    erased, other, third = ed25519(), ed25519(), ed25519()
    enrolled = history.enrol(EVE, erased, by=ADAS)
    gone = history.entries[enrolled].leaf
    if is_erased_before:
        del history.personal[gone]
    history.enrol(FAY, other, by=erased)
    history.enrol("gil@example.org", third, by=other)
    before = [spoken(history.roster, key).is_somebody for key in (other, third)]
    history.personal.pop(gone, None)

    voices = [spoken(history.roster, key) for key in (other, third)]

    assert before == [not is_erased_before] * 2
    assert [(each.is_nameless, each.rests_on_nameless) for each in voices] == [(False, True)] * 2
    assert [each.person for each in voices] == [FAY, "gil@example.org"]


def test_a_laptop_stays_vouched_for_by_whom_an_erased_person_vouched_for(history: History) -> None:
    erased, other, laptop = ed25519(), ed25519(), str(Key("laptop", 5).verifier)
    enrolled = history.enrol(EVE, erased, by=ADAS)
    history.enrol(FAY, other, by=erased)
    del history.personal[history.entries[enrolled].leaf]

    vouched = vouched_writers(signed(approval(writer=laptop), other), 99, roster=history.roster, now=NOW)

    assert [str(each) for each in vouched] == [laptop]


def test_a_key_that_an_erased_person_replaced_stays_replaced(history: History) -> None:
    old, new = ed25519(), ed25519()
    history.enrol(EVE, old, by=ADAS)
    history.rotate(old, new)
    history.personal.clear()

    who = history.roster

    assert "was replaced by entry 1" in silent(who, old)
    assert spoken(who, new).is_nameless
    assert spoken(who, new).person.startswith(f"(erased, {old.keyid[:15]}")


def test_a_successor_that_an_erased_person_lifted_rests_on_them(history: History) -> None:
    erased, new = security_key(), security_key()
    history.enrol(EVE, erased, by=ADAS)
    history.rotate(BOBS, new, erased)
    history.personal.clear()

    voice = spoken(history.roster, new)

    assert (voice.person, voice.assurance, voice.is_nameless) == (BOB, Assurance.SECURITY_KEY, False)
    assert voice.rests_on_nameless
    assert "was replaced" in silent(history.roster, BOBS)


def test_a_key_whose_owner_was_erased_is_enrolled_again_and_what_it_said_is_heard_as_before(history: History) -> None:
    key, other = ed25519(), ed25519()
    history.enrol(EVE, key, by=ADAS)
    history.say(signed(approval(), key))
    history.enrol(FAY, other, by=key)
    history.personal.clear()
    history.enrol(EVE, key, by=BOBS)

    who = history.roster
    early, late = spoken(who, key, entry=1), spoken(who, key, entry=4)

    assert (early.person, early.is_nameless) == (EVE, True)
    assert (late.person, late.is_nameless, late.rests_on) == (EVE, False, (BOB,))
    assert spoken(who, key, entry=3).is_nameless
    assert "enrolled only later" in silent(who, key, entry=0)


def test_a_replaced_key_without_a_name_is_whose_its_successor_is(history: History) -> None:
    old, new = ed25519(), ed25519()
    history.enrol(EVE, old, by=ADAS)
    history.say(signed(approval(), old))
    history.rotate(old, new)
    history.personal.clear()
    history.enrol(EVE, new, by=BOBS)

    early, late = spoken(history.roster, old, entry=1), spoken(history.roster, new)

    assert (early.person, early.is_nameless) == (EVE, True)
    assert (late.person, late.is_somebody) == (EVE, True)


def test_whom_an_erased_person_vouched_for_counts_again_once_either_is_enrolled_again(history: History) -> None:
    key, other = ed25519(), ed25519()
    enrolled = history.enrol(EVE, key, by=ADAS)
    history.enrol(FAY, other, by=key)
    del history.personal[history.entries[enrolled].leaf]
    history.enrol(FAY, other, by=BOBS)
    by_themselves = spoken(history.roster, other)
    history.entries.pop()
    history.enrol(EVE, key, by=BOBS)

    assert (by_themselves.is_somebody, by_themselves.rests_on) == (True, (BOB,))
    assert (spoken(history.roster, other).is_somebody, spoken(history.roster, other).rests_on) == (True, (BOB, EVE))


def test_nobody_is_given_a_name_again_by_whom_they_vouched_for(history: History) -> None:
    erased, other, third = ed25519(), ed25519(), ed25519()
    enrolled = history.enrol(EVE, erased, by=ADAS)
    history.enrol(FAY, other, by=erased)
    history.enrol("gil@example.org", third, by=other)
    del history.personal[history.entries[enrolled].leaf]
    history.enrol("eve2@example.org", erased, by=third)

    assert f"is itself enrolled on the word of {erased.keyid}" in history.roster.refused[-1]
    assert spoken(history.roster, erased).is_nameless
    assert not spoken(history.roster, third).is_somebody


def test_a_key_that_may_have_been_replaced_speaks_as_nobody_known(history: History) -> None:
    """Whether the new one was anybody's hung on a name that is gone."""
    erased, other = ed25519(), ed25519()
    history.enrol(EVE, erased, by=ADAS)
    history.personal.clear()
    history.rotate(BOBS, erased)

    assert "was somebody's already unless a name was erased" in history.roster.refused[-1]
    assert (spoken(history.roster, BOBS).person, spoken(history.roster, BOBS).is_nameless) == (BOB, True)
    history.rotate(BOBS, other)
    assert spoken(history.roster, other).is_nameless
    history.enrol(BOB, other, by=ADAS)
    assert (spoken(history.roster, other).person, spoken(history.roster, other).is_somebody) == (BOB, True)


def test_a_key_that_gets_another_name_takes_no_other_key_of_the_person_along() -> None:
    erased, sure = ed25519(), ed25519()
    history = History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}", f"{BOB} {sure.line}"))
    history.enrol(EVE, erased, by=ADAS)
    history.personal.clear()
    history.rotate(BOBS, erased)
    history.enrol(FAY, BOBS, by=ADAS)

    assert [spoken(history.roster, key).person for key in (BOBS, sure)] == [FAY, BOB]


def test_who_would_speak_is_told_before_they_sign_as_it_is_heard_then(history: History) -> None:
    erased, other = ed25519(), ed25519()
    enrolled = history.enrol(EVE, erased, by=ADAS)
    history.enrol(FAY, other, by=erased)
    del history.personal[history.entries[enrolled].leaf]

    told = [whose_key(Holder(key), history.roster, now=NOW).voice for key in (erased, other)]

    assert [each and (each.is_nameless, each.rests_on_nameless) for each in told] == [(True, False), (False, True)]


class Holder:
    """Whoever has a key; keeps to `Signer`."""

    description = "a key"

    def __init__(self, key: SshKey) -> None:
        self._key = key

    def keyid(self) -> str:
        return self._key.keyid

    def sign(self, payload: bytes) -> Signed:
        raise AssertionError(payload)


@pytest.mark.parametrize("is_erased", [True, False])
def test_a_key_that_was_replaced_is_never_enrolled_again(*, is_erased: bool, history: History) -> None:
    old, new = ed25519(), ed25519()
    history.enrol(EVE, old, by=ADAS)
    history.rotate(old, new)
    if is_erased:
        history.personal.clear()
    history.enrol(EVE, old, by=BOBS)

    assert f"the key {old.keyid} is" in history.roster.refused[-1]
    assert "was replaced by entry 1" in silent(history.roster, old)


def test_a_key_that_fell_without_a_name_was_enrolled_by_whoever_enrols_it_again(history: History) -> None:
    voucher, key = ed25519(), ed25519()
    history.enrol(FAY, voucher, by=ADAS)
    enrolled = history.enrol(EVE, key, by=voucher)
    history.revoke(voucher.keyid, by=ADAS)
    del history.personal[history.entries[enrolled].leaf]
    history.enrol(EVE, key, by=BOBS)

    assert spoken(history.roster, key).is_somebody
    assert "enrolled only later, by entry 3" in silent(history.roster, key, entry=2)


@pytest.mark.parametrize("is_enrolled_again", [True, False])
def test_names_that_an_erased_text_joined_cost_nobody_their_key(*, is_enrolled_again: bool, history: History) -> None:
    """Without the first text the names of the third enrolment are two people's."""
    first, second, third = ed25519(), ed25519(), ed25519()
    joining = history.enrol("eve@corp.example", first, by=ADAS, names="eve@home.example")
    history.enrol("eve@home.example", second, by=ADAS)
    if is_enrolled_again:
        del history.personal[history.entries[joining].leaf]
        history.enrol("eve@corp.example", first, by=BOBS)
    history.enrol("eve@corp.example", third, by=ADAS, names="eve@home.example")
    history.personal.pop(history.entries[joining].leaf, None)

    assert spoken(history.roster, third).is_nameless
    assert "eve@home.example is eve@home.example's already: have the key" in history.roster.refused[-1]


def test_a_program_is_enrolled_by_no_erasure(history: History) -> None:
    other = ed25519()
    history.enrol(EVE, ed25519(), by=ADAS)
    history.personal.clear()
    history.enrol("noreply@anthropic.com", other, by=ADAS)

    assert "known to be an agent" in history.roster.refused[-1]
    assert "nobody's who is enrolled" in silent(history.roster, other)


def test_what_an_erased_person_revoked_stays_revoked(history: History) -> None:
    erased, lost = ed25519(), ed25519()
    history.enrol(EVE, erased, by=ADAS)
    history.enrol("fay@example.org", lost, by=ADAS)
    history.revoke(lost.keyid, by=erased)
    history.personal.clear()

    assert "revoked by (erased" in silent(history.roster, lost)


@given(
    st.lists(
        st.tuples(st.sampled_from("EERS"), st.integers(0, 4), st.integers(0, 4), st.sampled_from("abcd")), max_size=9
    ),
    st.lists(st.booleans(), min_size=9, max_size=9),
)
def test_no_erasure_silences_anybody_or_lets_anybody_speak_as_somebody(
    deeds: list[tuple[str, int, int, str]], erased: list[bool]
) -> None:
    """Whichever texts are gone: whoever was heard is heard, and only who was heard as somebody is."""
    history = History(roster(f"{ADA} {POOL[0].line}"))
    for kind, first, second, name in deeds:
        if kind == "E":
            history.enrol(f"{name}@example.org", POOL[second], by=POOL[first])
        elif kind == "R":
            history.rotate(POOL[first], POOL[second])
        else:
            history.say(signed(approval(), POOL[first]))
    before = history.roster
    for entry, is_gone in zip(history.entries, erased, strict=False):
        if is_gone:
            history.personal.pop(entry.leaf, None)

    after = history.roster

    for key, index in product(POOL, range(len(deeds) + 1)):
        was, now = heard_at(before, key, entry=index), heard_at(after, key, entry=index)
        assert now or not was
        assert was or not now or not is_somebody(after, key, entry=index)


def heard_at(who: Roster, key: SshKey, *, entry: int) -> bool:
    """Whether what this key says there is anybody's word."""
    known = who.keys.get(key.keyid)
    return known is not None and not who.problem_of(known, entry, now=NOW)


def is_somebody(who: Roster, key: SshKey, *, entry: int) -> bool:
    known = who.keys[key.keyid]
    return not known.was_nameless_at(entry) and not who.rests_on_nameless(known)

"""The digest that approvals bind to can be recomputed by anyone, and changes exactly when the decision does."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile
from tests.samples.packages import usual, usual_decision

from weighbridge.review.canonical import canonical, decision_digest, rfc3339, valid_text
from weighbridge.review.render.json import render_json


@pytest.mark.parametrize("text", NASTY)
def test_anyone_can_recompute_the_digest_from_the_json(text: str) -> None:
    document = json.loads(render_json(hostile(text)))

    recomputed = hashlib.sha256(rfc8785.dumps(document["decision"])).hexdigest()

    assert document["digest"] == f"sha256:{recomputed}"


def test_equal_decisions_have_equal_digests() -> None:
    assert decision_digest(usual_decision()) == decision_digest(usual_decision())


def test_a_changed_decision_has_another_digest() -> None:
    decision = usual_decision()
    assert decision_digest(decision) != decision_digest(replace(decision, surfaces=decision.surfaces[1:]))


def test_what_only_explains_does_not_move_the_digest() -> None:
    package = usual()
    assert package.digest == decision_digest(
        replace(package, presentation=replace(package.presentation, question="?")).decision
    )


@given(st.datetimes(), st.integers(-720, 720))
def test_one_moment_has_one_form_whatever_its_zone(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=UTC, year=max(2, min(moment.year, 9998)), day=min(moment.day, 28))
    elsewhere = aware.astimezone(timezone(timedelta(minutes=minutes)))
    assert rfc3339(aware) == rfc3339(elsewhere)


def test_times_are_rfc_3339_in_utc() -> None:
    assert rfc3339(datetime(2026, 3, 9, 15, 0, tzinfo=timezone(timedelta(hours=1)))) == "2026-03-09T14:00:00Z"


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_valid(text: str) -> None:
    valid_text(text).encode("utf-8")


@given(st.text())
def test_valid_text_stays_as_it_is(text: str) -> None:
    assert valid_text(text) == text


def test_the_json_is_ascii_so_that_no_byte_of_it_acts_on_a_terminal() -> None:
    for text in NASTY:
        written = render_json(hostile(text))
        assert written.isascii()
        assert "\x1b" not in written


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(st.characters(min_codepoint=0xD000)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.dictionaries(st.text("abAB_"), inner),
)


@given(PLAIN)
def test_the_canonical_form_is_that_of_the_library_whichever_way_it_is_written(value: object) -> None:
    try:
        wanted: bytes | type[Exception] = rfc8785.dumps(value)  # type: ignore[arg-type]  # its recursive type is private
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        wanted = type(error)
    try:
        written: bytes | type[Exception] = canonical(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        written = type(error)

    assert written == wanted

"""What passes by people's word: what has to do with a change is told first and in full, the rest is counted."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.samples.packages import usual
from tests.samples.record import NOW, THIS
from tests.unit.policy.test_exceptions import FINDING, POLICY, case, glass, override, waiver

from weighbridge.domain.exceptions import ExceptionKind, ExceptionState, KnownException
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Record
from weighbridge.policy.in_force import known_exceptions, standing_exceptions
from weighbridge.review.exceptional import elsewhere, elsewhere_line, of_this
from weighbridge.review.render.html import render_html
from weighbridge.review.render.markdown import render_markdown
from weighbridge.review.render.terminal import Terminal, render_terminal

HERE = KnownException(
    kind=ExceptionKind.OVERRIDE, state=ExceptionState.IN_FORCE, what="this one", until=NOW, entry=1, is_of_this=True
)
OTHERS = tuple(
    replace(HERE, kind=ExceptionKind.WAIVER, what=f"another-{number}", entry=2 + number, is_of_this=False)
    for number in range(31)
)
COUNTED = "f other changes: 31 waivers (weighbridge exceptions lists them)"


@pytest.fixture
def package() -> ReviewPackage:
    plain = usual()
    return replace(plain, presentation=replace(plain.presentation, exceptions=(HERE, *OTHERS)))


def test_a_terminal_and_markdown_name_those_of_this_change_and_count_the_others(package: ReviewPackage) -> None:
    wide = Terminal(width=100, height=60, colour=False, unicode=True)
    for page in (render_terminal(package, {}, terminal=wide), render_markdown(package)):
        words = " ".join(re.sub(r"[\\\u200b]", "", page).split())
        assert "Override here: this one" in words
        assert f"o{COUNTED}" in words
        assert "another-0" not in words


def test_a_page_folds_the_others_away_and_holds_them_all(package: ReviewPackage) -> None:
    before, _, after = render_html(package).partition(f"<summary>O{COUNTED}</summary>")

    assert "this one" in before
    assert all(each.evidence in after and each.evidence not in before for each in OTHERS)


def test_nothing_is_said_of_others_where_there_are_none() -> None:
    assert elsewhere_line((HERE,)) == ""
    assert (of_this((HERE, *OTHERS)), elsewhere((HERE, *OTHERS))) == ((HERE,), OTHERS)


def test_a_waiver_that_covers_a_finding_of_the_change_has_to_do_with_it() -> None:
    record = Record(
        waivers=(waiver(), waiver(paths=("new/**",)), waiver("cleo@example.org")),
        overrides=(override(about=THIS),),
        break_glass=(glass(about=replace(THIS, proposal="8"), ago=timedelta(hours=1)),),
    )
    record = replace(
        record,
        waivers=tuple(replace(w, voice=replace(w.voice, entry=10 + n)) for n, w in enumerate(record.waivers)),
    )

    known = standing_exceptions(known_exceptions(case(record, policy=POLICY, findings=(FINDING,))))

    assert sorted((e.kind, e.entry, e.state) for e in known if e.is_of_this) == [
        ("override", 0, "in-force"),
        ("waiver", 10, "in-force"),
        ("waiver", 12, "in-force"),
    ]

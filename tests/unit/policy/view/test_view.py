"""The document that conditions see: what is known is there, what is not is absent with the reason, and nothing is made up."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace
from tests.samples.documents import large_document, plain_document
from tests.samples.parts import changed_file

from weighbridge.domain.change import Limitation, LimitationKind
from weighbridge.domain.gate import Level
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.record import Status, StatusState
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated
from weighbridge.policy.asking import Moment, seen_by
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.policy import EnvironmentLevel
from weighbridge.policy.view.analysis import OutcomeReason
from weighbridge.policy.view.build import UnknownZoneError, asked_at, asked_for, view_of
from weighbridge.policy.view.change import FileArea
from weighbridge.policy.view.people import co_authors
from weighbridge.policy.view.sources import ViewedStatus, ViewedStatuses, Weekday
from weighbridge.policy.view.view import VOLATILE, View

DOCUMENT = plain_document("src/a.py", "src/pay/b.py", "README.md")


def component(name: str, *roots: str, tier: int = 2) -> Component:
    return Component(
        name=name,
        kind=ComponentKind.SERVICE,
        roots=tuple(RepoPath(root) for root in roots),
        tier=Stated(value=tier, reason="said", declared=tier == 1),
        area=Stated(value=AreaLevel.MEDIUM, reason="said", declared=True),
    )


def test_a_file_belongs_to_the_component_with_the_deepest_root() -> None:
    view = view_of(replace(DOCUMENT, components=(component("shop", "src"), component("pay", "src/pay", tier=1))))

    assert [file.component for file in view.change.files] == ["shop", "pay", ""]
    assert [c.is_changed for c in view.components] == [True, True]
    assert (view.criticality.tier, view.criticality.declared_tier) == (1, 1)


def test_what_a_file_lands_on_is_absent_where_nobody_could_tell_and_no_other_component_is_changed_then() -> None:
    components = (component("shop", "src"), component("docs", "docs"))

    def seen(lands_on: tuple[str, ...] | None) -> View:
        places = None if lands_on is None else tuple(map(RepoPath, lands_on))
        file = replace(changed_file("SRC/a.py"), lands_on=places)
        return view_of(replace(DOCUMENT, change=replace(DOCUMENT.change, files=(file,)), components=components))

    told = {lands_on: seen(lands_on) for lands_on in (None, (), ("src/a.py",), ("docs/",))}

    assert [view.change.files[0].lands_on for view in told.values()] == [UNSET, (), ("src/a.py",), ("docs/",)]
    changed = [[each.name for each in view.components if each.is_changed] for view in told.values()]
    assert changed == [[], [], ["shop"], ["docs"]]


def test_a_file_that_was_not_read_as_code_is_of_no_area() -> None:
    high = Stated(value=AreaLevel.HIGH, reason="said", declared=True)

    view = view_of(replace(DOCUMENT, areas={RepoPath("src/a.py"): high}))

    assert [file.area for file in view.change.files] == [FileArea.HIGH, FileArea.NONE, FileArea.NONE]


def test_an_added_file_has_no_old_path() -> None:
    added = replace(changed_file("new.py"), base=None)

    view = view_of(replace(DOCUMENT, change=replace(DOCUMENT.change, files=(added,))))

    assert view.change.files[0].old_path == ""


def test_impact_that_nobody_measured_is_absent_with_the_reason() -> None:
    why = CouldNotLook(reason=Reason.TIMED_OUT, detail="took too long")

    view = view_of(replace(DOCUMENT, impact=why))

    assert view.impact.dependents is UNSET
    assert view.missing["impact"] == why


def test_of_impact_that_was_cut_short_only_what_is_certain_is_there() -> None:
    view = view_of(replace(DOCUMENT, impact=Impact(truncated="more than 500")))

    assert (view.impact.dependents, view.impact.tier_one) == (UNSET, UNSET)
    assert (view.impact.changed_symbols, view.impact.is_complete) == (0, False)
    assert view.missing["impact"].reason is Reason.LIMIT


def test_people_are_absent_where_not_all_commits_were_looked_at() -> None:
    cut = Limitation(subject="s", detail="501 commits", remedy="r", kind=LimitationKind.COUNT)

    view = view_of(replace(DOCUMENT, change=replace(DOCUMENT.change, limitations=(cut,))))

    assert (view.change.commits, view.change.authors, view.change.is_merge) == (UNSET, UNSET, UNSET)
    assert view.missing["change.authors"].detail == "501 commits"


def test_a_rank_that_the_history_does_not_allow_is_absent() -> None:
    view = view_of(replace(DOCUMENT, risk=replace(DOCUMENT.risk, percentile=None, refused="12 changes are too few")))

    assert view.risk.percentile is UNSET
    assert view.missing["risk.percentile"].detail == "12 changes are too few"


def test_time_and_environment_are_absent_until_they_are_asked_with() -> None:
    view = view_of(DOCUMENT)

    assert (view.time.hour, view.environment.level) == (UNSET, UNSET)
    assert {"time", "environment"} <= view.missing.keys()


def test_time_is_told_in_the_zone_of_the_policy() -> None:
    moment = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)

    here, there = asked_at(view_of(DOCUMENT), moment), asked_at(view_of(DOCUMENT), moment, zone="Europe/Berlin")

    assert (here.time.weekday, here.time.hour, here.time.date) == (Weekday.SUNDAY, 23, "2026-11-29")
    assert (there.time.weekday, there.time.hour, there.time.date) == (Weekday.MONDAY, 0, "2026-11-30")
    assert "time" not in there.missing


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "", "/", "a\0b", "\ud800", "Europe"])
def test_a_zone_that_is_none_is_an_error(zone: str) -> None:
    with pytest.raises(UnknownZoneError, match="is no time zone"):
        asked_at(view_of(DOCUMENT), datetime(2026, 1, 1, tzinfo=UTC), zone=zone)


def test_a_moment_of_any_zone_is_the_same_moment() -> None:
    moment = datetime(2026, 11, 29, 23, 30, tzinfo=timezone(timedelta(hours=5)))
    condition = compile_condition("time.now == timestamp('2026-11-29T18:30:00Z') && time.hour == 18")

    assert answers(asked_at(view_of(DOCUMENT), moment), [condition]) == (True,)


def test_nobody_hides_behind_an_address_that_another_name_has() -> None:
    ada = DOCUMENT.change.commits[0]
    bot = replace(ada, author=replace(ada.author, name="x[bot]"))

    view = view_of(replace(DOCUMENT, change=replace(DOCUMENT.change, commits=(ada, bot, ada))))

    assert isinstance(view.change.authors, tuple)
    assert [person.is_bot for person in view.change.authors] == [False, True]


def test_the_environment_is_the_one_that_is_asked_for() -> None:
    view = asked_for(view_of(DOCUMENT), name="live", level=EnvironmentLevel.PRODUCTION)

    assert (view.environment.name, view.environment.level) == ("live", EnvironmentLevel.PRODUCTION)


def test_checks_are_those_that_reported_on_this_tree_each_with_its_newest_word() -> None:
    here = DOCUMENT.change.head_tree

    def said(name: str, state: StatusState, *, hour: int, tree: ObjectId = here) -> Status:
        return Status(name=name, state=state, tree=tree, source="ci", at=datetime(2026, 1, 1, hour, tzinfo=UTC))

    reported = (
        said("build", StatusState.FAILED, hour=1),
        said("build", StatusState.PASSED, hour=2),
        said("lint", StatusState.PENDING, hour=1),
        said("scan", StatusState.FAILED, hour=1),
        said("load", StatusState.FAILED, hour=1, tree=ObjectId("9" * 40)),
    )

    seen = seen_by(DOCUMENT, Moment(statuses=reported)).statuses
    assert seen == ViewedStatuses(
        all=(
            ViewedStatus(name="build", state=StatusState.PASSED, source="ci"),
            ViewedStatus(name="lint", state=StatusState.PENDING, source="ci"),
            ViewedStatus(name="scan", state=StatusState.FAILED, source="ci"),
        ),
        failed=("scan",),
        pending=("lint",),
    )


def test_nobody_to_ask_for_checks_is_not_that_none_said_anything() -> None:
    condition = compile_condition("statuses.failed.size() > 0")

    nobody, none = (seen_by(DOCUMENT, Moment(statuses=statuses)) for statuses in (None, ()))

    assert isinstance(answers(nobody, [condition])[0], CouldNotLook)
    assert answers(none, [condition]) == (False,)


def test_sources_that_nothing_fills_yet_are_declared_and_say_so() -> None:
    view = view_of(DOCUMENT)

    for name in ("compliance", "reviews", "rollout", "runtime", "teams"):
        assert view.missing[name].detail == f"`{name}` has no source yet"
        assert all(getattr(getattr(view, name), inner) is UNSET for inner in getattr(view, name).__struct_fields__)


def test_co_authors_are_read_from_the_trailers_wherever_they_stand() -> None:
    message = "Fix\n\nCo-Authored-By: Ada <ada@example.org>\n\nmore\nco-authored-by: x[bot] <9+x[bot]@users.example>\n"
    commit = replace(DOCUMENT.change.commits[0], message=message)

    assert [(p.name, p.is_bot) for p in co_authors(commit)] == [("Ada", False), ("x[bot]", True)]


def test_a_level_that_is_known_is_not_found_again() -> None:
    assert view_of(DOCUMENT, level=Level.HIGH).level is Level.HIGH


def test_the_reasons_of_outcomes_are_those_there_are() -> None:
    assert {str(reason) for reason in OutcomeReason} == {"none", *Reason}


def test_volatile_names_are_names_of_the_view() -> None:
    assert set(View.__struct_fields__) >= VOLATILE


def test_a_view_is_read_back_from_what_it_is_written_as() -> None:
    view = asked_at(view_of(large_document(files=3, findings=2)), datetime(2026, 1, 1, tzinfo=UTC))

    assert msgspec.json.decode(msgspec.json.encode(view), type=View) == view

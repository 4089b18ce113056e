"""Kamei's features, on histories small enough to count by hand."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.risk.features import Feature, Features, History, measure_all
from weighbridge.risk.past import MOST_FILES, PastChange, author_key, entropy, past_change, subsystem_of

DAY = 86_400
START = 1_700_000_000


def made(
    *paths: str, author: str = "Ada <ada@example.org>", day: float = 0, subject: str = "Change", added: int = 5
) -> PastChange:
    at = datetime.fromtimestamp(START + day * DAY, UTC)
    return past_change(author, at, subject=subject, files=[(RepoPath(path), added, 1) for path in paths])


def after(*past: PastChange, change: PastChange) -> Features:
    return measure_all(past, change)[1]


def test_size_and_spread_are_the_changes_own() -> None:
    found = after(change=made("api/a.py", "api/b.py", "web/x/c.ts", "Makefile"))

    assert found[Feature.SUBSYSTEMS] == 3
    assert found[Feature.FOLDERS] == 3
    assert found[Feature.FILES] == 4
    assert (found[Feature.ADDED], found[Feature.REMOVED]) == (20, 4)
    assert found[Feature.ENTROPY] == 1


def test_texts_count_only_where_nothing_else_changes() -> None:
    with_text = after(made("CHANGES.rst", author="Bo"), change=made("api/a.py", "CHANGES.rst", "docs/a.md"))
    text_alone = after(made("CHANGES.rst", author="Bo"), change=made("CHANGES.rst", "docs/a.md"))

    assert (with_text[Feature.FILES], with_text[Feature.DEVELOPERS], with_text[Feature.ADDED]) == (1, 0, 5)
    assert (text_alone[Feature.FILES], text_alone[Feature.DEVELOPERS], text_alone[Feature.ADDED]) == (2, 1, 10)


@pytest.mark.parametrize(
    ("lines", "least", "most"),
    [([], 0, 0), ([9], 0, 0), ([5, 5], 1, 1), ([99, 1], 0.05, 0.1), ([0, 5], 0, 0), ([1] * 1000, 1, 1)],
)
def test_entropy_is_nothing_for_one_file_and_one_for_an_even_spread(
    lines: list[int], least: float, most: float
) -> None:
    assert least <= entropy(lines) <= most


@given(lines=st.lists(st.integers(0, 10**6), max_size=30))
def test_entropy_lies_between_nothing_and_one(lines: list[int]) -> None:
    assert 0 <= entropy(lines) <= 1


@pytest.mark.parametrize(
    "subject", ["Fix rounding", "fixes #3", "Bug: totals", 'Revert "Add"', "Hotfix", "Crash in cart"]
)
def test_a_subject_that_says_so_is_a_fix(subject: str) -> None:
    assert made("a", subject=subject).is_fix


@pytest.mark.parametrize("subject", ["Add prefix search", "Fixture for carts", "Debug view", "Dispatch orders", ""])
def test_a_subject_that_only_sounds_like_it_is_no_fix(subject: str) -> None:
    assert not made("a", subject=subject).is_fix


def test_the_files_past_counts_people_age_and_different_changes() -> None:
    first = made("a.py", "b.py", author="Ada <ada@example.org>", day=0)
    second = made("c.py", author="Bob <bob@example.org>", day=4)

    found = after(first, second, change=made("a.py", "b.py", "c.py", "new.py", day=10))

    assert found[Feature.DEVELOPERS] == 2
    assert found[Feature.UNIQUE_CHANGES] == 2
    assert found[Feature.AGE] == pytest.approx((10 + 10 + 6) / 3)
    assert found.has_past


def test_files_that_are_new_have_no_past() -> None:
    found = after(made("a.py"), change=made("new.py"))

    assert (found[Feature.DEVELOPERS], found[Feature.UNIQUE_CHANGES], found.has_past) == (0, 0, False)


def test_experience_counts_changes_recent_ones_more_and_those_in_the_same_folders_apart() -> None:
    past = [made("api/a.py", day=0), made("web/b.ts", day=400), made("api/a.py", author="Bob <bob@x>", day=401)]

    found = after(*past, change=made("api/c.py", day=800))

    assert found[Feature.EXPERIENCE] == 2
    assert found[Feature.RECENT_EXPERIENCE] == pytest.approx(1 / 3 + 1 / 2)
    assert found[Feature.SUBSYSTEM_EXPERIENCE] == 1


def test_a_clock_that_runs_backwards_makes_no_age_negative() -> None:
    found = after(made("a.py", day=100), change=made("a.py", day=0))

    assert (found[Feature.AGE], found[Feature.RECENT_EXPERIENCE]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "key"),
    [("Ada <ADA@example.org>", "ada@example.org"), ("Ada <>", "ada <>"), ("ada", "ada"), ("", ""), ("a <b> <c>", "c")],
)
def test_authors_are_told_apart_by_their_address(text: str, key: str) -> None:
    assert author_key(text) == key


@pytest.mark.parametrize(("path", "subsystem"), [("api/x/a.py", "api"), ("README", ""), ("/a", "")])
def test_a_subsystem_is_the_top_level_folder(path: str, subsystem: str) -> None:
    assert subsystem_of(path) == subsystem


def test_a_change_of_very_many_files_keeps_its_size_and_only_some_of_its_paths() -> None:
    found = made(*(f"vendor/{n}.js" for n in range(MOST_FILES + 50)))

    assert (found.files, len(found.paths)) == (MOST_FILES + 50, MOST_FILES)


CHANGES = st.lists(
    st.builds(
        lambda names, author, day, added: made(*names, author=author, day=day, added=added),
        st.lists(st.sampled_from(["api/a", "api/b", "web/c", "d"]), max_size=3, unique=True),
        st.sampled_from(["A <a@x>", "B <b@x>", ""]),
        st.integers(0, 2000),
        st.integers(0, 50),
    ),
    max_size=15,
)


@given(past=CHANGES, change=CHANGES.filter(bool))
def test_going_on_from_where_one_stopped_gives_what_a_new_start_gives(
    past: list[PastChange], change: list[PastChange]
) -> None:
    history = History()
    going_on = []
    for number, one in enumerate([*past, *change]):
        going_on.append(history.measure(one))
        history.add(one, number)

    measured, last = measure_all([*past, *change[:-1]], change[-1])

    assert [*measured, last] == going_on


@given(past=CHANGES, change=CHANGES.filter(bool))
def test_no_feature_is_ever_negative(past: list[PastChange], change: list[PastChange]) -> None:
    assert min(measure_all(past, change[0])[1].values) >= 0

"""A change is placed among its repository's own, or the placing is refused with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.risk.test_features import CHANGES, made

from weighbridge.domain.risk import FailureScenario
from weighbridge.risk.assess import LEAST, NEWEST, assess
from weighbridge.risk.features import Feature, Features
from weighbridge.risk.model import Ranking, RankMean, Score, percentile_among
from weighbridge.risk.past import PastChange

HISTORY = [
    made(f"api/{n % 7}.py", f"web/{n % 5}.ts", author=f"P{n % 4} <p{n % 4}@x>", day=n, added=n) for n in range(60)
]


@given(values=st.lists(st.floats(-1e6, 1e6), max_size=30), one=st.floats(-1e6, 1e6), other=st.floats(-1e6, 1e6))
def test_percentiles_lie_between_0_and_100_and_grow_with_the_value(
    values: list[float], one: float, other: float
) -> None:
    ranking = Ranking(values)
    low, high = sorted((one, other))

    assert 0 <= ranking.percentile(low) <= ranking.percentile(high) <= 100
    assert ranking.percentile(low) == pytest.approx(percentile_among(low, values))


def test_a_value_in_the_middle_is_at_50() -> None:
    assert Ranking([1, 2, 3]).percentile(2) == 50
    assert Ranking([]).percentile(2) == 50


@given(change=CHANGES.filter(lambda changes: bool(changes and changes[0].files)))
def test_every_figure_lies_between_0_and_100(change: list[PastChange]) -> None:
    found = assess(change[0], HISTORY)

    assert found.percentile is not None
    assert found.baseline_percentile is not None
    figures = [found.percentile, found.baseline_percentile, *(c.percentile for c in found.contributions)]
    assert 0 <= min(figures) <= max(figures) <= 100


@given(less=st.integers(0, 80), more=st.integers(0, 80))
def test_more_added_lines_never_lower_the_percentile(less: int, more: int) -> None:
    low, high = sorted((less, more))
    small, large = assess(made("api/1.py", added=low), HISTORY), assess(made("api/1.py", added=high), HISTORY)

    assert (small.percentile or 0) <= (large.percentile or 0)
    assert (small.baseline_percentile or 0) <= (large.baseline_percentile or 0)


def test_files_that_no_earlier_change_touched_have_no_past_that_would_speak() -> None:
    new, both = assess(made("far/new.py"), HISTORY), assess(made("far/new.py", "api/1.py"), HISTORY)

    assert new.is_without_past
    assert not {"developers", "unique changes", "age"} & {c.feature for c in new.contributions}
    assert not any("0 people" in c.words for c in new.contributions)
    assert not both.is_without_past


def test_more_files_by_somebody_new_stand_above_a_small_change_by_somebody_who_knows_them() -> None:
    usual = assess(made("api/1.py", author="P1 <p1@x>", day=61, added=1), HISTORY)
    large = assess(made(*(f"api/{n}.py" for n in range(7)), author="New <n@x>", day=61, added=90), HISTORY)

    assert usual.percentile is not None
    assert large.percentile is not None
    assert usual.percentile < 20
    assert large.percentile > 90


@pytest.mark.parametrize("count", [0, 1, LEAST - 1])
def test_a_history_too_short_is_refused(count: int) -> None:
    found = assess(made("a.py"), HISTORY[:count])

    assert (found.percentile, found.baseline_percentile, found.sample) == (None, None, count)
    assert f"only {count} earlier {'change' if count == 1 else 'changes'} to" in found.refused


def test_a_change_of_nothing_is_refused() -> None:
    assert assess(made(), HISTORY).refused == "no file changed"


def test_a_history_just_long_enough_is_taken() -> None:
    assert assess(made("a.py"), HISTORY[:LEAST]).refused == ""


def test_a_history_that_the_clone_cuts_off_is_refused_with_the_way_out() -> None:
    found = assess(made("a.py"), HISTORY, is_cut_off=True)

    assert found.percentile is None
    assert "git fetch --unshallow" in found.refused


def test_scenarios_are_kept_when_the_percentile_is_refused() -> None:
    scenario = FailureScenario(words="the pool shrinks", cites=())

    assert assess(made("a.py"), [], scenarios=(scenario,)).scenarios == (scenario,)


def test_each_contribution_says_its_figure_in_words_and_the_oddest_comes_first() -> None:
    found = assess(made(*(f"new{n}/a.py" for n in range(9)), added=30, day=61), HISTORY).contributions

    distances = [abs(c.percentile - 50) for c in found]
    assert distances == sorted(distances, reverse=True)
    words = {c.feature: c.words for c in found}
    assert words["NF"] == "changes 9 files, more than any earlier change"
    assert words["NS"].startswith("touches 9 top-level folders")
    assert "AGE" not in words


def test_a_change_of_nobody_yet_is_not_blamed_for_inexperience() -> None:
    found = assess(made("api/1.py", author="", added=1), HISTORY)

    assert not {"EXP", "REXP", "SEXP"} & {c.feature for c in found.contributions}
    assert found.percentile is not None
    assert found.percentile < 50


def test_the_window_says_how_far_back_was_read() -> None:
    assert assess(made("a"), HISTORY).window == "all 60 changes before this one, texts beside code left out"
    assert "older ones were not read" in assess(made("a"), HISTORY * 84).window


@dataclass(frozen=True)
class Trained:
    """A model that learnt elsewhere and looks at one feature."""

    name: str = "trained 7"

    def fit(self, past: Sequence[Features], change: Features) -> Score:
        del past, change
        return lambda features: features[Feature.REMOVED]


def test_another_model_takes_the_place_of_the_built_in_one() -> None:
    found = assess(made("a.py", "b.py", "c.py"), HISTORY, model=Trained())

    assert (found.model, found.percentile) == ("trained 7", 100)
    assert RankMean().name == "rank-mean 3"


def test_a_change_of_code_is_placed_among_changes_of_code() -> None:
    texts = [made(f"docs/{n % 9}.md", author="Writer <w@x>", day=60 + n, added=1) for n in range(200)]
    change = made("api/1.py", "web/1.ts", author="P1 <p1@x>", day=300, added=30)

    alone, beside = assess(change, HISTORY), assess(change, [*HISTORY, *texts])

    assert (beside.percentile, beside.sample) == (alone.percentile, alone.sample)
    assert "changes of code" in beside.window
    assert beside.is_among_code


def test_a_change_of_texts_is_placed_among_all() -> None:
    found = assess(made("docs/1.md", day=300, added=30), HISTORY)

    assert (found.sample, found.is_among_code) == (len(HISTORY), False)


def test_only_the_newest_changes_of_code_are_compared_with() -> None:
    long = [made(f"api/{n % 7}.py", author=f"P{n % 4} <p@x>", day=n, added=n % 50) for n in range(NEWEST + 40)]

    found = assess(made("api/1.py", day=NEWEST + 50), long)

    assert found.sample == NEWEST
    assert found.window.startswith("the newest 1,000 changes of code")


def test_among_too_few_changes_of_code_all_are_compared_with() -> None:
    texts = [made(f"docs/{n % 9}.md", author="Writer <w@x>", day=n, added=1) for n in range(60)]

    found = assess(made("api/1.py", day=90), [*texts, *HISTORY[: LEAST - 1]])

    assert (found.sample, found.is_among_code) == (60 + LEAST - 1, False)

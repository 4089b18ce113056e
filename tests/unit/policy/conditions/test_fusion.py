"""What is gathered and then asked comes to the same without the list, and takes no time that grows by its square."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.conditions import OF_FILE
from tests.samples.documents import large_document, plain_document

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import Answer, answers, ready
from weighbridge.policy.view.build import view_of
from weighbridge.policy.view.change import FileArea, ViewedFile
from weighbridge.policy.view.view import View

PLAIN = view_of(plain_document())
files = st.lists(
    st.builds(
        replace,
        st.just(PLAIN.change.files[0]),
        path=st.sampled_from(["src/a.py", "docs/b.md", "a/x/b"]),
        lines_added=st.integers(0, 4),
        lines_removed=st.integers(0, 2),
        is_test=st.booleans(),
        area=st.sampled_from(FileArea),
    ),
    max_size=4,
)


def view_with(found: list[ViewedFile]) -> View:
    return replace(PLAIN, change=replace(PLAIN.change, files=tuple(found)))


def outcome(text: str, view: View) -> Answer:
    return answers(view, [compile_condition(text)])[0]


def same(one: Answer, other: Answer) -> bool:
    return one == other or (isinstance(one, CouldNotLook) and isinstance(other, CouldNotLook))


def each(asked: str, found: list[ViewedFile]) -> list[Answer]:
    """What comes of asking each file by itself."""
    return [outcome(f"!change.files.exists(f, !({asked}))", view_with([file])) for file in found]


@settings(max_examples=150)
@given(OF_FILE, files)
def test_counting_what_is_filtered_counts_what_holds(asked: str, found: list[ViewedFile]) -> None:
    alone = each(asked, found)

    count = [outcome(f"change.files.filter(f, {asked}).size() == {n}", view_with(found)) for n in range(len(found) + 1)]

    if any(isinstance(answer, CouldNotLook) for answer in alone):
        assert all(isinstance(answer, CouldNotLook) for answer in count)
    else:
        assert count.index(True) == sum(answer is True for answer in alone)


@settings(max_examples=150)
@given(OF_FILE, OF_FILE, files)
def test_asking_what_is_filtered_asks_both(kept: str, asked: str, found: list[ViewedFile]) -> None:
    view = view_with(found)

    fused = outcome(f"change.files.filter(f, {kept}).exists(f, {asked})", view)

    assert same(fused, outcome(f"change.files.exists(f, ({kept}) && ({asked}))", view))


@settings(max_examples=150)
@given(OF_FILE, OF_FILE, files)
def test_all_of_what_is_filtered_is_all_of_those(kept: str, asked: str, found: list[ViewedFile]) -> None:
    pairs = list(zip(each(kept, found), each(asked, found), strict=True))

    fused = outcome(f"change.files.filter(f, {kept}).all(f, {asked})", view_with(found))

    if not any(isinstance(answer, CouldNotLook) for pair in pairs for answer in pair):
        assert fused is all(asked for kept, asked in pairs if kept)


@given(files)
def test_names_that_loops_bring_are_never_taken_for_each_other(found: list[ViewedFile]) -> None:
    view = view_with(found)
    paths = [file.path for file in found]
    texts = {
        "change.files.map(f, f.path).all(p, change.files.exists(f, f.path == p))": True,
        "change.files.all(f, change.files.filter(g, g.path == f.path).exists(f, f.path != '') )": True,
        "change.files.all(g, g.path in change.files.map(f, f.path))": True,
        "change.files.exists(f, 'src/a.py' in change.files.filter(g, g.path == f.path).map(f, f.path))": "src/a.py"
        in paths,
        "change.files.map(f, f.path).filter(f, f != 'docs/b.md').map(p, p.size()).exists(n, n == 8)": "src/a.py"
        in paths,
        "change.files.map(f, f.lines_added > 1, f.path).size() == change.files.filter(f, f.lines_added > 1).size()": True,
        "change.files.map(f, change.files.map(g, g.path)).all(l, 'src/a.py' in l)": "src/a.py" in paths or not paths,
        "change.files.map(f, f.path).exists_one(f, f == 'a/x/b')": paths.count("a/x/b") == 1,
        "(change.files.map(f, f.path) + ['x']).exists(p, p == 'x')": True,
        "change.files.size() == 0 || change.files.filter(f, true)[0].path == change.files[0].path": True,
    }

    assert answers(view, [compile_condition(text) for text in texts]) == tuple(texts.values())


@pytest.mark.parametrize(
    "text",
    [
        "change.files.filter(f, f.lines_added >= 0).size() > 9",
        "change.files.map(f, f.path).exists(p, p == 'none')",
        "'none' in change.files.map(f, f.path)",
        "change.files.filter(f, !f.is_test).map(f, f.path).filter(p, p.size() > 3).all(p, p != '')",
    ],
)
def test_no_list_is_made_of_ten_thousand_files(text: str) -> None:
    situation = ready(view_of(large_document(files=9_999, findings=0)), ())
    situation.holds(compile_condition("change.files.size() > 0"))
    condition = compile_condition(text)
    started = time.process_time()

    answer = situation.holds(condition)

    assert isinstance(answer, bool)
    assert time.process_time() - started < 0.05


def test_a_list_that_must_be_made_is_made_of_few() -> None:
    text = "change.files.filter(f, f.lines_added >= 0)[0].path == ''"
    few, many = view_of(large_document(files=200)), view_of(large_document(files=2_000))

    assert outcome(text, few) is False
    assert isinstance(outcome(text, many), CouldNotLook)

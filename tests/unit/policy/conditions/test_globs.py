"""Globs in conditions mean what globs mean everywhere in Weighbridge, whichever way they are asked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from tests.samples.documents import plain_document

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.landing import landed
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.globs import PathGlobs, why_not_a_glob
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.conditions.path_globs import literal_root
from weighbridge.policy.view.build import view_of
from weighbridge.policy.view.view import View

VIEW = view_of(plain_document())
PIECES = ["a", "b", "src", ".py", ".", "*", "**", "/", "/", "?", "x.y", "é", "\n", "(", "+"]
globs = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=7)
    .map("".join)
    .filter(lambda glob: not why_not_a_glob(glob) and "***" not in glob and glob.strip("/"))
)
paths = st.lists(st.sampled_from(["a", "b", "src", ".py", "/", "x.y", "é", "\n", "("]), min_size=1, max_size=6).map(
    "".join
)


@settings(max_examples=500)
@given(globs, st.lists(paths, min_size=1, max_size=4))
def test_every_way_to_ask_a_glob_says_the_same(glob: str, found: list[str]) -> None:
    file = VIEW.change.files[0]
    files = tuple(replace(file, path=path, old_path="") for path in found)
    view = replace(VIEW, change=replace(VIEW.change, files=files))
    written = glob.replace("\n", "\\n")
    asked = [
        f'change.files.exists(f, f.path.glob("{written}"))',
        f'!change.files.all(f, !f.path.glob("{written}"))',
        f'touches("{written}")',
        f'touches_only("{written}")',
    ]

    said = answers(view, [compile_condition(text) for text in asked])

    held = [PathGlobs((glob,)).matches(RepoPath(path)) for path in found]
    assert said[:2] == (any(held), any(held))
    assert said[2] in (any(held), named_outright(glob, found))
    assert said[3] == all(held)


def named_outright(glob: str, found: list[str]) -> bool:
    """Whether a glob without wildcards names one of the paths under any spelling."""
    root = literal_root(glob)
    if root is None:
        return False
    return any(PathGlobs((landed(root[0]),)).matches(RepoPath(landed(path))) for path in found)


@pytest.mark.parametrize(
    "path", ["SRC/a.py", "src /a.py", "src./a.py", "s\u200drc/a.py", "\uff53rc/a.py", "lib/../src/a.py"]
)
@pytest.mark.parametrize("glob", ["src/**", "src", "Src/", "src/a.py", "src/A.PY"])
def test_what_is_named_outright_is_touched_under_every_spelling(path: str, glob: str) -> None:
    view = with_file(path)

    assert answers(view, [compile_condition(f"touches('{glob}')")]) == (True,)


@pytest.mark.parametrize("path", ["SRCS/a.py", "lib/src/a.py", "s-rc/a.py", "src"])
def test_what_only_looks_like_it_is_not_touched(path: str) -> None:
    assert answers(with_file(path), [compile_condition("touches('src/**')")]) == (False,)


def test_letters_in_wildcards_keep_their_case() -> None:
    assert answers(with_file("src/Latest.java"), [compile_condition("touches('**/*Test.java')")]) == (False,)


def test_what_is_landed_on_is_touched_and_is_not_only_elsewhere() -> None:
    view = with_file("docs/README.py", lands_on=("docs/readme.py",))
    asked = ("touches('**/readme*')", "touches('lib/**')", "touches_only('**/README*')", "touches_only('docs/**')")

    assert answers(view, [compile_condition(text) for text in asked]) == (True, False, False, True)


def test_where_nobody_can_tell_where_it_lands_a_no_is_no_answer() -> None:
    view = with_file("docs/a.md", lands_on=UNSET)
    asked = ("touches('docs/**')", "touches('src/**')", "touches_only('docs/**')", "touches_only('src/**')")

    said = answers(view, [compile_condition(text) for text in asked])

    assert [isinstance(each, CouldNotLook) or each for each in said] == [True, True, True, False]
    assert isinstance(said[0], bool)


def with_file(path: str, *, lands_on: tuple[str, ...] | UnsetType = ()) -> View:
    file = replace(VIEW.change.files[0], path=path, old_path="", lands_on=lands_on)
    return replace(VIEW, change=replace(VIEW.change, files=(file,)))


def test_a_renamed_file_touches_both_places() -> None:
    moved = replace(VIEW.change.files[0], path="lib/a.py", old_path="src/a.py")
    view = replace(VIEW, change=replace(VIEW.change, files=(moved,)))

    texts = ("touches('src/**')", "touches('lib/**')", "touches_only('lib/**')")

    assert answers(view, [compile_condition(text) for text in texts]) == (True, True, False)


def test_a_change_of_no_file_touches_nothing_alone() -> None:
    view = replace(VIEW, change=replace(VIEW.change, files=()))

    assert answers(view, [compile_condition("touches_only('**')"), compile_condition("touches('**')")]) == (
        False,
        False,
    )

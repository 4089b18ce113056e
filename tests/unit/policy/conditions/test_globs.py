"""Globs in conditions mean what globs mean everywhere in Weighbridge, whichever way they are asked."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.documents import plain_document

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.globs import PathGlobs, why_not_a_glob
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.view.build import view_of

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
    assert said == (any(held), any(held), any(held), all(held))


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

"""Every spelling that some disk holds for another lands where that one does, and nothing else does."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.parts import changed_file

from weighbridge.domain.change import FileStatus
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.landing import (
    LONGEST_NAME,
    MOST_LANDINGS,
    Folding,
    Landings,
    PathFolder,
    folding_of,
    is_short_for,
    is_too_long,
    landed,
    landing_of,
    lands_as,
    true_parts,
    without_unseen,
)
from weighbridge.domain.owners import touched_paths

SPELLINGS = [
    "SRC/cart.py",
    "src/CART.py",
    "src /cart.py",
    "src./cart.py",
    "src. ./cart.py. ",
    "s\u200drc/cart.py",
    "src\u200b/cart.py",
    "src\ufe0f/cart.py",
    "\ufeffsrc/cart.py",
    "\uff53\uff52\uff43/cart.py",
    "\u017frc/cart.py",
    "src::$INDEX_ALLOCATION/cart.py",
    "src/cart.py::$DATA",
    "src\\cart.py",
    "./src/cart.py",
    "src//cart.py",
    "lib/../src/cart.py",
    "src\uff3ccart.py",
    "src\uff0fcart.py",
    "lib/\u2025/src/cart.py",
    "\u2025/src\uff3ccart.py",
]
NAMES = st.one_of(
    st.sampled_from(
        [
            "a",
            "A",
            "a.",
            "a ",
            "B",
            "b",
            "\u00e9",
            "e\u0301",
            "\u212a",
            "k",
            "a\u200d",
            "\uff41",
            "..",
            ".",
            "a:b",
            "\u2025",
            "a\uff3cb",
        ]
    ),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=4),
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join).map(RepoPath)


def landing(path: str, *standing: str) -> tuple[str, ...] | None:
    return Landings(PathFolder.of(standing)).of(RepoPath(path))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_lands_on_the_file(spelling: str) -> None:
    assert landing(spelling, "src/cart.py", "src/other.py", "lib/x.py") == ("src/cart.py",)
    assert landed(spelling) == "src/cart.py"


@pytest.mark.parametrize("spelling", [each for each in SPELLINGS if each != "src/CART.py"])
def test_a_new_file_lands_in_the_folder(spelling: str) -> None:
    places = landing(spelling, "src/other.py", "lib/x.py")

    assert places
    assert all(place.startswith("src/") for place in places)


@pytest.mark.parametrize(
    "path",
    [
        "src/Cart.py",
        "src2/cart.py",
        "src/cart.pyc",
        "Lib/a.py",
        "src/a.b.py",
        " src/cart.py",
        "src/cart~1.py",
        "s.rc/a",
    ],
)
def test_a_name_of_its_own_lands_on_itself_alone(path: str) -> None:
    assert landing(path, "src/card.py", "src/b.py") == ()


def test_dots_that_nobody_sees_to_be_two_lead_out() -> None:
    path = "lib/.\u200d./src/cart.py"

    assert "src/cart.py" in (landing(path, "src/cart.py", "lib/x.py") or ())
    assert landed(path) == "src/cart.py"


def test_an_accent_in_one_letter_and_in_two_is_one() -> None:
    assert landing("caf\u00e9/menu", "cafe\u0301/menu") == ("cafe\u0301/menu",)


def test_two_streams_of_one_file_are_two_and_a_stream_lands_on_its_file() -> None:
    assert landing("man/Foo::Bar.3", "man/Foo::Baz.3") == ()
    assert landing("man/Foo:secret", "man/Foo") == ("man/Foo",)


def test_each_spelling_that_stands_is_told_with_what_is_deeper() -> None:
    standing = ("src/cart/a.py", "Src/b.py", "SRC/Cart")

    assert landing("sRC/CART/new.py", *standing) == ("SRC/Cart", "Src/CART/new.py", "src/cart/new.py")


def test_a_link_in_the_place_of_a_folder_lands_on_the_folder() -> None:
    assert landing("a", "A/post-checkout") == ("A/",)


def test_what_a_change_itself_removes_is_not_another_spelling() -> None:
    assert landing("a", "a/b") == ()
    assert landing("a/b", "a") == ()


def test_the_tree_before_tells_of_a_rename_of_both_places() -> None:
    landings = Landings(PathFolder.of(["SRC/a.py", "src/b.py"]))

    assert landing_of(changed_file("Src/a.py", status=FileStatus.ADDED), landings) == ("SRC/a.py", "src/a.py")


def test_too_many_spellings_are_not_told() -> None:
    many = [f"a{'.' * number}/x" for number in range(1, MOST_LANDINGS + 5)]

    assert landing("A/x", *many[:MOST_LANDINGS]) is not None
    assert landing("A/x", *many) is None
    assert landing("A/deep/er", *many) is None


LONG = "a" + "\u0315\u0300" * 25_000
"""A name whose marks take seconds to be put in order."""


def test_a_name_that_no_disk_keeps_is_not_compared() -> None:
    began = time.process_time()

    assert landing(f"lib/{LONG}", "src/a.py", f"lib/{LONG}1") is None
    assert landing("lib/caf\u00e9", f"lib/{LONG}") == ()
    assert landed(f"lib/{LONG}").startswith("lib/a")
    assert lands_as(LONG)
    assert time.process_time() - began < 1


def test_the_longest_name_that_a_disk_keeps_is_compared() -> None:
    accents, bytes_ = "\u00e9" * LONGEST_NAME, "%E9" * LONGEST_NAME + "\u00e9"

    assert landing(accents.upper(), accents) == (accents,)
    assert landing(f"{accents}e", accents) is None
    assert not is_too_long("%E9" * LONGEST_NAME)
    assert landing(bytes_, "a") is None


def test_a_long_name_in_ascii_is_compared_as_ever() -> None:
    assert landing(f"src{'.' * 300}/a.py", "src/a.py") == ("src/a.py",)


def test_what_a_path_lands_on_is_touched_too() -> None:
    file = changed_file("SRC/a.py", status=FileStatus.ADDED)
    told = landing_of(file, Landings(PathFolder.of(["src/a.py"])))

    assert told == ("src/a.py",)
    assert touched_paths([type(file)(status=file.status, base=None, head=file.head, lands_on=told)]) == (
        "SRC/a.py",
        "src/a.py",
    )


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("MIGRAT~1", "migrations"),
        ("migrat~4", "Migrations"),
        ("MIGRA~12", "migrations"),
        ("MI7F3A~1", "migrations"),
        ("GITMOD~1", ".gitmodules"),
        ("git~1", ".git"),
        ("PACKAG~1.JSO", "package.json"),
        ("LONGFI~1.TXT", "long file name.txt"),
    ],
)
def test_windows_may_call_it_by_a_short_name(short: str, name: str) -> None:
    assert is_short_for(short, name)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("SRC~1", "src"),
        ("MIGRAT~1", "migrate"),
        ("MIGRAT~1.PY", "migrations"),
        ("git~1", ".gitmodules"),
        ("a~b", "ab"),
        ("MIGRATI~1", "migrations"),
    ],
)
def test_windows_calls_it_by_no_such_name(short: str, name: str) -> None:
    assert not is_short_for(short, name)


def test_a_short_name_lands_in_the_folder() -> None:
    assert landing("MIGRAT~1/0002.sql", "migrations/0001.sql") == ("migrations/0002.sql",)


@given(st.text(max_size=12))
def test_to_land_twice_is_to_land_once(name: str) -> None:
    assert lands_as(lands_as(name)) == lands_as(name)


@given(st.text(max_size=12))
def test_it_is_wider_than_each_disk(name: str) -> None:
    """By each form that some disk compares names in: case, composed or not, compatible letters, unseen characters."""
    own = lands_as(name)

    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert lands_as(unicodedata.normalize(form, name)) == own
        assert lands_as(unicodedata.normalize(form, unicodedata.normalize("NFD", name).casefold())) == own
    assert lands_as(without_unseen(name)) == own
    if ":" not in unicodedata.normalize("NFKC", name):
        assert lands_as(f"{name}. ") == own


def is_parted_as_written(path: str) -> bool:
    """Whether no form of a path has other folders than it seems to, and each part has a name."""
    names = [unicodedata.normalize("NFKC", without_unseen(name)) for name in path.split("/")]
    is_parted = true_parts(path) == path.split("/") and true_parts("/".join(names)) == names
    return is_parted and all(map(lands_as, names))


@given(PATHS, st.lists(PATHS, max_size=6))
def test_what_lands_in_a_tree_is_what_lands_as_the_same(path: RepoPath, standing: list[RepoPath]) -> None:
    """Held against every path of the tree, one by one; streams and what is above the path itself are another matter."""
    alike = {
        each
        for each in standing
        if landed(each) == landed(path) and is_parted_as_written(each) and ":" not in each + path
    }

    places = landing(path, *standing)

    assert places is not None
    assert path not in places
    assert all(each in places or f"{each}/" in places or f"{path}/".startswith(f"{each}/") for each in alike), alike
    # who does not follow `..` passes over it, and who does may not see it in other letters
    ways = {landed(path), *("/".join(filter(None, map(lands_as, way))) for way in (path.split("/"), true_parts(path)))}
    assert all(any(f"{way}/".startswith(f"{landed(place).rstrip('/')}/") for way in ways) for place in places)


@given(st.lists(PATHS, max_size=5))
def test_a_tree_without_two_spellings_lands_nowhere_else(paths: list[RepoPath]) -> None:
    plain = [path for path in paths if true_parts(path) == path.split("/") and landed(path) == path]

    assert not any(landing(path, *plain) for path in plain)


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ("SRC/a.py", "src/a.py", Folding.LETTERS),
        ("e\u0301.py", "\u00c9.py", Folding.LETTERS),
        ("s\u200brc/A.py", "src/a.py", Folding.UNSEEN),
        ("\uff53rc/a.py", "src/a.py", Folding.SHAPES),
        ("src./a.py", "src/a.py", None),
    ],
)
def test_by_what_two_paths_are_one_is_told_by_the_least_that_makes_them_so(
    one: str, other: str, by: Folding | None
) -> None:
    assert folding_of(one, other) is by
    assert landed(one) == landed(other)

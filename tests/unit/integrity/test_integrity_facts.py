"""What a reviewer cannot see is found, and what people write every day is let through."""

import time
import unicodedata
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import encode_path
from weighbridge.landscape.integrity.attributes import read_attributes
from weighbridge.landscape.integrity.characters import (
    direction_controls,
    hidden_line_ends,
    invisible_characters,
    is_settled,
    terminal_controls,
)
from weighbridge.landscape.integrity.contents import (
    coding_cookie,
    disguise,
    is_plain_encoding,
    pointer_size,
    reads_plain_text_as_such,
    swallows,
)
from weighbridge.landscape.integrity.look_alikes import look_alikes, skeleton
from weighbridge.landscape.integrity.paths import (
    disguised_git_name,
    link_target_problem,
    look_alike_of,
    path_oddities,
)
from weighbridge.landscape.integrity.submodules import read_submodules, setting_problem

PATHS = st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=4).map(
    lambda parts: encode_path(b"/".join(parts))
)


@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    direction_controls(text)
    is_settled(text)
    invisible_characters(text, is_first_line=True)
    hidden_line_ends(text)
    terminal_controls(text)
    list(look_alikes(text, ("scope",)))
    list(read_attributes(text))
    for setting in read_submodules(text):
        setting_problem(setting)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_plain_text_is_never_odd(text: str) -> None:
    assert not direction_controls(text)
    assert not invisible_characters(text, is_first_line=False)
    assert not list(look_alikes(text))


@given(st.binary(max_size=300))
def test_any_bytes_can_be_told(data: bytes) -> None:
    coding_cookie(data)
    pointer_size(data)
    disguise(RepoPath("a.py"), data)


@given(PATHS, st.text(max_size=30))
def test_any_path_and_link_can_be_judged(path: RepoPath, target: str) -> None:
    list(path_oddities(path))
    disguised_git_name(path)
    link_target_problem(path, target)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("\u2067abc\u2069", True),
        ("\u202aabc\u202c \u2066x\u2069", True),
        ("\u2067abc", False),
        ("abc\u2069", False),
        ("\u202eabc\u202c", False),
        ("plain", True),
    ],
)
def test_a_phrase_is_settled_when_it_closes_what_it_opens_and_overrides_nothing(text: str, *, settled: bool) -> None:
    assert is_settled(text) is settled


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
        "\u2764\ufe0f heart",
        "1\ufe0f\u20e3 keycap",
        "\U0001f3f3\ufe0f\u200d\U0001f308 flag",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 Persian",
        "\u0915\u094d\u200d\u0937 Hindi",
        "naïve café, größe, 東京, Москва",
    ],
)
def test_what_people_write_every_day_is_not_invisible(text: str) -> None:
    assert invisible_characters(text, is_first_line=False) == []


@pytest.mark.parametrize(
    "character", ["\u200b", "\u2060", "\u3164", "\ufeff", "\U000e0041", "\U000e0101", "\u00ad", "\u200f"]
)
def test_what_shows_nothing_in_code_is_told_by_its_name(character: str) -> None:
    (oddity,) = invisible_characters(f"na{character}me", is_first_line=True)

    assert (oddity.column, unicodedata.name(character, "without a name") in oddity.name) == (3, True)


@pytest.mark.parametrize(
    ("word", "reads_as"),
    [("\u0430dmin", "admin"), ("p\u0430yload", "payload"), ("us\u0435r", "user"), ("\u039fbject", "Object")],
)
def test_letters_of_another_alphabet_within_a_latin_word_are_told(word: str, reads_as: str) -> None:
    assert [(f.word, f.reads_as) for f in look_alikes(f"def {word}():")] == [(word, reads_as)]
    assert skeleton(word) == reads_as


@pytest.mark.parametrize("text", ["Δt = μs * λ", "größe", "\u0441\u043e\u0440", "données", "变量 = 1", "πr2"])
def test_words_of_other_languages_read_as_themselves(text: str) -> None:
    assert list(look_alikes(text, ("scope", "t"))) == []


@pytest.mark.parametrize(
    ("path", "landed"),
    [
        (".git/config", ".git"),
        (".GiT/hooks/x", ".git"),
        ("a/git~1/config", ".git"),
        (".g\u200cit/config", ".git"),
        (".git./x", ".git"),
        (".git::$INDEX_ALLOCATION/x", ".git"),
        (".GitModules", ".gitmodules"),
    ],
)
def test_a_name_that_becomes_gits_own_on_some_disk_is_told(path: str, landed: str) -> None:
    assert disguised_git_name(RepoPath(path)) == landed


@pytest.mark.parametrize(
    "path", [".gitignore", ".gitmodules", "src/.gitattributes", "git/config", "a.git/x", ".github/x", "agit~1"]
)
def test_names_that_only_remind_of_git_are_let_through(path: str) -> None:
    assert disguised_git_name(RepoPath(path)) == ""


def test_a_name_that_no_disk_keeps_is_told_at_once_and_shortly() -> None:
    name = "a" + "\u0315\u0300" * 25_000
    path = RepoPath(f"src./{name}/-x")
    began = time.process_time()

    told = list(path_oddities(path))

    assert told[0] == "a part of its name is longer than any disk keeps"
    assert "'src.' ends with a dot, which Windows drops" in told
    assert "'-x' reads as an option to programs that are given it" in told
    assert sum(map(len, told)) < 500
    assert disguised_git_name(path) == ""
    assert look_alike_of(path, {name}) is None
    assert link_target_problem(RepoPath("a"), name) == ""
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", ["x" * 256, "\u00e9" * 256, encode_path(b"\xe9" * 256)])
def test_each_name_that_no_disk_keeps_is_told(name: str) -> None:
    assert "a part of its name is longer than any disk keeps" in path_oddities(RepoPath(name))


@pytest.mark.parametrize("name", ["x" * 255, "\u00e9" * 255, encode_path(b"\xe9" * 255)])
def test_the_longest_name_that_a_disk_keeps_is_not_too_long(name: str) -> None:
    assert "a part of its name is longer than any disk keeps" not in path_oddities(RepoPath(name))


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../x", "a/../../x", "~/x", "C:\\x", "..\\x", ".git/config", "sub/.GIT/x", ""]
)
def test_a_link_that_leaves_the_tree_is_told(target: str) -> None:
    assert link_target_problem(RepoPath("link"), target)


@pytest.mark.parametrize("target", ["x", "./x", "sub/x", "../sibling/x", "../../x", "a/../b"])
def test_a_link_that_stays_in_the_tree_is_let_through(target: str) -> None:
    assert link_target_problem(RepoPath("one/two/link"), target) == ""


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c id",
        "--upload-pack=id",
        "file:///srv/x",
        "/srv/x",
        "http://x/y",
        "fd::17",
        "https://x/%0ahost",
        "weird",
    ],
)
def test_a_dangerous_source_of_a_submodule_is_told(url: str) -> None:
    (setting,) = read_submodules(f'[submodule "a"]\nurl = {url}')

    assert setting_problem(setting)


@pytest.mark.parametrize(
    "url", ["https://example.org/a.git", "ssh://git@example.org/a", "git@example.org:a/b.git", "../a.git", "./a"]
)
def test_a_usual_source_of_a_submodule_is_let_through(url: str) -> None:
    (setting,) = read_submodules(f'[submodule "a"]\n\turl = {url}\n[core]\n\teditor = x')

    assert setting_problem(setting) == ""


def test_settings_on_a_headings_own_line_and_names_that_climb_are_read() -> None:
    (setting,) = read_submodules('[submodule "../../.git/x"] url = https://example.org/a')

    assert "leaves the folder" in setting_problem(setting)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"# -*- coding: utf-7 -*-\n", (1, "utf-7")),
        (b"#!/usr/bin/python\n# vim: set fileencoding=latin_1 :\n", (2, "latin-1")),
        (b"\n\n# coding: utf-7\n", None),
        (b"x = 1\n# coding: utf-7\n", None),
        (b'"coding: utf-7"\n', None),
    ],
)
def test_an_encoding_is_asked_for_where_python_looks_for_it(data: bytes, found: tuple[int, str] | None) -> None:
    assert coding_cookie(data) == found


def test_plain_encodings_are_those_a_reviewer_sees_rightly() -> None:
    assert is_plain_encoding("utf-8")
    assert not is_plain_encoding("unicode-escape")


def test_an_encoding_that_turns_plain_letters_into_others_is_told_from_one_that_does_not() -> None:
    kept = [name for name in ("koi8-r", "cp1252", "euc-kr", "gb2312") if reads_plain_text_as_such(name)]
    turned = [
        n
        for n in ("utf-7", "unicode-escape", "rot13", "punycode", "cp037", "hz", "no-such", "shift-jis", "gb18030")
        if reads_plain_text_as_such(n)
    ]

    assert (len(kept), turned) == (4, [])


def test_attributes_are_read_with_their_pattern_values_and_macros() -> None:
    lines = list(read_attributes('# words\n*.py -diff eol=lf text\n"a b" binary !x\n[attr]gen linguist-generated\n'))

    assert [(line.number, line.pattern) for line in lines] == [(2, "*.py"), (3, "a b"), (4, "[attr]gen")]
    assert lines[0].attributes == {"diff": "unset", "eol": "lf", "text": "set"}
    assert lines[1].attributes == {"diff": "unset", "x": "unspecified"}


def test_a_pointer_is_told_by_its_first_line_and_its_size() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 42\n"

    assert pointer_size(pointer) == 42
    assert pointer_size(pointer + b"x" * 1024) is None
    assert pointer_size(b"about " + pointer) is None


def test_a_program_is_told_by_its_bytes_unless_its_name_says_so() -> None:
    windows = b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0" + b"\0" * 8

    assert disguise(RepoPath("logo.png"), b"\x7fELF\2") == "a Linux program"
    assert disguise(RepoPath("notes.txt"), windows) == "a Windows program"
    assert disguise(RepoPath("tool.exe"), windows) == ""
    assert disguise(RepoPath("notes.txt"), b"MZ is a pair of letters") == ""
    assert disguise(RepoPath("archive.zip"), b"PK\3\4") == ""


def test_no_encoding_that_is_said_to_leave_plain_signs_takes_one_into_a_letter() -> None:
    names = {name.replace("_", "-") for name in (*aliases, *aliases.values())}
    harmless = [name for name in names if reads_plain_text_as_such(name)]

    taken = [name for name in harmless for lead in range(0x80, 0x100) if _takes(name, lead)]

    assert harmless
    assert not taken


def _takes(name: str, lead: int) -> bool:
    for sign in "\\|}\"'\n":
        try:
            read = (bytes([lead]) + f"{sign}ab".encode()).decode(name)
        except UnicodeDecodeError:
            continue  # Python does not run such a file
        if not read.endswith(f"{sign}ab"):
            return True
    return False


def test_a_letter_swallows_the_sign_behind_it_where_its_second_byte_may_be_one() -> None:
    text = 'x = "\u4e2d\\"  # \u3001\\'.encode()

    swallowing = [name for name in ("gbk", "big5", "shift-jis", "euc-kr", "koi8-r", "utf-7") if swallows(name, text)]

    assert swallowing == ["gbk", "big5", "shift-jis"]


@given(st.binary(max_size=60))
def test_what_a_file_asks_to_be_read_as_can_be_looked_for_in_any_bytes(data: bytes) -> None:
    asked = coding_cookie(data)

    assert asked is None or 1 <= asked[0] <= 2

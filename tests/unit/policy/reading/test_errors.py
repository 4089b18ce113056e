"""A wrong policy is refused with everything that is wrong, each with its place and what would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.layer import LARGEST
from weighbridge.policy.reading.load import Source, load_policy, pack_names, pack_text

RULE = "rules:\n  - name: a\n    require:\n      - approval: {}\n"


def read(*texts: str | bytes) -> Policy:
    names = ("organisation.yaml", "policy.yaml") if len(texts) > 1 else ("policy.yaml",)
    sources = [
        Source(data=text.encode() if isinstance(text, str) else text, path=name)
        for text, name in zip(texts, names, strict=True)
    ]
    return load_policy(sources)


def wrong(*texts: str | bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(*texts)
    return str(caught.value).splitlines()


def refused(error: ConfigurationError) -> None:
    assert error.problems
    assert all(problem.message for problem in error.problems)


def test_names_that_stand_twice_are_told_with_what_has_no_shape() -> None:
    text = f"version: 1\nextends: startr\ncolour: red\n{RULE}  - name: a\n    require: [{{wait: 1 day}}]\n"

    said = "\n".join(wrong(text))

    assert "policy.yaml:8:5: `a` stands in `rules` again" in said
    assert "policy.yaml:2:10: no pack is called `startr`" in said
    assert "colour" in said


def nested(levels: int) -> str:
    inner = "disclosure: true"
    for _ in range(levels):
        inner = f"all: [{{{inner}}}]"
    return f"version: 1\nrules:\n  - name: deep\n    require: [{{{inner}}}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nrulse: []\n", "policy.yaml:2:1: unknown key `rulse`: did you mean `rules`?"),
        ("version: 1\nsolo: maybe\n", "policy.yaml:2:7: `solo` must be `true` or `false`, not `maybe`"),
        ("version: 1\nassurance: pass-key\n", "policy.yaml:2:12: `assurance` cannot be `pass-key`: did you mean `passkey`?"),
        ("version: 1\nrules: {}\n", "policy.yaml:2:8: `rules` must be a list, not a mapping"),
        ("version: 1\nversion: 1\n", "policy.yaml:2:1: `version` stands here again; it was given in line 1"),
        ("version: 1\nextends: startr\n", "policy.yaml:2:10: no pack is called `startr`: did you mean `starter`?"),
        ("version: 2\n", "policy.yaml:1:10: `version` must be 1, not `2`"),
        ("name: x\n", "policy.yaml:1:1: the document needs the key `version`: the format's version, 1"),
        ("", "policy.yaml:1:1: nothing stands here: a policy begins with `version: 1`, and `weighbridge policy init` writes a first one"),
        ("# later\n", "policy.yaml:1:1: nothing stands here: a policy begins with `version: 1`, and `weighbridge policy init` writes a first one"),
        ("version: 1\nname: a\nrul\u0435s: []\n", "policy.yaml:3:1: unknown key `rul\u0435s`: did you mean `rules`? (`\u0435` is CYRILLIC SMALL LETTER IE)"),
        ("version: 1\nrules:\n  - name: \u0430dmin\n    require: [{approval: {}}]\n", "policy.yaml:3:11: `rules[1].name` must be small letters, digits and dashes, at most 64, not `\u0430dmin` (`\u0430` is CYRILLIC SMALL LETTER A)"),
        (b"version: 1\nname: caf\xe9\n", "policy.yaml:2:10: it is not UTF-8: no character begins with the byte 0xE9 (what follows was not read)"),
        (b"version: 1\nname: a\x1bb\n", "policy.yaml:2:8: the character U+001B cannot stand in YAML (what follows was not read)"),
        (b"version: 1\nname: a\0b\n", "policy.yaml:2:8: the character U+0000 cannot stand in YAML (what follows was not read)"),
        ("version: 1\nrules:\n\t- name: a\n", "policy.yaml:3:1: a tab stands where lines are indented, which YAML does with spaces alone (what follows was not read)"),
        ("version: 1\nrules:\n  - name: a\n\t  require: []\n", "policy.yaml:4:1: a tab stands where lines are indented, which YAML does with spaces alone (what follows was not read)"),
        ("[1]\n", "policy.yaml:1:1: a policy is a mapping, from `version` on"),
        ("version: 1\n---\nversion: 1\n", "policy.yaml:3:1: a second document begins here; only one is read"),
        (f"version: 1\n{RULE}drop: a\n", "policy.yaml:6:7: there is no rule `a` to drop: there are none"),
        (
            "version: 1\nextends: team\ndrop: [code-owner]\n",
            "policy.yaml:3:8: there is no rule `code-owner` to drop: did you mean `code-owners`?",
        ),
        (f"version: 1\n{RULE}  - name: a\n    require: [{{wait: 1 day}}]\n", "policy.yaml:6:5: `a` stands in `rules` again; it was given in line 3"),
        (
            "version: 1\nrules:\n  - name: a\n    when: levl == 'high'\n    require: [{approval: {}}]\n",
            "policy.yaml:4:11: `levl` is not known: did you mean `level`?",
        ),
        (
            "version: 1\nrules:\n  - name: a\n    when: >-\n      level == 'high' &&\n      risk.percentil > 9.0\n    require: [{approval: {}}]\n",
            "policy.yaml:6:11: `risk` has no field `percentil`: did you mean `percentile`?",
        ),
        (
            "version: 1\nrules:\n  - name: a\n    require: []\n",
            "policy.yaml:4:14: `rules[1].require` needs at least 1; it has 0",
        ),
        (
            "version: 1\nrules:\n  - name: a\n    require: [{anchored: false}]\n",
            "policy.yaml:4:26: `rules[1].require[1].anchored` must be `true`, or left out, not `false`",
        ),
        (
            "version: 1\nrules:\n  - name: a\n    require: [{all: []}]\n",
            "policy.yaml:4:21: `rules[1].require[1].all` needs at least 1; it has 0",
        ),
        (
            "version: 1\nrules:\n  - name: a\n    require: [{approval: {by: 'role:'}}]\n",
            "policy.yaml:4:31: `rules[1].require[1].approval.by`: `role:` needs a name behind it",
        ),
        (
            "version: 1\nrules:\n  - name: a\n    require: [{approval: {by: ownres}}]\n",
            "policy.yaml:4:31: `rules[1].require[1].approval.by`: `ownres` names nobody: did you mean `owners`?",
        ),
        (
            "version: 1\nfreezes:\n  - {name: x, from: 2026-12-24T00:00:00Z, to: 2026-12-23T00:00:00Z}\n",
            "policy.yaml:3:5: the window ends before it begins",
        ),
        (
            "version: 1\nfreezes:\n  - {name: x, from: 2026-12-24T00:00:00, to: 2026-12-25T00:00:00Z}\n",
            "policy.yaml:3:21: `freezes[1].from`: a moment needs its zone: 2026-11-27T08:00:00Z, or +01:00 for Z",
        ),
    ],
)  # fmt: skip
def test_an_error_has_its_place_and_what_would_be_right(text: str, said: str) -> None:
    assert wrong(text) == [said]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    said = wrong("version: 1\nrulse: []\nsolo: 3\nrules:\n  - name: a\n    when: levl\n    require: [{approval: {}}]\n")

    assert [line.split(": ")[0] for line in said] == ["policy.yaml:2:1", "policy.yaml:3:7", "policy.yaml:6:11"]


def test_the_errors_of_all_files_are_told_at_once() -> None:
    said = wrong("version: 1\nrulse: []\n", "version: 1\nsolo: 3\n")

    assert [line.split(": ")[0] for line in said] == ["organisation.yaml:2:1", "policy.yaml:2:7"]


def test_a_locked_rule_is_neither_replaced_nor_dropped() -> None:
    locked = f"version: 1\n{RULE.replace('name: a', 'name: a' + chr(10) + '    locked: true')}"

    replaced = wrong(locked, f"version: 1\n{RULE}")
    dropped = wrong(locked, "version: 1\ndrop: a\n")

    words = "the rule `a` is locked by organisation.yaml:3: it can be neither replaced nor dropped"
    assert replaced == [f"policy.yaml:3:5: {words}"]
    assert dropped == [f"policy.yaml:2:7: {words}"]


def test_a_locked_setting_stays_and_others_may_change() -> None:
    above = "version: 1\nassurance: sk\nlock: [assurance]\n"

    assert wrong(above, "version: 1\nassurance: forge\n") == [
        "policy.yaml:2:1: `assurance` is locked by organisation.yaml: leave it out here"
    ]
    assert read(above, "version: 1\nsolo: true\n").is_solo


@pytest.mark.parametrize("levels", [6, 40, 400])
def test_needs_nested_too_deeply_are_refused(levels: int) -> None:
    (said,) = wrong(nested(levels))

    assert "must be nested at most 5 deep" in said or "nests deeper than" in said


def test_five_levels_are_read() -> None:
    assert read(nested(4)).rules[0].name == "deep"


def test_a_file_that_nobody_reads_is_refused_by_its_size() -> None:
    said = wrong(f"version: 1\n# {'x' * (300 * 1024)}\n")

    assert said == [
        f"policy.yaml:1:1: it has more than {LARGEST:,} bytes, and nobody reads a longer policy: share rules by a policy of the organisation's"
    ]


def test_a_bomb_of_anchors_is_refused() -> None:
    bomb = "version: 1\nx-a: &a [1,1,1,1,1,1,1,1,1,1]\n"
    for number, name in enumerate("bcdefghij"):
        before = "abcdefghij"[number]
        bomb += f"x-{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"

    assert len(wrong(bomb)) == 1


def test_an_anchor_that_says_something_once_is_read() -> None:
    text = "version: 1\nx-them: &them [ana@example.org]\npeople: {roles: {senior: *them, lead: *them}}\n"

    assert read(text).people.roles == {"senior": ("ana@example.org",), "lead": ("ana@example.org",)}


@pytest.mark.parametrize(
    "data", [b"version: 1\nname: \xff\xfe\n", b"\xff\xfev\x00e\x00", b"\x00", b"version: 1\nname: \x00\n"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert wrong(data)


def test_tags_make_nothing() -> None:
    assert wrong("version: 1\nname: !!python/object/apply:os.system ['true']\n")


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_is_a_policy_like_any_other(name: str) -> None:
    assert read(pack_text(name)).rules


@given(st.binary(max_size=300))
def test_any_bytes_are_a_policy_or_are_refused(data: bytes) -> None:
    try:
        read(data)
    except ConfigurationError as error:
        refused(error)


WORDS = st.sampled_from(
    [
        *(
            "version",
            "rules",
            "name",
            "when",
            "require",
            "approval",
            "all",
            "any",
            "of",
            "count",
            "at_least",
            "freezes",
        ),
        *("from", "to", "people", "roles", "environments", "level", "extends", "starter", "never", "drop", "lock"),
        *(
            "1",
            "true",
            "null",
            "~",
            "level == 'high'",
            "role:senior",
            "owners",
            "2 days",
            "2026-01-01T00:00:00Z",
            "\x00",
        ),
    ]
)
trees = st.recursive(
    st.one_of(WORDS, st.integers(-5, 5), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=25,
)


def flow(value: object) -> str:
    """The value as YAML in one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str() if value not in ("~", "null", "true", "1"):
            return '"' + value.replace('"', '\\"') + '"'
        case None:
            return ""
        case _:
            return str(value)


@given(st.dictionaries(WORDS, trees, max_size=6))
def test_any_document_is_a_policy_or_is_refused(document: dict[str, object]) -> None:
    try:
        read(flow({"version": 1, **document}))
    except ConfigurationError as error:
        refused(error)


@given(st.sampled_from(pack_names()), st.integers(0, 10_000), st.binary(max_size=4))
def test_a_damaged_pack_is_a_policy_or_is_refused(name: str, at: int, damage: bytes) -> None:
    data = pack_text(name).encode()
    at %= len(data)

    try:
        read(data[:at] + damage + data[at + len(damage) :])
    except ConfigurationError as error:
        refused(error)

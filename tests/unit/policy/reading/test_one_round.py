"""Everything that is wrong with a policy is told in one round, in order of place, whatever else is wrong with it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.app.check_policy import Beside, CheckedError, check_policy
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.reading.load import Source, load_policy

NOW = datetime(2026, 6, 1, tzinfo=UTC)
UNKNOWN = Beside(signers=None, is_known=False)


def said(*texts: str, tests: str = "") -> list[str]:
    names = ("org.yaml", "p.yaml")[-len(texts) :]
    sources = [Source(data=text.encode(), path=name) for text, name in zip(texts, names, strict=True)]
    beside = Beside(signers=None, is_known=False, tests=Source(data=tests.encode(), path="t.yaml") if tests else None)
    with pytest.raises(CheckedError) as caught:
        check_policy(sources, beside, now=NOW)
    return str(caught.value).splitlines()


NEVER = "statuses.failed.size() > 0 && change.lines_added > 0 && 1 > 2"
EVERYTHING = """\
version: 1
solo: maybe
people: {roles: {senior: [ana@example.org, ben@example.org]}}
rules:
  - name: shape
    reqire: [{approval: {}}]
  - name: condition
    when: levl == "high" && change.lines_added == "many"
    require: [{approval: {by: "role:senoir"}}]
  - name: kind
    require: [{document: {kind: design-notes}}, {approval: {count: none}}]
  - name: kind
    when: statuses.failed.size() > 0 && change.lines_added > 0 && 1 > 2
    require: [{approval: {by: "role:senoir"}}]
environments:
  live: {level: prodution, require: [{document: {kind: thread-model}}]}
freezes:
  - {name: f, from: 2027-02-01T00:00:00Z, to: 2027-01-01T00:00:00Z, environments: [liv]}
drop: [nothing]
documents: {mine: {headings: [One, one]}}
"""


def test_errors_of_every_kind_are_told_at_once_in_order_of_place() -> None:
    places = [line.split(": ", 1) for line in said(EVERYTHING)]

    assert places == [
        ["p.yaml:2:7", "`solo` must be `true` or `false`, not `maybe`"],
        ["p.yaml:5:5", "`rules[1]` needs the key `require`: what it then asks for: all of these"],
        ["p.yaml:6:5", "unknown key `reqire` in `rules[1]`: did you mean `require`?"],
        ["p.yaml:7:5", "doubtful: nobody has the role `senoir`: did you mean `role:senior`?"],
        ["p.yaml:8:11", "`levl` is not known: did you mean `level`?"],
        ["p.yaml:8:48", "a whole number is never equal to text"],
        ["p.yaml:11:33", "there is no kind of document `design-notes`: did you mean `design-note`?"],
        ["p.yaml:11:68", "`rules[3].require[2].approval.count` must be a whole number from 1 to 20, not `none`"],
        ["p.yaml:12:5", "`kind` stands in `rules` again; it was given in line 10"],
        ["p.yaml:12:5", "doubtful: nobody has the role `senoir`: did you mean `role:senior`?"],
        ["p.yaml:12:5", f"doubtful: `{NEVER}` holds of no change: mend the condition, or drop it"],
        ["p.yaml:16:17", "`environments.live.level` cannot be `prodution`: did you mean `production`?"],
        ["p.yaml:16:56", "there is no kind of document `thread-model`: did you mean `threat-model`?"],
        ["p.yaml:18:5", "the window ends before it begins"],
        ["p.yaml:18:84", "no environment is called `liv`: did you mean `live`?"],
        ["p.yaml:19:8", "there is no rule `nothing` to drop: there are none"],
        ["p.yaml:20:13", "the kind `mine`: the heading 'one' is asked for twice"],
    ]  # fmt: skip


ABOVE = """version: 1
lock: [people, solo]
people: {roles: {senior: [ana@example.org]}}
rules:
  - {name: kept, locked: true, require: [{wait: 1 dya}]}
"""


def test_what_each_file_and_the_one_above_it_says_is_told_in_the_same_round() -> None:
    own = "version: 1\nsolo: perhaps\nrules:\n  - {name: kept, require: [{wait: 1 day}]}\n  - {name: b, when: levl, require: [{approval: {}}]}\n"

    assert said(ABOVE, own) == [
        "org.yaml:5:49: `rules[1].require[1].wait` must be a time such as `30 minutes`, `2 hours`, `7 days` or `4 weeks`, not `1 dya`",
        "p.yaml:2:1: `solo` is locked by org.yaml: leave it out here",
        "p.yaml:2:7: `solo` must be `true` or `false`, not `perhaps`",
        "p.yaml:4:5: the rule `kept` is locked by org.yaml:5: it can be neither replaced nor dropped",
        "p.yaml:5:21: `levl` is not known: did you mean `level`?",
    ]


def test_its_tests_are_looked_at_too() -> None:
    tests = "version: 1\ncases:\n  - {name: a, aproval: x, environment: liv, expect: {rules: {kpt: satisfied}}}\n"

    assert said(ABOVE, tests=tests)[1:] == [
        "t.yaml:3:15: unknown key `aproval` in `cases[1]`: did you mean `approvals`?",
        "t.yaml:3:40: no environment is called `liv`: known are none",
        "t.yaml:3:62: the policy has no rule `kpt`: did you mean `kept`?",
    ]


def test_what_is_no_yaml_says_that_the_rest_was_not_read() -> None:
    lines = said("version: 1\nrules: [\n", "version: 1\nsolo: maybe\ndrop: [x]\n")

    assert lines[0].startswith("org.yaml:3:1: ")
    assert lines[0].endswith(" (what follows was not read)")
    assert lines[1:] == ["p.yaml:2:7: `solo` must be `true` or `false`, not `maybe`"], "what x would drop is not known"


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("people: {roles: {senior: [a@x.org], 'BAD': [b@x.org]}}\nrules: [{name: a, require: [{approval: {by: 'role:BAD'}}]}]", "nobody has the role"),
        ("rules: [{nme: a, require: [{approval: {}}]}]", "there is no rule"),
        ("rulse: [{name: a, require: [{approval: {}}]}]", "there is no rule"),
        ("rules: [{nme: a, require: [{approval: {}}]}]\noverrides: {approval: {by: a@x.org}, never: [a]}", "names no rule"),
        ("rules:\n- {name: a, when: levl, require: [{approval: {count: 2}}]}\n- {name: b, require: [{approval: {}}]}", "asks for all of it"),
        ("rules: []\nrules: [{name: a, require: [{approval: {}}]}]", "there is no rule"),
        ("extends: startr\ndrop: [people]", "to drop"),
        ("solo: x\nrules: [{name: a, require: [{approval: {by: [a@x.org, b x], count: 2}}]}]", "nobody can give them"),
    ],
)  # fmt: skip
def test_no_doubt_is_told_that_an_error_may_have_made(text: str, guess: str) -> None:
    assert not [line for line in said(f"version: 1\n{text}\n") if guess in line]


WRONGS = (
    ("solo: maybe", "`solo` must be"),
    ("colour: red", "unknown key `colour`"),
    ("extends: startr", "no pack is called `startr`"),
    ("blocking: {severity: hihg}", "cannot be `hihg`"),
    ("environments: {live: {level: prod}}", "cannot be `prod`"),
    ("documents: {mine: {headings: [One, one]}}", "is asked for twice"),
    ("freezes: [{name: f, from: soon, to: 2026-01-01T00:00:00Z, except_when: levl}]", "a moment is written"),
    ("overrides: {approval: {by: nobodyy}}", "names nobody"),
)
RULES = (
    ("when: levl", "`levl` is not known"),
    ("when: 'change.nope || touches(3)'", "no field `nope`"),
    ("require: [{document: {kind: design-nots}}]", "no kind of document `design-nots`"),
    ("require: [{approval: {count: 0}}]", "from 1 to 20"),
    ("require: [{wait: 1 day, disclosure: true}]", "exactly one of"),
    ("becuse: x", "unknown key `becuse`"),
    ("name: 'Not A Name'", "small letters"),
)


@given(st.lists(st.sampled_from(WRONGS), unique=True, min_size=1), st.lists(st.sampled_from(RULES), max_size=4))
def test_whatever_is_wrong_together_is_told_together(
    settings: list[tuple[str, str]], rules: list[tuple[str, str]]
) -> None:
    lines = ["version: 1", *(text for text, _ in settings), *(["rules:"] if rules else [])]
    for number, (text, _) in enumerate(rules):
        given_keys = {"name": f"name: r{number}", "require": "require: [{approval: {}}]"}
        given_keys[text.partition(":")[0]] = text
        lines += [f"  - {key}" if not at else f"    {key}" for at, key in enumerate(given_keys.values())]

    told = said("\n".join(lines))

    for _, words in (*settings, *rules):
        assert any(words in line for line in told), words
    for words in {words for _, words in rules}:
        assert sum(words in line for line in told) >= sum(each == words for _, each in rules), "each where it stands"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_policy_or_are_refused_in_one_round(data: bytes) -> None:
    try:
        check_policy([Source(data=data, path="p")], UNKNOWN, now=NOW)
    except ConfigurationError as error:
        assert str(error)  # noqa: PT017 - being refused is as good
        with pytest.raises(ConfigurationError):
            load_policy([Source(data=data, path="p")])


def test_what_the_shape_of_a_condition_says_is_not_said_twice() -> None:
    (told,) = said(f"version: 1\nrules: [{{name: a, when: {'x' * 5000}, require: [{{approval: {{}}}}]}}]\n")

    assert "must be a condition of at most 4,000 characters" in told

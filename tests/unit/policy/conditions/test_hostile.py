"""Conditions and documents that are made to hurt end soon, with a reason, in a process that lives on."""

import json
import subprocess
import sys
import time

import pytest
from msgspec.structs import replace
from tests.samples.documents import large_document, plain_document

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.conditions.evaluate import Situation, ready
from weighbridge.policy.view.build import view_of

SOON = 0.05
"""CPU seconds that loading or asking one condition may take."""


def huge() -> Situation:
    document = large_document(files=9_999, findings=3_000)
    described = replace(document.change, description="a b " * 16_000)
    situation = ready(view_of(replace(document, change=described)), ())
    for text in ("change.files.size() > 0", "findings.size() > 0"):  # what is read first is handed over once
        situation.holds(compile_condition(text))
    return situation


HUGE = huge()
PLAIN = view_of(plain_document())

SLOW = [
    "change.files.exists(a, change.files.exists(b, a.path == b.path && a.lines_added > 100000))",
    "change.files.all(a, change.files.all(b, change.files.all(c, change.files.all(d, a.path != b.path))))",
    "change.files.map(a, change.files.map(b, change.files)).size() > 3",
    "change.files.exists(f, f.path.matches('(a+)+$'))",
    "change.files.all(f, change.description.contains('zz'))",
    "change.files.all(f, f.path in change.files.map(g, g.path))",
    "change.files.all(f, " + " || ".join(f"f.path == 'a{n}'" for n in range(120)) + ")",
    "(change.files + change.files).all(f, f.is_test || !f.is_test)",
    "change.files.all(f, f.path.glob('**/a*/**/b?c/**/d'))",
    "[" + ",".join(["1"] * 900) + "].all(x, [" + ",".join(["1"] * 900) + "].all(y, x <= y))",
]
QUICK = [
    "change.files.all(a, a.lines_added < 100000)",
    "change.description.matches('(a|b|ab)*c')",
    "change.description.matches('.*.*.*.*.*.*.*.*x')",
    "change.description.contains('zz')",
    "[" + ",".join(["1"] * 1_900) + "].exists(x, x == 2)",
    "'" + "a" * 3_900 + "' == change.title",
    "touches(['" + "', '".join("*a" * 9 + f"{n}/**/x" for n in range(50)) + "'])",
    "touches_only('" + "*a" * 30 + "b')",
]
REFUSED = [
    ("(" * 1_900 + "true" + ")" * 1_900, "nested too deep"),
    ("a" + ".b" * 1_900, "nested too deep"),
    ("1" + "+1" * 1_900 + " == 1", "nested too deep"),
    ("change.files.exists(f, " * 40 + "true" + ")" * 40, "nested too deep"),
    ("[" * 1_900, "nested too deep"),
    ("true" + "||true" * 1_000, "at most 4,000 characters"),
    ("9223372036854775808 > 0", "too large"),
    ("1e16 > 0.0", "within a million billions"),
    ("1.0 / 0.0 > 1.0", "only added and subtracted"),
    ("change.title.matches('(')", "no regular expression"),
    ("change.title.matches('x{1000}{1000}')", "too large"),
    ("change.title.matches('" + "a" * 201 + "')", "at most 200 characters"),
    ("change.title.matches(change.description)", "written here"),
    ("touches('" + "**/a/" * 4 + "')", "at most 3 `**`"),
    ("touches([" + ",".join(["'a'"] * 51) + "])", "at most 50"),
    ("found('*a*a*a*/*b')", "at most 3 `*`"),
    ("change.title + change.title == ''", "cannot be put together"),
    ("{'a': 1}.size() == 1", "no maps"),
    ("\\" * 3_000, "not understood"),
    ("'", "not understood"),
]


def asked(text: str) -> tuple[object, float]:
    condition = compile_condition(text)
    started = time.process_time()
    answer = HUGE.holds(condition)
    return answer, time.process_time() - started


@pytest.mark.parametrize("text", SLOW, ids=range(len(SLOW)))
def test_what_would_take_long_is_not_begun(text: str) -> None:
    answer, seconds = asked(text)

    assert isinstance(answer, CouldNotLook)
    assert answer.reason is Reason.LIMIT
    assert answer.remedy
    assert seconds < SOON


@pytest.mark.parametrize("text", QUICK[:-2], ids=range(len(QUICK) - 2))
def test_what_only_looks_slow_is_answered(text: str) -> None:
    answer, seconds = asked(text)

    assert isinstance(answer, bool)
    assert seconds < SOON


@pytest.mark.parametrize("text", QUICK[-2:], ids=["touches", "touches_only"])
def test_paths_that_are_made_for_a_glob_do_not_hold_it_up(text: str) -> None:
    condition = compile_condition(text)
    crafted = replace(PLAIN.change, files=(replace(PLAIN.change.files[0], path="a" * 4_000),))
    started = time.process_time()

    answer = ready(replace(PLAIN, change=crafted), [condition]).holds(condition)

    assert answer is False
    assert time.process_time() - started < SOON


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_nobody_needs_is_refused_when_it_is_loaded(text: str, said: str) -> None:
    started = time.process_time()

    with pytest.raises(ConditionError) as caught:
        compile_condition(text)

    assert said in str(caught.value)
    assert time.process_time() - started < SOON


def test_a_change_of_more_files_than_loops_may_turn_is_not_said_to_hold_none() -> None:
    view = view_of(large_document(files=10_050, findings=0))
    condition = compile_condition("change.files.exists_one(f, f.path == 'no')")

    answer = ready(view, [condition]).holds(condition)

    assert isinstance(answer, CouldNotLook)
    assert answer.reason is Reason.LIMIT


def test_no_hostile_condition_ends_the_process() -> None:
    """In a process of its own: what the library does to memory shows at its end too."""
    texts = [*SLOW, *QUICK, *(text for text, _ in REFUSED)]
    program = (
        "import sys, json\n"
        "from weighbridge.policy.conditions.condition import ConditionError, compile_condition\n"
        "from weighbridge.policy.conditions.evaluate import answers\n"
        "from weighbridge.policy.view.build import view_of\n"
        "from tests.samples.documents import plain_document\n"
        "view = view_of(plain_document())\n"
        "for text in json.load(sys.stdin):\n"
        "    try:\n"
        "        answers(view, [compile_condition(text)])\n"
        "    except ConditionError:\n"
        "        pass\n"
        "print('lived')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(texts),
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "lived\n"), ended.stderr

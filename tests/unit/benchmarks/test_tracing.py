"""What counts as a call in a trace, and what the plain baseline sees."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.call_traces import ReadEdge, Subject, precision
from scripts.write_status import ROOT

_CODE = """
class Box:
    def __init__(self, thing):
        self.thing = made(thing)

    def each(self):
        yield from walk(self.thing)

def made(thing):
    return [kept(one) for one in thing]

def kept(one):
    return one

def walk(things):
    for one in things:
        yield kept(one)

def run(back):
    return back(Box([1, 2]))

def never():
    return run(kept)
"""
_TEST = """
from thing import box

def test_it():
    assert list(box.run(lambda made: made.each())) == [1, 2]
"""


def _subject(folder: Path) -> Subject:
    for path, text in {"src/thing/__init__.py": "", "src/thing/box.py": _CODE, "tests/test_it.py": _TEST}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return Subject(folder)


def test_traced_edges_are_those_between_functions_of_the_package(tmp_path: Path) -> None:
    traced = {(a.removeprefix("thing.box."), b.removeprefix("thing.box.")) for a, b in _subject(tmp_path).traced}

    assert traced == {
        ("run", "Box.__init__"),
        ("Box.__init__", "made"),
        ("made", "kept"),
        ("Box.each", "walk"),
        ("walk", "kept"),
    }


def test_the_plain_baseline_takes_every_function_of_the_name(tmp_path: Path) -> None:
    found = _subject(tmp_path).by_name()

    assert ("thing.box.run", "thing.box.Box.__init__") in found
    assert ("thing.box.never", "thing.box.run") in found
    assert ("thing.box.never", "thing.box.kept") not in found


def test_a_failing_test_does_not_lose_its_trace(tmp_path: Path) -> None:
    subject = _subject(tmp_path)
    (tmp_path / "tests" / "test_it.py").write_text(_TEST + "    assert False\n", "utf-8")

    assert subject.traced


def test_short_benchmarks_run(tmp_path: Path) -> None:
    env = dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "benchmarks.run", "speed", "--short"]

    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert "weighbridge --version" in run.stdout


def test_what_was_read_by_hand_counts_only_where_it_is_still_found(tmp_path: Path) -> None:
    subject = _subject(tmp_path)
    read = [
        ReadEdge(subject=tmp_path.name, caller="thing.box.never", callee="thing.box.run", verdict="right", reason=""),
        ReadEdge(
            subject=tmp_path.name, caller="thing.box.Box.each", callee="thing.box.walk", verdict="wrong", reason=""
        ),
        ReadEdge(subject=tmp_path.name, caller="thing.box.kept", callee="thing.box.run", verdict="wrong", reason=""),
    ]

    rows = list(precision(subject, read))

    assert [(row.figure, row.note[:6]) for row in rows] == [(0.5, "1 of 2")]
    assert list(precision(subject, [])) == []


def test_overriding_methods_are_called_where_what_they_override_is(tmp_path: Path) -> None:
    code = "class A:\n    def go(self): self.run()\n    def run(self): pass\nclass B(A):\n    def run(self): pass\n"
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "one.py").write_text(code, "utf-8")

    subject = Subject(tmp_path)

    assert set(subject.read(flow=False)) == {("one.A.go", "one.A.run")}
    assert subject.with_overriding() == {("one.A.go", "one.A.run"), ("one.A.go", "one.B.run")}

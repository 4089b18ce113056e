"""What is read beside a change was written by anybody: it costs little, and nothing that stands there is lost by being much."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.data_files import folders_reading
from weighbridge.landscape.infrastructure.images.left_out import let_in, read_ignored
from weighbridge.landscape.infrastructure.kubernetes.named_templates import _blocks, _Defined
from weighbridge.landscape.infrastructure.pipelines.called import Calls
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step, Text
from weighbridge.landscape.infrastructure.scopes import Allowance, Scope

DAG = 6
WIDE = 40


@contextmanager
def soon(seconds: float = 5.0) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    assert time.perf_counter() - begin < seconds


def scope(
    text: str,
    files: Mapping[str, str] | None = None,
    *,
    listed: Iterable[str] = (),
    shared: Allowance | None = None,
) -> Scope:
    def said(root: str) -> Mapping[str, object]:
        return {"x": Expression(text)} if root == "local" else {}

    return Scope(said, read=(files or {}).get, listed=lambda _folder: listed, shared=shared)


def value(text: str, files: Mapping[str, str] | None = None, *, listed: Iterable[str] = ()) -> object:
    return scope(text, files, listed=listed).filled({"": Expression("local.x")})[""]


def shared_lists(end: str) -> str:
    """Two lists of lists that are the same, each of which holds the one before it many times."""
    text = end
    for turn in range(DAG, 0, -1):
        left, right = (",".join([f"v{turn - 1}.{side}"] * WIDE) for side in "lr")
        text = f"[for v{turn} in [{{l=[{left}], r=[{right}]}}] : {text}]"
    return f'[for v0 in [{{l="x", r="x"}}] : {text}]'


@pytest.mark.parametrize("asked", ["contains([{0}.l], {0}.r)", "setsubtract([{0}.l], [{0}.r])", "{0}.l == {0}.r"])
def test_lists_that_hold_themselves_many_times_are_not_compared_without_end(asked: str) -> None:
    with soon():
        value(shared_lists(asked.format(f"v{DAG}")))


def test_a_pattern_of_files_is_not_tried_in_every_way() -> None:
    with soon():
        assert value('fileset(".", "*a*a*a*a*a*a*a*a*a*b")', listed=["a" * 200, f"{'a' * 200}b"]) == [f"{'a' * 200}b"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.json", ["a.json"]),
        ("*", ["a.json"]),
        ("*/*.json", ["b/a.json"]),
        ("**/*.json", ["a.json", "b/a.json", "b/c/a.json"]),
        ("b/**", ["b/a.json", "b/c/a.json"]),
        ("?.json", ["a.json"]),
    ],
)
def test_a_pattern_of_files_means_what_terraform_takes_it_for(pattern: str, expected: list[str]) -> None:
    assert value(f'fileset(".", "{pattern}")', listed=["b/c/a.json", "a.json", "b/a.json"]) == expected


def test_a_folder_of_many_files_is_not_gone_through_without_end() -> None:
    listed = [f"d/f{number}" for number in range(50_000)]
    with soon():
        value('[for a in range(1000): fileset(".", "q${a}*")]', listed=listed)


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("yamldecode", "\n".join(f"- {{a: {number}, b: 2}}" for number in range(1_000))),
        ("yamldecode", "- a\n" * 40_000),
        ("csvdecode", "a,b,c\n" + "1,2,3\n" * 9_000),
    ],
)
def test_a_file_is_not_read_in_every_turn_of_a_loop(text: str, file: str) -> None:
    with soon():
        value(f'[for a in range(1000): {text}("${{file("f")}}\\n# ${{a}}")]', {"f": file})


def test_many_folders_share_what_they_may_make() -> None:
    shared = Allowance()
    with soon(20.0):
        for _ in range(60):
            scope("[for a in range(1000) : [for b in range(1000) : a]]", shared=shared).filled(
                {"": Expression("local.x")}
            )


def test_lines_of_a_table_end_where_lines_of_files_do() -> None:
    rows = value('csvdecode(file("f"))', {"f": 'a,b\n"x\ny",1\nu\u2028v,2\n'})

    assert rows == [{"a": "x\ny", "b": "1"}, {"a": "u\u2028v", "b": "2"}]


def test_patterns_of_what_is_left_out_are_not_tried_in_every_way() -> None:
    patterns = "\n".join(["*a*a*a*a*a*b", "a" * 119, "a" * 5_000, "a/" * 20_000, *(f"x{n}" for n in range(390))])
    with soon():
        assert [each.called for each in let_in(read_ignored(patterns), read_ignored("x*"))][:1] == ["*a*a*a*a*a*b"]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.js", "a.js.js", True),
        ("**/*.js", "d/a.js.js", True),
        ("a*b*c", "axbxcbc", True),
        ("*", "a/b", True),
        ("*.js", "d/a.js", False),
        ("a/**/c", "a/c", True),
        ("a/*/c*", "a/b/cc", True),
    ],
)
def test_what_a_pattern_leaves_out_is_what_it_was(pattern: str, path: str, *, expected: bool) -> None:
    assert read_ignored(pattern).leaves_out(path) is expected


def test_a_long_list_of_what_is_left_out_is_read_to_its_end() -> None:
    many = "\n".join(f"x{number}" for number in range(900))

    assert [each.called for each in let_in(read_ignored(f"{many}\n.env"), read_ignored(many))] == [".env"]


def test_as_many_names_and_patterns_as_are_read_cost_little() -> None:
    names = "\n".join(f"{'a/' * 11}{number}a.key" for number in range(490))
    before = "\n".join(f"**/a/**/a*b{number}" for number in range(500))
    after = "\n".join(f"**/a/**/a*c{number}" for number in range(990))
    with soon(15.0):
        assert [*let_in(read_ignored(f"{before}\n{names}\n.env"), read_ignored(after))][-1].called == ".env"


def test_templates_that_ask_for_one_another_in_a_long_row_are_read_as_far_as_that_goes() -> None:
    text = "".join(f'{{{{define "t{n}"}}}}\na: {{{{include "t{n + 1}"}}}}\n{{{{end}}}}\n' for n in range(4_000))
    rows = text.replace("a: ", "")
    for each in (text, rows):
        defined = _Defined(dict(_blocks(each, RepoPath("a.tpl"))))
        assert set(defined.labels(defined.lines["t0"])) <= {"a"}


def test_many_names_with_parts_to_fill_in_do_not_cost_for_every_file() -> None:
    text = "".join(f'x = file("${{a}}{number}z.json")\n' for number in range(20_000))
    with soon():
        found = [[*folders_reading(RepoPath(f"a/{n}"), folders={"a"}, texts_in=lambda _: [text])] for n in range(300)]
    assert found[0] == ["a"]  # so many may be any file


def _pipeline(name: str, *steps: Step, inputs: Mapping[str, Text] | None = None) -> Pipeline:
    job = Job(name="j", line=1, steps=steps)
    return Pipeline(path=RepoPath(name), side=Side.HEAD, jobs={"j": job}, inputs=inputs or {})


def test_steps_of_a_job_count_however_many_stand_before_them_and_what_is_left_out_is_told() -> None:
    action = _pipeline("a/action.yml", *(Step(line=1, script=Text("true", 1)) for _ in range(400)))
    calls = Calls(lambda path, _kind: action if path == action.path else None)
    plain, call = Step(line=1, script=Text("true", 1)), Step(line=1, uses=Text("./a", 1))
    last = Step(line=9, script=Text("echo ${{ github.event.issue.title }}", 9))

    found = calls.whole(_pipeline("w.yml", *[plain] * 600, call, call, last))

    assert found.jobs["j"].steps[-1] == last
    assert calls.cut == {RepoPath("w.yml")}


def test_texts_that_grow_with_each_action_are_put_together_as_far_as_there_is_room() -> None:
    given = Text("${{ inputs.i }}" * 200, 1)
    files = {
        f"a{n}/action.yml": _pipeline(
            f"a{n}/action.yml",
            *(Step(line=1, uses=Text(f"./a{n + 1}", 1), settings={"i": given}) for _ in range(30)),
            inputs={"i": Text("x", 1)},
        )
        for n in range(4)
    }
    calls = Calls(lambda path, _kind: files.get(path))
    with soon():
        found = calls.whole(_pipeline("w.yml", *(Step(line=1, uses=Text("./a0", 1)) for _ in range(20))))

    held = sum(len(each.value) for step in found.jobs["j"].steps for each in step.settings.values())
    assert held < 10_000_000
    assert RepoPath("w.yml") in calls.cut

"""What expressions of HCL are, where names suffice to tell; and that none of them costs much."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.infrastructure.test_changes_of_infrastructure import infrastructure

from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action
from weighbridge.facts.terraform.evaluate import evaluated, filled
from weighbridge.facts.terraform.functions import UnknownValueError
from weighbridge.facts.terraform.hcl import read_hcl


class Known:
    """Names with plain values, and one file."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables = tables

    def value(self, root: str, name: str) -> object:
        if name not in self._tables.get(root, {}):
            raise UnknownValueError
        return self._tables[root][name]

    def standing(self, root: str, name: str) -> Expression | None:
        return Expression("aws_vpc.main.id") if (root, name) == ("local", "vpc") else None

    def text(self, path: str) -> str:
        if path != "./p.json":
            raise UnknownValueError
        return '{"who": "${who}"}'

    def paths(self, folder: str, pattern: str) -> list[str]:
        raise UnknownValueError(folder, pattern)

    def of_yaml(self, text: str) -> object:
        raise UnknownValueError(text)

    def spend(self, amount: int) -> None:
        assert amount >= 0


NAMES = Known(
    {"var": {"n": 0, "l": ["a", "b"], "m": {"x": {"y": 5}}}, "local": {"any": "0.0.0.0/0"}, "path": {"module": "."}}
)


def test_a_name_gives_way_to_the_expression_that_it_stands_for() -> None:
    assert value("local.vpc") == Expression("aws_vpc.main.id")
    assert value('"a-${local.vpc}-${local.any}"') == Expression("a-${aws_vpc.main.id}-0.0.0.0/0", is_template=True)
    assert value("local.vpc[0]") == Expression("local.vpc[0]")


def value(text: str) -> object:
    return filled(read_hcl(f"a = {text}\n".encode()).values["a"], NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[for s in var.l : upper(s)]", ["A", "B"]),
        ("[for each in var.l : each]", ["a", "b"]),
        ("{for number, s in var.l : s => number}", {"a": 0, "b": 1}),
        ("{for k, v in {a = {on = true}, b = {on = false}} : k => v if v.on}", {"a": {"on": True}}),
        ('[for k, v in {b = 1, a = 2} : "${k}-${v}"]', ["a-2", "b-1"]),
        ('toset([for s in var.l : s if s != "a"])', ["b"]),
        ('[for s in [for t in var.l : "${t}x"] : upper(s)]', ["AX", "BX"]),
        ("keys({for s in var.l : s => aws_x.y[s].id})", ["a", "b"]),
        ("{for k, v in var.m : k => v.y}", {"x": 5}),
        ("length([for s in var.l : aws_x.y[s].id])", 2),
    ],
)
def test_a_loop_is_what_it_makes_of_each(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[for s in var.other : s]",
        "{for s in var.l : aws_x.y[s].id => s}",
        "[for s in var.l : s if var.other]",
    ],
)
def test_a_loop_of_which_only_running_tells_what_it_makes_stays_as_it_is_written(text: str) -> None:
    assert value(text) == Expression(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 - 1", 0),
        ("false ? 1 : 0", 0),
        ("var.n", 0),
        ("!true", False),
        ('var.l[0] == "a"', True),
        ('var.n > 0 || var.l[1] == "b"', True),
        ("var.m.x.y", 5),
        ('format("%s/0", "0.0.0.0")', "0.0.0.0/0"),
        ('"${local.any}x"', "0.0.0.0/0x"),
        ('coalesce(null, "", 3)', 3),
        ('jsondecode(templatefile("${path.module}/p.json", { who = "x" })).who', "x"),
        ("length(var.l)", 2),
        ('lookup({ a = 1 }, "b", 2)', 2),
        ("toset([])", []),
        ('element(["a"], 3)', "a"),
        ("1.0 == 1", True),
        ("true == 1", False),
        ('tonumber("1.5") + tonumber("2")', 3.5),
        ('replace("a-a", "-", "+")', "a+a"),
        ('"${~ local.any ~}"', "0.0.0.0/0"),
        ('"${format("%s}", "{")}"', "{}"),
        ("[for each in var.l : upper(each)]", ["A", "B"]),
        ("[for at, each in var.l : at if each != upper(each)]", [0, 1]),
        ('{ for key, each in { a = 1, b = 2 } : key => each + 1 if key != "a" }', {"b": 3}),
        ("{ for each in [{ n = 1, k = true }, { n = 2, k = false }] : each.n => each.k if each.k }", {"1": True}),
        ('{ for each in [["x", 1], ["x", 2]] : each[0] => each[1]... }', {"x": [1, 2]}),
        ("merge([for one in var.l : { for two in var.l : one => two if one == two }]...)", {"a": "a", "b": "b"}),
        ("flatten([for one in var.l : [for two in var.l : join(one, [two, two])]])", ["aaa", "bab", "aba", "bbb"]),
        ("{ for each in var.l : each => var.other }", {"a": Expression("var.other"), "b": Expression("var.other")}),
        ("try(var.m.z, 1)", 1),
        ("try(var.l[7], var.m.x.z, 2)", 2),
        ("can(var.m.x)", True),
        ("can(var.m.z)", False),
        ('csvdecode("name,size\\na,1\\n")', [{"name": "a", "size": "1"}]),
        ('trimsuffix("a.json", ".json")', "a"),
        ('setsubtract(var.l, ["a"])', ["b"]),
    ],
)
def test_what_names_suffice_for_is_known(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "var.other",
        "try(var.other, 1)",
        "var.other ? 1 : 0",
        "timestamp()",
        "[for each in var.other : each]",
        "[for each in var.l : each if var.other]",
        "{ for each in var.l : var.other => each }",
        "{ for each in var.l : var.n => each }",
        "merge(var.other...)",
        "concat(var.m...)",
        'csvdecode("a\\n1,2")',
        'fileset(path.module, "/etc/*")',
        'yamldecode("a: [")',
        'file("/etc/passwd")',
        'file("../../x")',
        "element([], 1)",
        "1 / 0",
        'replace("a", "/a/", "b")',
        "var.m[[1]]",
        "var.m[{}]",
        "var.l[[1]]",
        "lookup(var.m, [1], 2)",
        'tonumber("inf") * 1',
        'tonumber("nan") + 1',
        'tonumber("1e400") + 1',
        'tonumber("--1") + 1',
        'jsondecode("NaN")',
        'jsondecode("[1e999]")[0] * 2',
        'ceil(jsondecode("1e999"))',
        f'jsondecode("{"9" * 4_000}") / 3',
        f'format("%s", jsondecode("{"9" * 4_000}"))',
        f'jsondecode("{"9" * 5_000}")',
        "999999999999999 * 999999999999999 * 999999999999999",
        "range(1, 5, 0)",
        "[var.other] == [1]",
        "distinct([[1]])",
        'keys("a")',
    ],
)
def test_anything_else_stays_as_it_is_written(text: str) -> None:
    assert isinstance(value(text), Expression)


def test_of_a_text_the_known_parts_are_filled_in() -> None:
    assert value('"${var.other}-${local.any}"') == Expression("${var.other}-0.0.0.0/0", is_template=True)


def test_a_dynamic_block_is_as_many_blocks_as_it_goes_over() -> None:
    text = 'resource "a" "b" {\n  dynamic "rule" {\n    for_each = var.l\n    iterator = r\n    content {\n      name = r.value\n    }\n  }\n}\n'
    assert filled(dict(read_hcl(text.encode()).blocks[0].values), NAMES) == {"rule": [{"name": "a"}, {"name": "b"}]}


@given(st.text(alphabet='ab.10[]{}()"$?:!-+*/%<>=&| \n', max_size=60))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    evaluated(Expression(text), NAMES)
    evaluated(Expression(text, is_template=True), NAMES)


def test_a_part_written_for_a_template_is_no_part() -> None:
    assert value('"$${local.any}-${local.any}"') == Expression("$${local.any}-0.0.0.0/0", is_template=True)


LONG = Known({"var": {"l": ["a" * 100_000] * 1_000, "s": "a" * 100_000, "none": [""] * 9_000}})


@pytest.mark.parametrize(
    "text",
    [
        'replace(var.s, "a", var.s)',
        'replace(var.s, "", var.s)',
        'join("", var.l)',
        'join(var.s, ["", "", ""])',
        f'join("", {", ".join(["var.none"] * 5_000)})',
        f"concat({', '.join(['var.none'] * 5_000)})",
        f'format("{"%s" * 10_000}", {", ".join(["var.s"] * 10_000)})',
        f'"{"${var.s}" * 20_000}"',
    ],
)
def test_a_text_or_a_list_that_would_become_too_long_is_not_made(text: str) -> None:
    start = time.process_time()
    assert isinstance(filled(read_hcl(f"a = {text}\n".encode()).values["a"], LONG), Expression)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text",
    [
        "${" + " " * 150_000,
        "${" * 90_000,
        '${"' * 60_000,
        '${\\"' * 40_000,
        '${"\\"' * 30_000,
        '${"${' * 30_000 + '}"}' * 30_000,
        "${[" * 60_000,
    ],
)
def test_no_template_takes_longer_than_it_is_long(text: str) -> None:
    start = time.process_time()
    assert isinstance(evaluated(Expression(text, is_template=True), NAMES), Expression)
    assert time.process_time() - start < 5


SQUARES = "".join(f"  a{n + 1} = local.a{n} * local.a{n}\n" for n in range(30))
NESTED = "content {\n  x = 1\n}\n"
for _ in range(6):
    NESTED = f'content {{\n  dynamic "r" {{\n    for_each = range(200)\n{NESTED}}}\n}}\n'
DYNAMIC = f'resource "a" "b" {{\n  dynamic "r" {{\n    for_each = range(200)\n{NESTED}}}\n}}\n'
LOCALS = "".join(f"  a{n} = [{', '.join([f'local.a{n + 1}'] * 20)}]\n" for n in range(100))
LOOP = "1"
for _ in range(4):
    LOOP = f"[for each in range(900) : {LOOP}]"
LOOPS = "".join(f'resource "a" "b{n}" {{\n  c = {LOOP}\n}}\n' for n in range(300))
USES = 'resource "a" "b" {\n  c = local.a\n}\n'
DOUBLED = "".join(f'  a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"\n' for n in range(14))
TAKEN = "".join(f'  b{n} = "${{local.a13}}{n}"\n' for n in range(5_000))
TAKERS = "".join(f'resource "a" "b{n}" {{\n  c = "${{local.a13}}{n}"\n}}\n' for n in range(2_000))
DEEP = "1"
for _ in range(8):
    DEEP = f"[for a in range(1000) : {DEEP}]"
RENAMED = "".join(f'resource "aws_db_instance" "NAME{n}" {{\n  identifier = "NAME{n}"\n}}\n' for n in range(2_000))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"locals {{\n{LOCALS}  a100 = 1\n}}\n",
            f'locals {{\n{LOCALS}  a100 = 2\n}}\nresource "a" "b" {{\n  c = local.a0\n}}\n',
        ),
        (RENAMED.replace("NAME", "old"), RENAMED.replace("NAME", "new")),
        ("# none\n", f'locals {{\n  a = {"+".join(["1"] * 5_000)}\n}}\nresource "a" "b" {{\n  c = local.a\n}}\n'),
        ("# none\n", f'locals {{\n  a0 = 12345\n{SQUARES}}}\nresource "a" "b" {{\n  c = "x${{local.a30}}"\n}}\n'),
        ("# none\n", DYNAMIC),
        ("# none\n", f"locals {{\n  a = {DEEP}\n}}\n{USES}"),
        ("# none\n", f"locals {{\n  a0 = data.a.b.c\n{DOUBLED}{TAKEN}}}\n{USES}{TAKERS}"),
        ("# none\n", LOOPS),
        ("# none\n", f'locals {{\n  a = [{"join(local.b, range(900)), " * 9_000}]\n  b = "{"b" * 200}"\n}}\n{USES}'),
    ],
)
def test_neither_names_of_names_nor_thousands_renamed_take_long(before: str, after: str) -> None:
    start = time.process_time()
    found = infrastructure({"old.tf": (before, None), "new.tf": (None, after)}).alterations
    assert time.process_time() - start < 8
    assert all(each.change.action in (Action.CREATE, Action.DELETE) for each in found)

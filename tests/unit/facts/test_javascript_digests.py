"""JavaScript's digests follow what the code does, never how it is laid out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.facts.spelling import extracted

from weighbridge.facts.model import Definition

SOURCE = """import { price } from './prices'

/** Pays. */
export class Shop extends Base {
  rate = 1
  async pay(id: string, n: number): Promise<number> {
    const total = price(id) * n // why
    const words = ['a  b', "it's", `x
y ${ total } z`]
    if (total > 10) { throw new Refused('too much', total) }
    function inner() { return 1 }
    list.forEach((each) => { log(each) })
    return i++ + total
  }
}
"""


def named(source: str, name: str, *, role: str = "typescript") -> Definition:
    return next(each for each in extracted(source, role).definitions if each.name == name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" // why", ""),
        (" // why", " /* because */ // why not"),
        ("/** Pays. */\n", ""),
        ("* n // why\n", "* n; // why\n"),
        ("rate = 1\n", "rate = 1;\n"),
        ("return i++ + total\n", "return i++ + total;\n"),
        ("{ return 1 }", "{ return 1; }"),
        ("{ log(each) }", "{\n log(each);\n }"),
        ("'a  b'", '"a  b"'),
        ('"it\'s"', "'it\\'s'"),
        ("total)", "total,)"),
        ("z`]", "z`,\n]"),
        ("(total > 10) {", "(total>10)\n\n{\n"),
        ("(id: string, n: number)", "(\n    id: string,\n    n: number,\n  )"),
        ("from './prices'", 'from "./prices";'),
        ("    ", "\t"),
    ],
)
@pytest.mark.parametrize("name", ["", "Shop", "rate", "pay", "inner"])
def test_layout_quotes_commas_and_semicolons_change_no_digest(name: str, old: str, new: str) -> None:
    before, after = named(SOURCE, name), named(SOURCE.replace(old, new), name)

    assert old in SOURCE
    assert (after.body, after.signature) == (before.body, before.signature)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("> 10", ">= 10"),
        ("a  b", "a b"),
        ("a  b", "a ,b"),
        ("x\ny", "x y"),
        ("x\ny", "x\n\ny"),
        ("'too much'", "'too;much'"),
        ("const total", "let total"),
        ("i++ + total", "i + ++total"),
        ("return i++ + total", "return\n i++ + total"),
        ("(total > 10) {", "(total > 10) ; {"),
        ("await", "await"),
        ("'too much', total", "total, 'too much'"),
        ("log(each)", "audit(each)"),
        ("function inner() { return 1 }", ""),
    ],
)
def test_a_real_change_changes_the_digest(old: str, new: str) -> None:
    before, after = named(SOURCE, "pay"), named(SOURCE.replace(old, new), "pay")

    assert (before.body == after.body) == (old == new)


def test_a_named_definition_inside_is_not_its_holders_body() -> None:
    changed = SOURCE.replace("return 1", "return 2")

    differing = [
        one.name
        for one, two in zip(
            extracted(SOURCE, "typescript").definitions, extracted(changed, "typescript").definitions, strict=True
        )
        if one.body != two.body
    ]
    assert differing == ["inner"]


def test_a_moved_file_of_lambdas_keeps_its_digests() -> None:
    one, two = (extracted(each, "tsx").definitions for each in (SOURCE, "\n\n" + SOURCE))

    assert [each.body for each in one] == [each.body for each in two]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("<p>\n  a b\n  c\n</p>", "<p>a b c</p>", True),
        ("<p>a b</p>", "<p>ab</p>", False),
        ("<p>don't, or do</p>", "<p>don't or do</p>", False),
        ("<A b='c' />", '<A\n  b="c"\n/>', True),
        ("/a b/g", "/ab/g", False),
        ("/a,]/", "/a]/", False),
        ("'\\n'", "'\\\\n'", False),
        ("`'`", '`"`', False),
        ("{ a: 1, }", "{\n a: 1\n}", True),
        ("[a, , b]", "[a, b]", False),
    ],
)
def test_literals_are_read_to_the_letter_and_markup_as_it_shows(before: str, after: str, *, same: bool) -> None:
    one, two = (named(f"const x = {each}", "x", role="tsx") for each in (before, after))

    assert (one.body == two.body) == same


@pytest.mark.parametrize("head", ["interface A", "type A ="])
def test_members_of_a_type_may_end_in_any_way(head: str) -> None:
    one = named(f"{head} {{ a: string; [k: string]: B; }}", "A")
    two = named(f"{head} {{\n a: string,\n [k: string]: B\n}}", "A")
    three = named(f"{head} {{\n a: string\n [k: string]: B\n}}", "A")

    assert one.body == two.body == three.body
    assert one.signature == two.signature == three.signature


@given(st.text(st.sampled_from(" \t\n,;'\"ab"), max_size=8), st.text(st.sampled_from(" \t\n,;'\"ab"), max_size=8))
def test_different_templates_never_share_a_digest(one: str, other: str) -> None:
    assert (named(f"const x = `{one}`", "x").body == named(f"const x = `{other}`", "x").body) == (one == other)

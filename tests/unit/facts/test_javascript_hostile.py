"""Whatever bytes come, JavaScript's extractor gives facts, soon, and says what it could not read."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.facts.spelling import extracted, spelled_step

from weighbridge.facts.model import FileFacts, decode, encode

ROLES = ("javascript", "typescript", "tsx")

SEED = b"""#!/usr/bin/env node
import d, {a as b, type C} from "m"; export * from "n"; const {x, ...y} = require('p'), [z] = require("q")();
/** doc */ @Dec({a: 1}) export default abstract class A<T> extends B.c<T> implements D {
  @In() private readonly e?: F = g(); static { h() } constructor(@In(T) private db: Db = 3, ...r: any[]) { super() }
  over(a: string): void; over(a: any) { return a } async *m({a, b: {c = 1}}, [d] = []) { yield* this.db.q(`x${a}y`) }
  #p = (e) => e?.f?.[0]!.g(...h); get q() { return 1 } }
export const conf = { m() {}, [c]: 1, "s": { t: () => 1 }, ...sp }, LIM = 3;
enum E { P, Q = "x" } namespace N.M { export function f(): void {} } type U = V[] | ((a: W) => X);
interface I<T> extends J<T> { a?: string; m(x: number): Row; new(x): I }
function g2(this: Foo, a?: string) { try { for (const [k, v] of z) { if (k) {} else if (v) w(); else u() } }
  catch ({m}) { throw n } finally { switch (a) { case b: c(); default: } } return a ? b : c, d }
module.exports = exports.q = { r, s: function () {} }; F.prototype.g = function () {}; x ||= y++ + -1;
"""


def well_formed(facts: FileFacts) -> bool:
    count = len(facts.definitions)
    return (
        decode(encode(facts)) == facts
        and all(each.parent < max(1, index) for index, each in enumerate(facts.definitions))
        and all(each.line <= each.end_line for each in facts.definitions)
        and all(0 <= each.scope < count for each in facts.steps)
        and all(1 <= first <= last for first, last in facts.errors)
    )


@given(data=st.binary(max_size=400), role=st.sampled_from(ROLES))
def test_any_bytes_give_facts(data: bytes, role: str) -> None:
    assert well_formed(extracted(data, role))


_PIECES = [
    b"",
    b"{",
    b")",
    b'"',
    b"`",
    b"${",
    b"/*",
    b"\0",
    b"\xff",
    b"class ",
    b"=>",
    b"...",
    b"<",
    b"@",
    b"/",
    b"import ",
]


@settings(max_examples=300, deadline=None)
@given(
    role=st.sampled_from(ROLES),
    cuts=st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 40), st.sampled_from(_PIECES)), max_size=6),
)
def test_mutated_sources_give_facts(role: str, cuts: list[tuple[int, int, bytes]]) -> None:
    data = SEED
    for at, length, replacement in cuts:
        data = data[:at] + replacement + data[at + length :]

    assert well_formed(extracted(data, role))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "source",
    [
        "(" * 50_000 + ")" * 50_000,
        "(" * 50_000,
        "f(" * 20_000 + ")" * 20_000,
        "f(() => {" * 5_000 + "})" * 5_000,
        "x = " + "{a: " * 20_000 + "1" + "}" * 20_000,
        "a" + ".b(c)" * 20_000,
        "a" + " + b" * 20_000,
        "a ? b : " * 20_000 + "c",
        "if (a) b; else " * 20_000 + "c",
        "{" * 20_000 + "}" * 20_000,
        "function f() {" * 5_000 + "}" * 5_000,
        "class A { m() {" * 5_000 + "}}" * 5_000,
        "`${" * 20_000 + "a" + "}`" * 20_000,
        "x = " + "<A>" * 10_000 + "</A>" * 10_000,
        "type A = " + "P<" * 20_000 + "Q" + ">" * 20_000,
        "type A = " + "a extends b ? c : " * 5_000 + "d",
        "var " + "{a: " * 20_000 + "b" + "}" * 20_000 + " = c",
        "exports.a = " * 20_000 + "1",
        "A.prototype.b = function () {};" * 5_000,
        "new " * 20_000 + "A",
        "namespace A {" * 5_000 + "}" * 5_000,
        '"\\' * 100_000,
        "/*" * 100_000,
    ],
)
def test_deep_or_endless_sources_are_read_within_seconds(role: str, source: str) -> None:
    started = time.process_time()
    facts = extracted(source, role)

    assert well_formed(facts)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("source", "mention"),
    [
        ("f(" * 500 + "deepest()" + ")" * 500, "deepest()"),
        ("{" * 500 + "deepest()" + "}" * 500, "deepest()"),
        ("const f = " + "() => " * 500 + "deepest()", "deepest()"),
    ],
)
def test_what_lies_too_deep_is_said_to_be_unread(source: str, mention: str) -> None:
    facts = extracted(source, "javascript")

    assert not any(mention in spelled_step(step) for step in facts.steps)
    assert facts.errors == ((1, 1),)


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        (b"a()\nb('\xff')\nc()", ((2, 2),)),
        (b"a()\nb('\0')\nc()", ((2, 2),)),
        (b"a()\nlet = ;\nc()", ((2, 2),)),
        (b"\xef\xbb\xbfa()\n", ()),
        ("\ufeffa()\n".encode("utf-16-le"), ()),
        ("a('\ufffd')".encode(), ()),
    ],
)
def test_lines_that_are_no_text_or_no_code_are_errors(source: bytes, errors: tuple[tuple[int, int], ...]) -> None:
    facts = extracted(source, "javascript")

    assert facts.errors == errors
    assert spelled_step(facts.steps[0]).startswith("use = a(")


@pytest.mark.parametrize(
    "source",
    [
        "export type * from './a'",
        "f<typeof import('m')>()",
        "interface A {\n  <T>(a: T): B\n  <T = C>(a: T, b: T): B\n}",
        "interface A {\n  <T>(a: T): [B]\n  <\n    T extends C = {},\n    U = T\n  >(\n    a: T\n  ): [B, U]\n}\nclass D {}",
    ],
)
def test_right_code_that_the_grammar_misreads_is_read(source: str) -> None:
    assert extracted(source, "typescript").errors == ()


def test_a_class_below_overloads_over_several_lines_is_not_lost() -> None:
    overload = "  <\n    T extends C = {},\n  >(\n    a: T\n  ): [B, T]\n"
    facts = extracted("interface A {\n" + overload * 3 + "}\nexport class D {\n  m() {}\n}\n", "typescript")

    assert [each.name for each in facts.definitions[1:]] == ["A", "D", "m"]
    assert facts.errors == ()


def test_a_class_below_what_no_grammar_reads_is_read_and_those_lines_are_errors() -> None:
    facts = extracted("interface A { b c <<>> (\nexport class D {\n  m() {}\n}\n", "typescript")

    assert {"D", "m"} <= {each.name for each in facts.definitions}
    assert facts.errors[0][0] == 1

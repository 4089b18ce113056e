"""Whatever bytes come, Go's and Java's extractors and recognisers give facts, soon, and say what they could not read."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.facts.spelling import extracted, spelled_step

from weighbridge.facts.extract import extract
from weighbridge.facts.model import FileFacts, decode, encode

ROLES = ("go", "java")

GO = b"""package p
import m "net/http"
type A struct { B; x, y int `json:"x"`; f func(a int, b ...string) (int, error) }
type I interface { io.Reader; Get(x int) (a error); ~int | string }
const ( X = iota; Y )
func (s *Stack[T]) Push(v T, xs ...*T) (n int, err error) {
  a, b := f(), 2; for i, v := range xs { v() }
  switch v := x.(type) { case *A, B: v(); default: }
  select { case v, ok := <-ch: v(); case ch <- 3: default: }
  go func(a int) { h() }(3); z := []A{{x: 1}, {2}}; t := x.(T); u := []byte("x"); r := gen[int](3)
  return a + "x" + b, nil
}
"""

JAVA = b"""package a.b; import static java.util.Map.entry;
/** doc */ @Foo("x") abstract sealed class A<T extends Foo> extends B<T> implements C permits E {
  private final List<Foo> xs = new ArrayList<>(), ys[];
  A(int x, @Q String... ys) throws IOException { this(x); }
  enum Color { RED(1) { void z() {} }, BLUE; } record P(int x) { P { check(x); } }
  void body() { for (Foo f : foos) f.bar(); try (var in = open(); r2) { } catch (A | B e) { throw new X(e); }
    int y = switch (x) { case A -> 1; case B, C -> { yield 2; } default -> throw new X(); };
    xs.stream().map(x -> x.foo()).map(Foo::bar).map(int[]::new); if (o instanceof P(int x, var yy)) {}
    ((Foo) o).bar(); A.super.foo(); int[][] a2 = new int[3][]; outer.new Inner(); String s = \"\"\"
      text \"\"\" + x; }
}
"""

SEEDS = {"go": GO, "java": JAVA}


def well_formed(facts: FileFacts) -> bool:
    count = len(facts.definitions)
    return (
        decode(encode(facts)) == facts
        and all(each.parent < max(1, index) for index, each in enumerate(facts.definitions))
        and all(0 <= each.scope < count for each in facts.steps)
        and all(1 <= first <= last for first, last in facts.errors)
    )


@given(data=st.binary(max_size=400), role=st.sampled_from(ROLES))
def test_any_bytes_give_facts(data: bytes, role: str) -> None:
    assert well_formed(extracted(data, role))


@settings(max_examples=300, deadline=None)
@given(
    role=st.sampled_from(ROLES),
    cuts=st.lists(
        st.tuples(
            st.integers(0, 2_000),
            st.integers(0, 40),
            st.sampled_from(
                [b"", b"{", b")", b'"', b"`", b"/*", b"\0", b"\xff", b"func ", b"class ", b"@", b"->", b"...", b"*"]
            ),
        ),
        max_size=6,
    ),
)
def test_mutated_sources_give_facts(role: str, cuts: list[tuple[int, int, bytes]]) -> None:
    data = SEEDS[role]
    for at, length, replacement in cuts:
        data = data[:at] + replacement + data[at + length :]

    assert well_formed(extract(data, role))


@pytest.mark.parametrize(
    ("role", "source"),
    [
        ("go", "package p\nfunc f() { x := " + "(" * 20_000 + ")" * 20_000 + " }"),
        ("go", "package p\nfunc f() { x := " + "g(" * 5_000 + ")" * 5_000 + " }"),
        ("go", "package p\nfunc f() { x := " + "func() { y := " * 3_000 + "1" + "}" * 3_000 + " }"),
        ("go", "package p\nfunc f() { " + "if a { " * 5_000 + "}" * 5_000 + " }"),
        ("go", "package p\nfunc f() { x := a" + " + a" * 20_000 + " }"),
        ("go", "package p\nfunc f() { x" + ".a()" * 5_000 + " }"),
        ("go", "package p\nvar x " + "[]" * 20_000 + "T"),
        ("go", "package p\nvar x = T" + "{a: T" * 3_000 + "}" * 3_000),
        ("go", "package p\nvar " + "a, " * 30_000 + "b = f()"),
        ("go", "package p\n" + '"\\' * 100_000),
        ("go", "package p\n" + "/*" * 100_000),
        ("java", "class A { int x = " + "(" * 20_000 + ")" * 20_000 + "; }"),
        ("java", "class A { Object x = " + "() -> " * 5_000 + "1; }"),
        ("java", "class A { " * 3_000 + "}" * 3_000),
        ("java", "class A { void f() { x" + ".a()" * 5_000 + "; } }"),
        ("java", "class A { String s = a" + ' + "b"' * 20_000 + "; }"),
        ("java", "class A { " + "List<" * 5_000 + "A" + ">" * 5_000 + " x; }"),
        ("java", "class A { void f() { " + "{" * 5_000 + "}" * 5_000 + " } }"),
        ("java", "class A { Object x = " + "new A() { Object x = " * 2_000 + "1;}" * 2_000 + "; }"),
        ("java", "class A { Object x = " + "new A() { Object x = " * 30_000 + "1;}" * 30_000 + "; }"),
        ("java", "enum A { X { " + "enum B { Y { " * 30_000 + "} }" * 30_000 + "} }"),
        ("java", "class A { int " + "a, " * 30_000 + "b; }"),
        ("java", "class A { Object x = " + "(B) " * 5_000 + "1; }"),
        ("java", '"\\' * 100_000),
        ("java", '"""' + '\\"' * 100_000),
        ("java", "*/\nclass A {}\n" * 5_000),
    ],
)
def test_deep_or_endless_sources_are_read_within_seconds(role: str, source: str) -> None:
    started = time.process_time()
    facts = extract(source.encode(), role)

    assert well_formed(facts)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("role", "source", "mention"),
    [
        ("go", "package p\nfunc f() { x := " + "g(" * 500 + "deepest()" + ")" * 500 + " }", "deepest()"),
        ("java", "class A { void f() { " + "g(" * 500 + "deepest()" + ")" * 500 + "; } }", "deepest()"),
        ("java", "class A { void f() { deepest()" + ".a()" * 500 + "; } }", "deepest()"),
    ],
)
def test_what_lies_too_deep_for_its_expression_is_a_step_of_its_own(role: str, source: str, *, mention: str) -> None:
    assert any(mention in spelled_step(step) for step in extracted(source, role).steps)


@pytest.mark.parametrize("role", ROLES)
def test_lines_that_are_not_utf8_are_errors_and_the_others_are_read(role: str) -> None:
    source = {"go": b"package p\n// \xff\nfunc f() {}\n", "java": b"class A {\n// \xff\nvoid f() {} }\n"}[role]
    facts = extracted(source, role)

    assert facts.errors == ((2, 2),)
    assert "f" in [each.name for each in facts.definitions]


@pytest.mark.parametrize("role", ROLES)
def test_names_in_other_scripts_are_read(role: str) -> None:
    source = {"go": "package p\nfunc grüße() { 挨拶() }\n", "java": "class A { void grüße() { 挨拶(); } }\n"}[role]
    facts = extracted(source, role)

    assert facts.errors == ()
    assert facts.definitions[-1].name == "grüße"
    assert [spelled_step(step) for step in facts.steps] == ["use = 挨拶()"]


@pytest.mark.parametrize("role", ROLES)
def test_null_bytes_are_an_error_and_no_crash(role: str) -> None:
    facts = extracted(SEEDS[role] + b"\0\0x\0", role)

    assert facts.errors
    assert len(facts.definitions) > 3


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_file_holds_only_itself(role: str) -> None:
    facts = extracted(b"", role)

    assert (len(facts.definitions), facts.steps, facts.errors, facts.lines) == (1, (), (), 0)


@pytest.mark.parametrize("role", ROLES)
def test_sources_in_order_have_no_errors(role: str) -> None:
    assert extracted(SEEDS[role], role).errors == ()

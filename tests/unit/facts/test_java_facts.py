"""Java sources and the facts they hold."""

import pytest
from tests.unit.facts.spelling import extracted, spelled, steps_of

from weighbridge.facts.model import Definition, FileFacts


def in_method(body: str) -> list[str]:
    return steps_of(extracted(f"class A {{\n void f() {{\n{body}\n }}\n}}\n", "java"), "A.f")


def named(facts: FileFacts, name: str) -> Definition:
    return next(each for index, each in enumerate(facts.definitions) if facts.qualified_name(index) == name)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("List<Order> xs = repo.find(1);", ["bind xs: List[Order] = repo.find(1)"]),
        ("var x = g();", ["bind x = g()"]),
        ("int i = 0, j[] = {1};", ["bind i: int = 0", "bind j: [][int] = {0: 1}"]),
        ("this.x = y;", ["bind this.x = y"]),
        ("x += g();", ["bind x = (x | g())"]),
        ('s += "a";', ["bind s = '{}a' % (s)"]),
        ("i++;", ["bind i = (i)"]),
        ("for (Order o : orders) o.pay();", ["iterate o: Order = orders", "use = o.pay()"]),
        ("for (int k = 0; k < n; k++) {}", ["bind k: int = 0", "use = (k | n)", "bind k = (k)"]),
        ("try (var in = open()) { in.read(); }", ["bind in = open()", "use = in.read()"]),
        ("try { g(); } catch (A | B e) { h(e); }", ["use = g()", "bind e: (A | B) = _", "use = h(e)"]),
        ("throw new X(e);", ["raise = X(e)"]),
        ("return;", []),
        ("return x;", ["return = x"]),
        ("assert x : g();", ["assert = x", "use = g()"]),
        ("synchronized (lock) { g(); }", ["enter = lock", "use = g()"]),
        ("switch (x) { case A: g(); break; default: h(); }", ["use = x", "use = A", "use = g()", "use = h()"]),
        ("switch (x) { case Foo f -> f.m(); default -> {} }", ["use = x", "bind f: Foo = x", "use = f.m()"]),
        ("if (o instanceof Foo f) f.m();", ["bind f: Foo = o", "use = (o)", "use = f.m()"]),
        ("while ((line = r.next()) != null) g(line);", ["bind line = r.next()", "use = (r.next())", "use = g(line)"]),
        ("label: while (true) { continue label; }", []),
    ],
)
def test_a_statement_becomes_steps(statement: str, expected: list[str]) -> None:
    assert in_method(statement) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("new Order(1, x)", "Order(1, x)"),
        ("new ArrayList<Order>()", "ArrayList[Order]()"),
        ("new ArrayList<>()", "ArrayList()"),
        ("new int[3]", "[][int](3)"),
        ("new String[]{a, b}", "{0: a, 1: b}"),
        ("Foo::bar", "Foo.bar"),
        ("Foo::new", "Foo"),
        ("this::bar", "this.bar"),
        ("super.bar()", "super.bar()"),
        ("a.b.C.d()", "a.b.C.d()"),
        ("Foo.<String>bar()", "Foo.bar()"),
        ("xs.stream().map(Foo::id).toList()", "xs.stream().map(Foo.id).toList()"),
        ("(int) x", "x"),
        ("c ? a : b", "(a | b)"),
        ("Foo.class", "Foo.class"),
        ("xs[0]", "xs[0]"),
        ('"a" + x + 1', "'a{}1' % (x)"),
        ('"""\n  text\n"""', "'  text\\n'"),
        ("1 + 2", "_"),
        ("switch (x) { case A -> g(); default -> h(); }", "(g() | h())"),
    ],
)
def test_an_expression_keeps_the_names_in_it(expression: str, expected: str) -> None:
    (step,) = [each for each in in_method(f"v = {expression};") if each.startswith("bind v")]

    assert step.removeprefix("bind v = ") == expected


def test_a_cast_gives_its_value_to_a_name_of_that_type() -> None:
    assert in_method("((Foo) o).bar();") == ["bind (Foo)@3:2: Foo = o", "use = (Foo)@3:2.bar()"]


def test_a_chain_broken_by_comments_is_one_chain() -> None:
    assert in_method("a.b() // why\n .c();") == ["use = a.b().c()"]


@pytest.mark.parametrize(
    ("written", "module", "name", "alias"),
    [
        ("java.util.List", "java.util", "List", "List"),
        ("java.util.*", "java.util", "*", ""),
        ("static java.util.Map.entry", "java.util.Map", "entry", "entry"),
        ("static java.util.Map.*", "java.util.Map", "*", ""),
    ],
)
def test_an_import_says_what_it_binds(written: str, module: str, name: str, alias: str) -> None:
    (found,) = extracted(f"package a.b;\nimport {written};\n", "java").imports

    assert (found.module, found.name, found.alias, found.line) == (module, name, alias, 2)


def test_a_class_has_bases_decorators_and_its_modifiers_in_the_signature() -> None:
    source = '/** Takes orders. */\n@Path("/a")\n@Get(value = "/x", names = {"p"}) public abstract class A<T extends Foo>\n    extends B<T> implements C, d.D { }\n'
    facts = extracted(source, "java")
    found = named(facts, "A")

    assert [spelled(each) for each in found.decorators] == ["Path('/a')", "Get(value='/x', names={0: 'p'})"]
    assert [spelled(each) for each in found.bases] == ["B[T]", "C", "d.D"]
    assert found.signature == (
        '@Path("/a") @Get(value = "/x", names = {"p"}) public abstract class A<T extends Foo> extends B<T> implements C, d.D'
    )
    assert (found.is_abstract, found.documentation) == (True, "Takes orders.")
    assert steps_of(facts, "A") == ["use = Foo"]


def test_a_constructor_is_found_by_what_new_calls() -> None:
    facts = extracted("class A extends B { public A(int x) { super(x); this.x = x; } }", "java")

    assert named(facts, "A.<init>").signature == "public A(int x)"
    assert steps_of(facts, "A.<init>") == ["use = super.<init>(x)", "bind this.x = x"]


def test_only_private_names_are_hidden() -> None:
    facts = extracted("class A { private int a; protected int b; int c; private void d() {} void e() {} }", "java")

    assert [each.name for each in facts.definitions if not each.is_exported] == ["a", "d"]


def test_fields_are_definitions_whose_values_run_in_the_class() -> None:
    facts = extracted("class A { @Inject private final Repo<Order> repo = make(); static { init(); } }", "java")
    field = named(facts, "A.repo")

    assert (field.kind, field.signature) == ("variable", "@Inject private final Repo<Order> repo")
    assert [spelled(each) for each in field.decorators] == ["Inject"]
    assert steps_of(facts, "A") == ["bind repo: Repo[Order] = make()", "use = init()"]


def test_an_enums_constants_are_made_by_its_constructor() -> None:
    facts = extracted("enum Color implements I { RED(1), BLUE { void z() {} }; Color(int x) {} }", "java")

    assert steps_of(facts, "Color") == ["bind RED = Color(1)", "bind BLUE = #4()"]
    assert [spelled(each) for each in named(facts, "Color.Color@1").bases] == ["Color"]
    assert named(facts, "Color.RED").kind == "variable"


def test_a_record_has_its_components_as_parameters_and_variables() -> None:
    facts = extracted("record P(int x, Order y) { P { check(x); } }", "java")

    assert [each.name for each in named(facts, "P").parameters] == ["x", "y"]
    assert steps_of(facts, "P") == ["bind x: int = _", "bind y: Order = _"]
    assert [each.name for each in named(facts, "P.<init>").parameters] == ["x", "y"]


def test_methods_without_a_body_are_abstract() -> None:
    facts = extracted(
        'interface I { void a(); default void b() {} int N = 3; }\n@interface Q { String value() default ""; }', "java"
    )

    assert {each.name: each.is_abstract for each in facts.definitions if each.kind == "method"} == {
        "a": True,
        "b": False,
        "value": True,
    }
    assert named(facts, "I").kind == named(facts, "Q").kind == "interface"


def test_lambdas_and_anonymous_classes_are_definitions_where_they_stand() -> None:
    facts = extracted(
        "class A { void f() {\n run(x -> x.g(), (a, b) -> { return a; });\n new Job() { public void go() { h(); } };\n } }",
        "java",
    )

    assert steps_of(facts, "A.f") == ["use = run(#3, #4)", "use = #5()"]
    assert steps_of(facts, "A.f.lambda@2") == ["return = x.g()"]
    assert steps_of(facts, "A.f.lambda@2:2") == ["return = a"]
    assert steps_of(facts, "A.f.Job@3.go") == ["use = h()"]


def test_a_method_says_what_it_takes_gives_and_throws() -> None:
    facts = extracted("class A { <U> Map<String, U> m(int[] a, Order... b) throws E1 { } }", "java")
    method = named(facts, "A.m")

    assert spelled(method.returns) == "Map[{0: String, 1: U}]"
    assert [(each.name, each.kind, spelled(each.annotation)) for each in method.parameters] == [
        ("a", "positional", "[][int]"),
        ("b", "*", "Order"),
    ]
    assert method.signature == "<U> Map<String, U> m(int[] a, Order... b) throws E1"
    assert steps_of(facts, "A.m") == ["use = E1"]


@pytest.mark.parametrize(
    ("header", "is_generated"),
    [
        ("// Generated by the protocol buffer compiler.  DO NOT EDIT!\n", True),
        ('@Generated("x")\n', True),
        ("// Reports are generated by the nightly job\n", False),
        ("// Please do not edit lightly\n", False),
    ],
)
def test_generated_files_are_told_by_their_header(header: str, *, is_generated: bool) -> None:
    assert extracted(f"{header}class A {{}}\n", "java").is_generated == is_generated

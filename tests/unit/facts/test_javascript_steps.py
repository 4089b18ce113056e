"""JavaScript's statements and expressions, and the steps they become."""

import pytest
from tests.unit.facts.spelling import extracted, steps_of


def at_top(source: str, role: str = "typescript") -> list[str]:
    return steps_of(extracted(source, role), "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const a = f(1, b.c)", ["bind a = f(1, b.c)"]),
        ("let a: Order = f(), b", ["bind a: Order = f()"]),
        ("let a: Order", ["bind a: Order = _"]),
        ("const a = JSON.parse(s) as Order", ["bind a: Order = JSON.parse(s)"]),
        ("const { a } = f()", ["bind a = f().a"]),
        ("const { a, b: c = 1 } = x", ["bind a = x.a", "bind c = (x.b | 1)"]),
        ("const { a, ...r } = f()", ["bind value@1:7 = f()", "bind a = value@1:7.a", "bind r = value@1:7"]),
        ("const [, b] = x", ["bind b = x[1]"]),
        ("const { a: { b } } = x", ["bind b = x.a.b"]),
        ("a = b = f()", ["bind b = f()", "bind a = b"]),
        ("a.b = c", ["bind a.b = c"]),
        ("a[0] = c", ["bind a[0] = c"]),
        ("n += f()", ["bind n = (n | f())"]),
        ("n ??= f()", ["bind n = (n | f())"]),
        ("n++", ["bind n = n"]),
        (
            "if (a) b(); else if (c()) d(); else { e() }",
            ["use = a", "use = b()", "use = c()", "use = d()", "use = e()"],
        ),
        ("for (const o of orders) o.pay()", ["iterate o = orders", "use = o.pay()"]),
        (
            "for (const [k, v] of m) f(k)",
            ["iterate value@1:12 = m", "bind k = value@1:12[0]", "bind v = value@1:12[1]", "use = f(k)"],
        ),
        ("for (const k in o) f(k)", ["use = o", "bind k = _", "use = f(k)"]),
        ("for (let i = 0; i < n; i++) f()", ["bind i = 0", "use = (i | n)", "bind i = i", "use = i", "use = f()"]),
        ("while (a()) b()", ["use = a()", "use = b()"]),
        ("do { b() } while (a())", ["use = b()", "use = a()"]),
        ("switch (a()) { case b: c(); break; default: d() }", ["use = a()", "use = b", "use = c()", "use = d()"]),
        ("try { a() } catch (e) { b(e) } finally { c() }", ["use = a()", "bind e = _", "use = b(e)", "use = c()"]),
        ("throw new Refused(x)", ["raise = Refused(x)"]),
        ("outer: for (;;) { break outer }", []),
        ("a?.b?.[0]?.(c)", ["use = a.b[0](c)"]),
        ("a!.b", ["use = a.b"]),
        ("f(...xs)", ["use = f(*=xs)"]),
        ("x = { ...a, b, c: d, 'e': 1, [f()]: 2 }", ["use = f()", "bind x = {*: a, b: b, c: d, e: 1, : 2}"]),
        ("x = [a, ...b]", ["bind x = {0: a, *: b}"]),
        ("x = `a${b}c${d()}`", ["bind x = 'a{}c{}' % (b, d())"]),
        ("x = 'a' + b + 'c'", ["bind x = 'a{}c' % (b)"]),
        (r"x = 'a\n\x41\u{42}\'' ", [r'''bind x = "a\nAB'"''']),
        ("tag`a${b}`", ["use = tag('a{}' % (b))"]),
        ("x = a ? b : c ? d : e", ["use = a", "use = c", "bind x = (b | d | e)"]),
        ("x = a || b ?? c", ["bind x = (a | b | c)"]),
        ("x = await f()", ["bind x = f()"]),
        ("x = (a, b())", ["use = a", "bind x = b()"]),
        ("x = -1", ["bind x = -1"]),
        ("x = !y", ["bind x = y"]),
        ("x = <any>y", ["bind x = y"]),
        ("x = /require\\('a'\\)/", ["bind x = /require\\('a'\\)/"]),
        ("new Foo<Bar>(1)", ["use = Foo(1)"]),
        ("new Foo", ["use = Foo()"]),
        ("x = import.meta.url", ["bind x = import.meta.url"]),
        ("'use client'", ["use = 'use client'"]),
        ("'just prose: require(\"a\")'", []),
        ("// f()\n/* g() */", []),
        ("1; true; null; undefined", []),
    ],
)
def test_a_statement_becomes_steps(source: str, expected: list[str]) -> None:
    assert at_top(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = <Card a={b} c='d' e {...f} />", ["bind x = Card(a=b, c='d', e=_, **=f)"]),
        ("x = <ui.Card>{a}text</ui.Card>", ["bind x = ui.Card(children=a)"]),
        ("x = <div class='a' id={b}>words f() <i>{g()}</i></div>", ["bind x = {0: 'a', 1: b, 2: {0: g()}}"]),
        ("x = <><A/><B/></>", ["bind x = {0: A(), 1: B()}"]),
        ("x = <my-element a={b}/>", ["bind x = {0: b}"]),
        ("x = <A>{/* B() */}</A>", ["bind x = A()"]),
        ("x = <p>don't require('a')</p>", ["bind x = _"]),
    ],
)
@pytest.mark.parametrize("role", ["javascript", "tsx"])
def test_a_component_is_called_and_a_plain_element_only_holds(role: str, source: str, expected: list[str]) -> None:
    assert at_top(source, role) == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Order", "Order"),
        ("models.Order", "models.Order"),
        ("Order[]", "Array[Order]"),
        ("Promise<Order>", "Promise[Order]"),
        ("Map<string, Order>", "Map[{0: string, 1: Order}]"),
        ("A | B | null", "(A | B)"),
        ("A & B", "(A | B)"),
        ("readonly A[]", "Array[A]"),
        ("(A)", "A"),
        ("[A, B]", "{0: A, 1: B}"),
        ("(a: A) => B", "{0: {0: A}, 1: B}"),
        ("{ a: A; b(): B }", "{0: A, 1: {0: B}}"),
        ("typeof a.b", "a.b"),
        ("A['b']", "A['b']"),
        ("'on' | 'off'", "('on' | 'off')"),
        ("A extends B ? C : D", "(C | D)"),
        ("keyof A", "{0: A}"),
        ("this", "this"),
    ],
)
def test_a_type_names_what_it_is_made_of(annotation: str, expected: str) -> None:
    assert at_top(f"let x: {annotation}") == [f"bind x: {expected} = _"]


def test_a_function_returns_yields_and_takes_its_parameters_apart() -> None:
    facts = extracted("function* f({ a, b = 1 }, [c], ...r) { yield a; yield* g(); return c }", "javascript")

    assert steps_of(facts, "f") == [
        "bind a = value@1:13.a",
        "bind b = (value@1:13.b | 1)",
        "bind c = value@1:27[0]",
        "yield = a",
        "yield = g()[_]",
        "return = c",
    ]


def test_a_constructors_parameter_with_a_modifier_is_a_field() -> None:
    facts = extracted("class A { constructor(@Inject(T) private readonly db: Db, x: X) { super() } }", "typescript")

    assert steps_of(facts, "A.constructor") == ["use = Inject(T)", "bind this.db: Db = db", "use = super()"]


def test_fields_are_bound_in_their_class() -> None:
    facts = extracted("class A { db: Db = open(); static n = 1; name; #p = f(); static { g() } }", "typescript")

    assert steps_of(facts, "A") == ["bind db: Db = open()", "bind n = 1", "bind #p = f()", "use = g()"]


def test_a_long_chain_is_cut_and_none_of_its_calls_is_lost() -> None:
    facts = extracted("a" + "".join(f".m{n}(x{n})" for n in range(100)), "javascript")

    words = " ".join(steps_of(facts, ""))
    assert all(f".m{n}(x{n})" in words for n in range(100))

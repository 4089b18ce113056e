"""What Python's statements and expressions become."""

import pytest
from tests.unit.facts.python_facts import python, steps
from tests.unit.facts.spelling import spelled

from weighbridge.facts.model import Call


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # calls
        ("f(1, *a, b=c, **d)", ["use f(1, *=a, b=c, **=d)"]),
        ("f()(g)[0].h()", ["use f()(g)[0].h()"]),
        ("f(x.y for x in xs if x)", ["iterate x = xs", "use x", "use f({: x.y})"]),
        ("await f(await g())", ["use f(g())"]),
        ("((f)(x))", ["use f(x)"]),
        # assignments
        ("a = b", ["bind a = b"]),
        ("a.b = c[0] = f()", ["bind a.b = f()", "bind c[0] = a.b"]),
        ("a: int", ["bind a = _: int"]),
        ("a: list[int] = f()", ["bind a = f(): list[int]"]),
        ("a += f()", ["bind a = (a | f())"]),
        ("a, b = c, d()", ["bind a = c", "bind b = d()"]),
        ("a, b = b, a", ["bind @0 = {0: b, 1: a}", "bind a = @0[0]", "bind b = @0[1]"]),
        ("a, b = a, c", ["bind @0 = {0: a, 1: c}", "bind a = @0[0]", "bind b = @0[1]"]),
        ("a, *b = c, d, e", ["bind a = c", "bind b = {0: d, 1: e}"]),
        ("a, *b, c = d", ["bind a = d[0]", "bind b = d", "bind c = d[-1]"]),
        ("a, *b, c = d, e", ["bind a = d", "bind b = {}", "bind c = e"]),
        ("a, b = pair", ["bind a = pair[0]", "bind b = pair[1]"]),
        ("(a, [b, *c]) = x.y", ["bind a = x.y[0]", "bind b = x.y[1][0]", "bind c = x.y[1]"]),
        ("a, b = f()", ["bind @0 = f()", "bind a = @0[0]", "bind b = @0[1]"]),
        ("a, b = c = f()", ["bind @0 = f()", "bind a = @0[0]", "bind b = @0[1]", "bind c = @0"]),
        ("if (n := f()): g(n)", ["bind n = f()", "use n", "use g(n)"]),
        # loops, contexts, exceptions
        ("for x in f(): g(x)\nelse: h()", ["iterate x = f()", "use g(x)", "use h()"]),
        ("for k, v in d.items(): k(v)", ["iterate @0 = d.items()", "bind k = @0[0]", "bind v = @0[1]", "use k(v)"]),
        ("for self.x in xs: pass", ["iterate self.x = xs"]),
        ("async def g():\n async for x in xs: pass", ["g: iterate x = xs"]),
        ("while f(): g()\nelse: h()", ["use f()", "use g()", "use h()"]),
        ("with f(x) as y, z: y.r()", ["enter y = f(x)", "enter z", "use y.r()"]),
        ("with (f() as (a, b), c,): pass", ["enter @0 = f()", "bind a = @0[0]", "bind b = @0[1]", "enter c"]),
        ("async def g():\n async with a.b() as c.d: pass", ["g: enter c.d = a.b()"]),
        ("try: f()\nexcept E as e: g(e)\nfinally: h()", ["use f()", "bind e = _: E", "use g(e)", "use h()"]),
        ("try: f()\nexcept (A, b.C): pass\nelse: g()", ["use f()", "use {0: A, 1: b.C}", "use g()"]),
        ("try: f()\nexcept* E as e: pass", ["use f()", "bind e = _: E"]),
        ("raise E(x) from y", ["raise E(x)", "use y"]),
        ("assert f(x), g()", ["assert f(x)", "use g()"]),
        ("del a, b[f()]", ["delete a", "use (b[f()])"]),
        ("global a, b", ["declare-global a = _", "declare-global b = _"]),
        ("def f():\n nonlocal a", ["f: declare-global a = _"]),
        # branches
        ("if a: b()\nelif c(): d()\nelse: e()", ["use a", "use b()", "use c()", "use d()", "use e()"]),
        ("a = b if c() else d if e else None", ["use c()", "use e", "bind a = (b | d)"]),
        ("a = b or c and d", ["bind a = (b | (c | d))"]),
        ("a = b + 1 - f()", ["bind a = (b | 1 | f())"]),
        ("a = f() < g() is not None", ["bind a = (f() | g())"]),
        ("a = not f()", ["bind a = f()"]),
        # functions
        ("def f(): return g(1)", ["f: return g(1)"]),
        ("def f():\n x = yield g()\n yield from h()", ["f: yield g()", "f: bind x = _", "f: yield h()[_]"]),
        ("a = lambda x: x.f(y)", ["lambda@1: return x.f(y)", "bind a = #1"]),
        # collections
        ("a = [b, *c, d()]", ["bind a = {0: b, *: c, 2: d()}"]),
        ("a = {'k': v, 1: w, f(): x, **m}", ["use f()", "bind a = {k: v, 1: w, : x, *: m}"]),
        ("a = [f(x) for y in ys for x in y if g(x)]", ["iterate y = ys", "iterate x = y", "use g(x)", "bind a = {: f(x)}"]),
        ("a = {k(x): v(x) for x in xs}", ["iterate x = xs", "use k(x)", "bind a = {: v(x)}"]),
        ("a = b[1:f()]", ["use f()", "bind a = b"]),
        ("a = b[c, 2]", ["bind a = b[{0: c, 1: 2}]"]),
        # match
        (
            "match f():\n case C(x=0, y=[z, *r]): g()\n case D() as d if d.e(): pass\n case a.b | {'k': v, **w}: pass\n case q: pass",
            [
                "bind @0 = f()",
                "use @0",
                "use C",
                "bind z = _",
                "bind r = _",
                "use g()",
                "use D",
                "bind d = @0: D",
                "use d.e()",
                "use a.b",
                "bind v = _",
                "bind w = _",
                "bind q = @0",
            ],
        ),
        # texts
        ("a = 'x' \"y\" r'\\d' '\\n\\x41\\u00e9'", ["bind a = 'xy\\\\d\\nAé'"]),
        ("a = f'{b!r:>{w()}}: {{}} {c.d()}'", ["use w()", "bind a = '{}: {} {}' % (b, c.d())"]),
        ("a = 'SELECT ' + b + ' FROM t'", ["bind a = 'SELECT {} FROM t' % (b)"]),
        ("a = 'x %s' % b", ["bind a = 'x {}' % (b)"]),
        ("a = 'x %(k)s %d%%' % (b, c) + d", ["bind a = 'x {} {}%{}' % (b, c, d)"]),
        ("a = b % c", ["bind a = (b | c)"]),
        ("a = b'x'", ["bind a = 'x'"]),
        ("a = -1.5", ["bind a = -1.5"]),
    ],
)  # fmt: skip
def test_a_statement_becomes_its_steps(source: str, expected: list[str]) -> None:
    assert steps(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "'''Docs: calls f(), selects from t.'''",
        "def f():\n    '''select * from t'''",
        "class C:\n    x: int\n    'about x'\n    def m(self): ...",
        "# f()",
        "pass",
        "1",
        "...",
        "def f(): return",
    ],
)
def test_what_does_nothing_leaves_no_step(source: str) -> None:
    assert [s for s in steps(source) if "x = _: int" not in s] == []


def test_a_call_stands_on_the_line_of_its_last_name() -> None:
    facts = python("a = (\n    q.filter(x)\n    .order(y)\n)\n")
    (step,) = facts.steps
    assert spelled(step.value) == "q.filter(x).order(y)"
    assert isinstance(step.value, Call)
    assert (step.line, step.value.line) == (1, 3)


def test_names_in_string_annotations_are_read_as_names() -> None:
    facts = python("x: 'a.B | None' = f()\ny: Optional['C'] = 1\nz: Literal['d'] = 2\nw: 'not a type!' = 3")
    assert [spelled(s.annotation) for s in facts.steps if s.annotation] == [
        "a.B",
        "Optional[C]",
        "Literal['d']",
        "'not a type!'",
    ]


def test_a_long_table_of_numbers_keeps_what_names_lead_to() -> None:
    facts = python("t = [" + "1, " * 1000 + "f(x)]")
    assert len(spelled(facts.steps[0].value)) < 2_000
    assert "1000: f(x)" in spelled(facts.steps[0].value)


def test_a_long_text_is_cut() -> None:
    assert len(spelled(python("t = '" + "é" * 5000 + "'").steps[0].value)) == 2_002


def test_a_lone_surrogate_is_no_text() -> None:
    assert steps(r"a = '\ud800'") == ["bind a = '\ufffd'"]

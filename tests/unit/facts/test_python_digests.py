"""Digests of Python definitions stand still under reformatting and move with every real change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.facts.python_facts import definition, python


def body(code: str) -> str:
    """The body digest of a function with this code in it."""
    indented = "\n".join("    " + line for line in code.splitlines())
    return definition(f"def f():\n{indented}\n", "f").body


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return f(a, b)", "return f(\n    a,\n    b,\n)"),
        ("return f(a, b)", "return (f(a,b))"),
        ("return a + b", "return (\n    a\n    + b  # sum\n)"),
        ("return a, b", "return (a, b)"),
        ("return a, b", "return (\n    a,\n    b,\n)"),
        ("return a,", "return (a,)"),
        ("x = a if b else c", "x = (\n    a\n    if b\n    else c\n)"),
        ("x = 'a'", 'x = "a"'),
        ("x = f'a{b}'", 'x = f"a{b}"'),
        ("x = u'a'", "x = 'a'"),
        ("x = {'a': [1, 2]}", 'x = {\n  "a": [\n    1,\n    2,\n  ],\n}'),
        ("if a and b: c()", "if (\n    a\n    and b\n):\n    c()"),
        ("for x in (1, 2): y()", "for x in 1, 2:\n\n    y()"),
        ("for (a, b) in c: pass", "for a, b in c:\n    pass"),
        ("with a as b, c as d: e()", "with (\n    a as b,\n    c as d,\n):\n    e()"),
        ("from a import b, c", "from a import (\n    b,\n    c,\n)"),
        ("a(); b()", "a()\nb()"),
        ("a = b + \\\n    c", "a = b + c"),
        ("a()", "'''What this does.'''\na()"),
        ("a()", "# why\na()  # how"),
        ("a()\nb()", "a()\n\n\nb()"),
        ("pass", "'''Nothing.'''"),
        ("a()", "a()\npass"),
        ("assert a, 'm'", "assert (a), (\n    'm'\n)"),
        ("del a, b", "del (\n    a,\n    b,\n)"),
        ("def g():\n    a()", "def g():\n    b()"),
        ("def g(x): a()", "@deco\ndef g(y=2): b()"),
    ],
)
def test_layout_does_not_move_a_body(before: str, after: str) -> None:
    assert body(before) == body(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if a:\n    b()\n    c()", "if a:\n    b()\nc()"),
        ("if a:\n    b()\nelse:\n    c()", "if a:\n    b()\nc()"),
        ("for x in y:\n    if x:\n        a()\n    else:\n        b()", "for x in y:\n    if x:\n        a()\nelse:\n    b()"),
        ("return a", "return a,"),
        ("x = (a)", "x = (a,)"),
        ("x = f((a))", "x = f((a,))"),
        ("x = a[1]", "x = a[1,]"),
        ("x = (a + b) * c", "x = a + (b * c)"),
        ("x = a + b", "x = a - b"),
        ("x = a < b", "x = a <= b"),
        ("x = 'a b'", "x = 'a  b'"),
        ("x = 'a#b'", "x = 'a#c'"),
        ("x = 'a' 'b'", "x = 'a', 'b'"),
        ("x = f'{a[\"b c\"]}'", "x = f'{a[\"b  c\"]}'"),
        ("x = b'a'", "x = 'a'"),
        ("x = '\\''", "x = '\"'"),
        ("x = 10", "x = 50"),
        ("x = True", "x = False"),
        ("x = not a", "x = a"),
        ("x = [a, b]", "x = [b, a]"),
        ("return", "return None"),
        ("a()\nb()", "b()\na()"),
        ("await a()", "a()"),
        ("x = lambda: a", "x = lambda: b"),
        ("def g(): pass", "def h(): pass"),
        ("x = '''a'''\ny()", "y()"),
        ("é = 1", "ê = 1"),
    ],
)  # fmt: skip
def test_a_real_change_moves_a_body(before: str, after: str) -> None:
    assert body(before) != body(after)


def test_the_raw_text_is_digested_apart() -> None:
    before, after = (definition(code, "f") for code in ("def f():\n    a()", "def f():\n    a()  # now"))
    assert (before.body, before.signature) == (after.body, after.signature)
    assert before.text != after.text


def test_a_changed_constant_is_a_changed_variable_and_nothing_else() -> None:
    before, after = python("A = 1\nB = 2\n"), python("A = 1\nB = 3\n")
    moved = [x.name for x, y in zip(before.definitions, after.definitions, strict=True) if x.body != y.body]
    assert moved == ["B"]


def test_a_method_s_change_is_not_its_class_s() -> None:
    before, after = (python(f"class A:\n    x = 1\n    def m(self): return {n}\n") for n in (1, 2))
    moved = [x.name for x, y in zip(before.definitions, after.definitions, strict=True) if x.body != y.body]
    assert moved == ["m"]


def test_a_new_method_is_its_class_s_change() -> None:
    before = definition("class A:\n    def m(self): pass\n", "A")
    after = definition("class A:\n    def m(self): pass\n    def n(self): pass\n", "A")
    assert before.body != after.body


def test_a_variable_bound_twice_moves_with_each_value() -> None:
    forms = [
        "if x:\n    A = 1\nelse:\n    A = 2",
        "if x:\n    A = 1\nelse:\n    A = 3",
        "if x:\n    A = 0\nelse:\n    A = 2",
    ]
    assert len({definition(form, "A").body for form in forms}) == 3


def test_a_module_moves_with_what_it_runs() -> None:
    bodies = {
        python(code).definitions[0].body for code in ("register(a)", "register(b)", "A = 1", "import a", "import b")
    }
    assert len(bodies) == 5


names = st.sampled_from(["a", "b", "spam"])
space = st.sampled_from([" ", "  ", " # note\n   ", "\n  "])


@given(st.lists(names, min_size=1, max_size=5), st.lists(space, min_size=12, max_size=12), st.booleans())
def test_any_spacing_inside_brackets_is_layout(words: list[str], spaces: list[str], comma: bool) -> None:  # noqa: FBT001 - hypothesis fills it in
    plain = f"f({', '.join(words)})"
    pieces = [piece for word, gap in zip(words, spaces, strict=False) for piece in (gap, word, gap, ",")]
    airy = "f(" + "".join(pieces if comma else pieces[:-1]) + spaces[-1] + ")"
    assert body(plain) == definition(f"def f():\n    {airy}\n", "f").body

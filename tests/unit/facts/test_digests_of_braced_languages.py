"""A digest of a body follows what the code does, never how it is laid out."""

import pytest
from tests.unit.facts.spelling import extracted

from weighbridge.facts.model import Definition

GO = """package p

// Pay pays.
func (s *Shop) Pay(id string, n int) (int, error) {
	total := s.price(id) * n // why
	go func() { log(total) }()
	if total > 10 {
		return 0, errors.New("a  b")
	}
	x := []int{1, 2}
	q := `a
	b`
	return total + -x[0], nil
}
"""

JAVA = """class Shop {
    /** Pays. */
    int pay(String id, int n) throws Refused {
        var total = price(id) * n; // why
        run(() -> log(total));
        if (total > 10) { throw new Refused("a  b"); }
        return total - -1 + i++ + j;
    }
}
"""


def first(source: str, role: str, *, kind: str) -> Definition:
    return next(each for each in extracted(source, role).definitions if each.kind == kind)


@pytest.mark.parametrize(
    ("role", "source", "old", "new"),
    [
        ("go", GO, " // why", ""),
        ("go", GO, " // why", " /* because */ // why not"),
        ("go", GO, "// Pay pays.\n", ""),
        ("go", GO, "\tif total > 10 {", "\n\n\n\tif   total>10   {\n\n"),
        ("go", GO, "[]int{1, 2}", "[]int{\n\t\t1,\n\t\t2,\n\t}"),
        ("go", GO, "(id string, n int)", "(\n\tid string,\n\tn int,\n)"),
        ("go", GO, 'return 0, errors.New("a  b")\n\t}', 'return 0,\n\t\t\terrors.New(\n"a  b") }'),
        ("go", GO, "\n", "\r\n"),
        ("java", JAVA, " // why", ""),
        ("java", JAVA, "/** Pays. */", ""),
        ("java", JAVA, "if (total > 10) {", "if(total>10)\n{\n"),
        ("java", JAVA, "String id, int n", "\n  String id,\n  int n"),
        ("java", JAVA, "    ", "\t"),
    ],
)
def test_layout_and_comments_change_no_digest(role: str, source: str, *, old: str, new: str) -> None:
    before, after = first(source, role, kind="method"), first(source.replace(old, new), role, kind="method")

    assert old in source
    assert (after.body, after.signature) == (before.body, before.signature)


@pytest.mark.parametrize(
    ("role", "source", "old", "new"),
    [
        ("go", GO, "> 10", ">= 10"),
        ("go", GO, "errors.New", "fmt.Errorf"),
        ("go", GO, "a  b", "a b"),
        ("go", GO, "a\n\tb", "a;b"),
        ("go", GO, "a\n\tb", "a\n\n\tb"),
        ("go", GO, "return total + -x[0], nil", "return\n\ttotal + -x[0], nil"),
        ("go", GO, "go func", "defer func"),
        ("go", GO, "{1, 2}", "{2, 1}"),
        ("java", JAVA, "> 10", ">> 10"),
        ("java", JAVA, "a  b", "a b"),
        ("java", JAVA, "i++ + j", "i + ++j"),
        ("java", JAVA, "- -1", "--1"),
        ("java", JAVA, "throws Refused", ""),
    ],
)
def test_a_real_change_changes_the_digest(role: str, source: str, *, old: str, new: str) -> None:
    before, after = first(source, role, kind="method"), first(source.replace(old, new), role, kind="method")

    assert old in source
    assert after.body != before.body


@pytest.mark.parametrize(("role", "source"), [("go", GO), ("java", JAVA)])
def test_a_lambdas_tokens_count_for_it_and_for_what_holds_it(role: str, source: str) -> None:
    changed = source.replace("log(total)", "audit(total)")

    assert first(source, role, kind="lambda").body != first(changed, role, kind="lambda").body
    assert first(source, role, kind="method").body != first(changed, role, kind="method").body


def test_a_class_within_a_lambda_is_its_own_body() -> None:
    source = "class A { void f() { run(() -> new Job() { public void go() { h(); } }); } }"
    before, after = (extracted(each, "java").definitions for each in (source, source.replace("h()", "g()")))

    changed = [one.name for one, two in zip(before, after, strict=True) if one.body != two.body]
    assert changed == ["go"]


def test_a_nested_definitions_presence_counts() -> None:
    assert (
        first(GO, "go", kind="method").body
        != first(GO.replace("\tgo func() { log(total) }()\n", ""), "go", kind="method").body
    )
    assert (
        first(JAVA, "java", kind="class").body
        != first(JAVA.replace("int pay", "int charge"), "java", kind="class").body
    )


def test_a_method_is_not_the_body_of_its_class_or_file() -> None:
    changed = extracted(JAVA.replace("> 10", "> 11"), "java")
    same = extracted(JAVA, "java")

    assert [one.body == two.body for one, two in zip(changed.definitions, same.definitions, strict=True)] == [
        True,
        True,
        False,
        True,
    ]


def test_variables_declared_together_share_a_body() -> None:
    one, two = extracted("package p\nvar a, b = f()\n", "go").definitions[1:]

    assert one.body == two.body
    assert one.body != extracted("package p\nvar a, b = g()\n", "go").definitions[1].body

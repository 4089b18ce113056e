"""JavaScript's and TypeScript's definitions: names, kinds, signatures, documentation."""

import pytest
from tests.unit.facts.spelling import extracted, spelled

from weighbridge.facts.model import Definition, FileFacts


def outline(facts: FileFacts) -> list[str]:
    return [f"{each.kind} {facts.qualified_name(i)}" for i, each in enumerate(facts.definitions) if i]


def only(source: str, role: str = "typescript") -> Definition:
    return extracted(source, role).definitions[1]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function f() {}", ["function f"]),
        ("async function* f() { function g() {} }", ["function f", "function f.g"]),
        ("const f = () => 1", ["function f"]),
        ("const f = function g() {}", ["function f"]),
        ("const a = 1, { b, c: [d] } = x", ["variable a", "variable b", "variable d"]),
        ("function f() { const a = 1; const g = () => a }", ["function f", "function f.g"]),
        ("if (x) { var a = 1 }", []),
        (
            "class A { m() {} get g() { return 1 } static s() {} f = 1; h = () => 1 }",
            ["class A", "method A.m", "method A.g", "method A.s", "variable A.f", "method A.h"],
        ),
        ("const A = class { m() {} }", ["class A", "method A.m"]),
        (
            "const o = { m() {}, f: () => 1, g: { h() {} }, n: 1 }",
            ["method o.m", "method o.f", "method o.g.h", "variable o"],
        ),
        ("define({ setup() {} })", ["function define.setup"]),
        ("xs.map(x => x).filter(Boolean)", ["lambda map@1"]),
        ("p.then(a => a, b => b)", ["lambda then@1", "lambda then@1:2"]),
        ("interface A extends B<C> { m(): void; p: D }", ["interface A", "method A.m", "variable A.p"]),
        ("type A = B | C", ["type A"]),
        ("enum A { B, C = 'c' }", ["class A", "variable A.B", "variable A.C"]),
        ("namespace A.B { export const c = 1; function d() {} }", ["class A.B", "variable A.B.c", "function A.B.d"]),
        ("declare module 'm' { function f(): void }", ["class m", "function m.f"]),
        ("declare global { interface Window { a: A } }", ["interface Window", "variable Window.a"]),
        ("function F() {}\nF.prototype.m = function () {}", ["function F", "method F.m"]),
        ("Other.prototype.m = function () {}", ["method Other.prototype.m"]),
        ("exports.f = () => 1", ["function exports.f"]),
        ("export default () => 1", ["function default"]),
        ("function f(a: string): void\nfunction f(a: number): void\nfunction f(a: any) {}", ["function f"]),
        ("const fs = require('fs')", []),
        ("'function f() {}' // class A {}", []),
    ],
)
def test_what_a_file_defines(source: str, expected: list[str]) -> None:
    assert sorted(outline(extracted(source, "typescript"))) == sorted(expected)


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        (
            "export async function f(a: string, b?: number, ...c: X[]): Promise<Y> { }",
            "export async function f(a: string, b?: number, ...c: X[]): Promise<Y>",
        ),
        ("const f = async (a,\n  b = 'x',\n) => a", 'const f = async(a, b = "x") =>'),
        ("function f(a: string): void;\nfunction f(a: any) {}", "function f(a: string): void; function f(a: any)"),
        (
            "@Injectable() export abstract class A<T> extends B<T> implements C {}",
            "@Injectable() export abstract class A<T> extends B<T> implements C",
        ),
        ("interface A<T> extends B {}", "interface A<T> extends B"),
        ("export type A = B | C", "export type A = B | C"),
        ("const a: T = f()", "const a: T"),
        ("export const a = 1, b = 2", "export const a"),
        ("function f(/* why */ a /* what */) {}", "function f(a)"),
        ('function f(a = "b : c") {}', 'function f(a = "b : c")'),
    ],
)
def test_a_signature_is_what_a_user_must_know_in_one_spelling(source: str, signature: str) -> None:
    assert only(source).signature == signature


def test_parameters_results_bases_and_decorators_are_expressions() -> None:
    facts = extracted(
        "@Controller('x') class A extends B implements C { @Get(':id') m(a: X, b = 1, c?: Y): Z[] {} }", "tsx"
    )
    _, owner, method = facts.definitions

    assert [spelled(each) for each in (*owner.bases, *owner.decorators)] == ["B", "C", "Controller('x')"]
    assert [spelled(each) for each in method.decorators] == ["Get(':id')"]
    assert spelled(method.returns) == "Array[Z]"
    assert [(p.name, spelled(p.default), spelled(p.annotation)) for p in method.parameters] == [
        ("a", "", "X"),
        ("b", "1", ""),
        ("c", "_", "Y"),
    ]


def test_documentation_is_the_comment_directly_above() -> None:
    source = "/** Adds.\n * Twice. */\nexport const f = () => 1\n/** lost */\nlet x = 1\n\n// plain\nfunction g() {}"
    words = {each.name: each.documentation for each in extracted(source, "javascript").definitions}

    assert words == {"": "", "f": "Adds.\nTwice.", "x": "lost", "g": ""}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("// @generated\nf()", True),
        ("/* Code generated by x. DO NOT EDIT. */\nf()", True),
        ("f(" + "a," * 5_000 + "b)", True),
        ("f()\n// DO NOT EDIT", False),
        ("const s = '@generated'", False),
        ("const s = '" + "x" * 6_000 + "'\n" + "f()\n" * 3_000, False),
    ],
)
def test_generated_files_are_known_by_their_header_or_their_shape(source: str, *, expected: bool) -> None:
    assert extracted(source, "javascript").is_generated is expected

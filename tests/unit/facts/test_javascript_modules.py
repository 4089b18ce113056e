"""What JavaScript modules bring in and hand out."""

import pytest
from tests.unit.facts.spelling import extracted, spelled

from weighbridge.facts.model import FileFacts


def imports_of(facts: FileFacts) -> list[str]:
    return [
        f"{each.module} {each.name or '.'} as {each.alias or '-'}{' (type)' if each.is_type_only else ''}"
        for each in facts.imports
    ]


def exports_of(facts: FileFacts) -> list[str]:
    return [
        f"{each.name or '.'} = {spelled(each.value) or '.'}{' from ' + each.module if each.module else ''}"
        for each in facts.exports
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import d from 'm'", ["m default as d"]),
        ("import d, { a as b, type C } from './m'", ["./m default as d", "./m a as b", "./m C as C (type)"]),
        ("import * as ns from 'm'", ["m . as ns"]),
        ("import type { T } from 'm'", ["m T as T (type)"]),
        ("import 'm'", ["m . as -"]),
        ("import { default as a } from 'm'", ["m default as a"]),
        ("import x = require('m')", ["m . as x"]),
        ("const x = require('m')", ["m . as x"]),
        ("const { a, b: c } = require('m')", ["m a as a", "m b as c"]),
        ("const x = require('m').a", ["m a as x"]),
        ("require('m')", ['m . as require("m")']),
        ("require('m')()", ['m . as require("m")']),
        ("const { a } = await import('m')", ["m a as a"]),
        ("import('./m').then(f)", ['./m . as import("./m")']),
        ("export { a } from 'm'", ["m a as -"]),
        ("export * from 'm'", ["m * as -"]),
        ("export type * from 'm'", ["m * as - (type)"]),
        ("new Worker(new URL('./w.ts', import.meta.url))", ["./w.ts . as -"]),
        ("new URL('img/a.png', import.meta.url)", ["./img/a.png . as -"]),
        ("new URL('https://a.org/w.ts', import.meta.url)", []),
        ("new URL(`./${name}.ts`, import.meta.url)", []),
        ("new URL('./w.ts', location.href)", []),
        ("require(name)", []),
        ("import(`./${name}`)", []),
        ("const s = \"import x from 'm'\" // require('n')", []),
    ],
)
def test_imports_in_every_form(source: str, expected: list[str]) -> None:
    assert imports_of(extracted(source, "typescript")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export { a, b as c }", ["a = a", "c = b"]),
        ("export { a as default } from 'm'", ["default = a from m"]),
        ("export * from 'm'", ["* = * from m"]),
        ("export * as ns from 'm'", ["ns = . from m"]),
        ("export default f", ["default = f"]),
        ("export default f()", ["default = f()"]),
        ("export default function f() {}", ["default = f"]),
        ("export default () => 1", ["default = #1"]),
        ("export default class {}", ["default = #1"]),
        ("export = f", [". = f"]),
        ("module.exports = f", [". = f", "default = f"]),
        ("module.exports = { a, b: f() }", [". = {a: a, b: f()}", "default = {a: a, b: f()}", "a = a", "b = f()"]),
        ("exports.a = f", ["a = f"]),
        ("module.exports.a = f", ["a = f"]),
        ("exports.a = exports.b = f", ["b = f", "a = exports.b"]),
        ("const app = module.exports = f()", [". = app", "default = app"]),
        ("export const a = 1", []),
        ("exports[name] = f", []),
        ("other.exports = f", []),
    ],
)
def test_exports_in_every_form(source: str, expected: list[str]) -> None:
    assert exports_of(extracted(source, "typescript")) == expected


@pytest.mark.parametrize(
    ("source", "exported"),
    [
        ("export function f() {}\nfunction g() {}", ["f"]),
        ("function f() {}\nfunction g() {}\nexport { f }", ["f"]),
        ("function f() {}\nfunction g() {}\nmodule.exports = { f }", ["f"]),
        ("import './m'\nfunction f() {}", []),
        ("function f() {}\nfunction g() {}", ["f", "g"]),
        ("export class f { private g() {} #h() {} i() {} }", ["f", "f.i"]),
    ],
)
def test_what_others_can_name_is_exported(source: str, exported: list[str]) -> None:
    facts = extracted(source, "typescript")

    found = [facts.qualified_name(i) for i, each in enumerate(facts.definitions) if i and each.is_exported]
    assert found == exported

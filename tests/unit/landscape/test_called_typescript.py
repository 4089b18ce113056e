"""What TypeScript's calls lead to, those that are not written as calls too."""

import pytest
from tests.unit.landscape.called import called

TILL = """
export class Till {
  #sum = 0
  get sum() { return this.#sum }
  set sum(value: number) { this.#sum = value }
  get(key: string) { return key }
}
"""


def at_top(body: str) -> set[str]:
    return called({"a.ts": TILL + "const till = new Till()\n" + body}, "a.ts")


def test_looking_at_a_getter_calls_it() -> None:
    assert at_top("const now = till.sum\n") == {"Till.sum"}


def test_giving_a_setter_a_value_calls_it() -> None:
    assert at_top("till.sum = 1\n") == {"Till.sum"}


@pytest.mark.parametrize("body", ["const ask = till.get\n", "till.other = 1\n"])
def test_looking_at_a_method_or_giving_a_field_a_value_calls_nothing(body: str) -> None:
    assert at_top(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        "[1].map(ring)\n",
        "[1].forEach((n) => ring(n))\n",
        "new Promise(ring)\n",
        "'a'.replace(/a/, ring)\n",
    ],
)
def test_a_function_that_the_language_calls_at_once_is_called(body: str) -> None:
    found = called({"a.ts": "function ring(n) {}\n" + body}, "a.ts")

    assert any(name == "ring" or "@" in name for name in found)


@pytest.mark.parametrize("body", ["setTimeout(ring, 1)\n", "later.then(ring)\n", "shop.map(ring)\n"])
def test_a_function_that_is_called_later_or_by_our_own_code_is_not(body: str) -> None:
    setting = "function ring(n) {}\nclass Shop { map(f) {} }\nconst shop = new Shop()\n"

    assert "ring" not in called({"a.ts": setting + body}, "a.ts")


def test_super_calls_the_constructor_of_the_base() -> None:
    files = {
        "a.ts": """
class Till { constructor() { open() } }
class Bar extends Till { constructor() { super() } }
function open() {}
"""
    }

    assert called(files, "a.ts", caller="Bar.constructor") == {"Till.constructor"}


def test_super_calls_nothing_of_ours_where_the_base_is_of_elsewhere() -> None:
    files = {"a.ts": "class Bad extends Error { constructor() { super() } }\n"}

    assert called(files, "a.ts", caller="Bad.constructor") & {"Bad.constructor"} == set()


_CONTEXT = """
export class Context { text() {} }
export type Next = () => Promise<void>
export type Handler<E = any> = (next: Next, c: Context) => void
export type Other = { c: Context }
export interface Ask { (next: Next, c: Context): string }
"""


@pytest.mark.parametrize(
    ("body", "caller"),
    [
        ("export const open: Handler = (next, c) => c.text()\n", "open"),
        ("export const open: Handler<string> = (next, c) => c.text()\n", "open"),
        ("export const open: Ask = (next, c) => c.text()\n", "open"),
        ("export const open = (): Handler => async function open(next, c) { c.text() }\n", "open.open@3"),
        ("export function open(): Handler | null { return (next, c) => c.text() }\n", "open.lambda@3"),
        ("export class Shop { open: Handler = (next, c) => c.text() }\n", "Shop.open"),
    ],
)
def test_a_parameter_has_the_type_that_is_expected_of_its_function(body: str, caller: str) -> None:
    files = {"context.ts": _CONTEXT, "a.ts": "import { Ask, Handler, Other } from './context'\n\n" + body}

    assert called(files, "a.ts", caller=caller) == {"Context.text"}


@pytest.mark.parametrize(
    ("body", "caller"),
    [
        ("export const open: Handler = (c, other) => c.text()\n", "open"),
        ("export const open: Other = (next, c) => c.text()\n", "open"),
        ("export const open = (next, c) => c.text()\n", "open"),
        ("export const open: Handler = (next, c: string) => c.text()\n", "open"),
    ],
)
def test_a_parameter_has_no_type_that_is_expected_of_another(body: str, caller: str) -> None:
    files = {"context.ts": _CONTEXT, "a.ts": "import { Ask, Handler, Other } from './context'\n\n" + body}

    assert "Context.text" not in called(files, "a.ts", caller=caller)

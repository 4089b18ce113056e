"""Which definitions changed, and how deep: what stands on both sides is found again, wherever it moved."""

from typing import Final

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth

_SUITE = """\
describe('carts', () => {
  it('adds', () => {
    const App = () => page('add')
    render(App)
  })
  it('removes', () => {
    const App = (props) => page('remove', props)
    render(App)
  })
})
"""
_INSERTED = """\
  it('moves', () => {
    const App = (first, second) => page('move', first, second)
    render(App)
  })
"""


def _depths(path: str, before: str, *, after: str) -> dict[str, ChangeDepth]:
    code = Touched({path: (before, after)}).code
    assert code.files[RepoPath(path)].missing is None
    return {symbol_name(symbol.symbol): symbol.depth for symbol in code.symbols if symbol.kind != "module"}


def test_a_test_put_between_others_is_new_and_the_others_are_the_same() -> None:
    after = _SUITE.replace("  it('removes'", _INSERTED + "  it('removes'")
    assert _depths("src/carts.test.ts", _SUITE, after=after) == {"describe@1.it@6.App": ChangeDepth.ADDED}


def test_a_test_taken_from_between_others_is_gone_and_the_others_are_the_same() -> None:
    before = _SUITE.replace("  it('removes'", _INSERTED + "  it('removes'")
    assert _depths("src/carts.test.ts", before, after=_SUITE) == {"describe@1.it@6.App": ChangeDepth.REMOVED}


def test_an_overload_put_before_others_is_new_and_the_others_are_the_same() -> None:
    before = "class Cart {\n    void add(int item) { }\n    void add(String name) { look(name); }\n}\n"
    after = before.replace("    void add(int", "    void add(long item) { count(item); }\n    void add(int")
    assert _depths("src/Cart.java", before, after=after) == {"Cart": ChangeDepth.BODY, "Cart.add": ChangeDepth.ADDED}


def test_an_overload_that_is_gone_while_others_stay_is_a_change_of_how_the_name_is_used() -> None:
    before = "class Cart {\n    void add(int item) { }\n    void add(String name) { look(name); }\n}\n"
    after = before.replace("    void add(int item) { }\n", "")
    code = Touched({"src/Cart.java": (before, after)}).code
    assert [(s.before, s.after, s.depth) for s in code.symbols if symbol_name(s.symbol) == "Cart.add"] == [
        ("void add(int item)", "", ChangeDepth.SIGNATURE)
    ]


def test_an_overload_that_changed_is_found_by_its_signature() -> None:
    before = "class Cart {\n    void add(int item) { }\n    void add(String name) { look(name); }\n}\n"
    after = before.replace("look(name)", "find(name)").replace("void add(int item) { }", "void add(long item) { }")
    code = Touched({"src/Cart.java": (before, after)}).code
    assert [(s.before, s.after, s.depth) for s in code.symbols if symbol_name(s.symbol) == "Cart.add"] == [
        ("void add(int item)", "void add(long item)", ChangeDepth.SIGNATURE),
        ("void add(String name)", "void add(String name)", ChangeDepth.BODY),
    ]


def test_what_is_exported_now_is_used_as_before() -> None:
    before = "const limit = 3\nfunction add(item: string) { return item }\nclass Cart { size() { return limit } }\n"
    after = before.replace("const", "export const").replace("function", "export function")
    after = after.replace("class", "export default class")
    assert set(_depths("src/cart.ts", before, after=after).values()) == {ChangeDepth.TEXT}


def test_what_is_exported_no_more_is_used_differently() -> None:
    before = "export const limit = 3\nexport function add(item: string) { return item + limit }\n"
    after = before.replace("export ", "")
    assert _depths("src/cart.ts", before, after=after) == {"limit": ChangeDepth.SIGNATURE, "add": ChangeDepth.SIGNATURE}


def test_the_default_export_that_becomes_a_named_one_is_used_differently() -> None:
    before = "export default function add(item: string) { return item }\n"
    after = before.replace("default ", "")
    assert _depths("src/cart.ts", before, after=after) == {"add": ChangeDepth.SIGNATURE}


def test_notes_for_the_java_compiler_alone_are_no_part_of_how_it_is_used() -> None:
    before = "class Cart implements Box {\n    public void add(int item) { }\n}\n"
    after = before.replace("public", '@Override @SuppressWarnings({"a", "b"}) public')
    assert _depths("src/Cart.java", before, after=after)["Cart.add"] is ChangeDepth.TEXT


def test_other_annotations_of_java_are() -> None:
    before = "class Cart {\n    public void add(int item) { }\n}\n"
    after = before.replace("public", "@Transactional public")
    assert _depths("src/Cart.java", before, after=after)["Cart.add"] is ChangeDepth.SIGNATURE


def test_what_checkers_are_told_of_null_changes_no_use_yet_may_change_what_a_framework_does() -> None:
    before = "class Cart {\n    public String name(String key) { return key; }\n}\n"
    after = before.replace("(String", "(@Nullable String")
    assert _depths("src/Cart.java", before, after=after)["Cart.name"] is ChangeDepth.BODY


def test_types_that_a_python_function_states_change_no_use_when_it_runs() -> None:
    before = "class Cart:\n    def add(self, item, count=size(1)):\n        return item\n"
    after = "\n" + before.replace("item, count=size(1)):", "item: Item, count: int = size(1)) -> Item:")
    assert _depths("shop/cart.py", before, after=after) == {"Cart": ChangeDepth.TEXT, "Cart.add": ChangeDepth.BODY}


def test_what_else_a_python_function_says_of_itself_does() -> None:
    before = "class Cart:\n    def add(self, item, count=1):\n        return item\n"
    for after in (
        before.replace("count=1", "count=2"),
        before.replace("count=1", "count"),
        before.replace("item, ", "item, *, "),
        before.replace("self, item", "self, thing"),
        before.replace("def", "async def"),
        before.replace("    def", "    @cached\n    def"),
    ):
        assert _depths("shop/cart.py", before, after=after)["Cart.add"] is ChangeDepth.SIGNATURE


def test_of_two_definitions_of_one_name_that_change_places_the_other_holds() -> None:
    before = "def pay(r):\n    return 1\n\n\ndef pay(r):\n    return 2\n"
    after = "def pay(r):\n    return 2\n\n\ndef pay(r):\n    return 1\n"
    assert ChangeDepth.BODY in _depths("shop/pay.py", before, after=after).values()


def test_any_is_the_empty_interface_of_go() -> None:
    before = (
        "package cart\n\nfunc Add(items map[string]interface{}, rest ...interface {}) interface{} { return items }\n"
    )
    after = before.replace("interface{}", "any").replace("interface {}", "any")
    assert _depths("cart/cart.go", before, after=after) == {"Add": ChangeDepth.BODY}


def test_an_interface_of_go_that_asks_for_something_is_not_any() -> None:
    before = "package cart\n\nfunc Add(item interface{ Name() string }) { }\n"
    after = before.replace("interface{ Name() string }", "any")
    assert _depths("cart/cart.go", before, after=after)["Add"] is ChangeDepth.SIGNATURE


_ADD: Final = "def add(item, /, count, price=1, *, tax):\n    return item\n"


@pytest.mark.parametrize(
    "after",
    [
        "def add(item, /, count, price=1, note=None, *, tax):\n    return item\n",
        "def add(item, /, count, price=1, *, tax, note=''):\n    return item\n",
        "def add(item, /, count, price=1, *, note='', tax):\n    return item\n",
        "def add(item, /, count, price=1, *rest, tax, **more):\n    return item\n",
    ],
)
def test_what_a_call_may_leave_out_keeps_every_call_as_it_was(after: str) -> None:
    assert _depths("shop/cart.py", _ADD, after=after) == {"add": ChangeDepth.BODY}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_ADD, _ADD.replace("price=1", "price=1, note")),
        (_ADD, _ADD.replace("tax", "tax, note")),
        (_ADD, _ADD.replace("price=1", "price=2, note=None")),
        (_ADD, _ADD.replace("count,", "count=1,")),
        (_ADD, _ADD.replace("price=1", "note=None, price=1")),
        (_ADD, _ADD.replace(", *, tax", ", note=None")),
        (_ADD, _ADD.replace("price=1", "note=None")),
        ("def add(item, *rest): ...\n", "def add(item, note=None, *rest): ...\n"),
        ("def add(item, **rest): ...\n", "def add(item, note=None, **rest): ...\n"),
        ("def add(item, **rest): ...\n", "def add(item, *, note=None, **rest): ...\n"),
        ("def add(item): ...\n", "async def add(item, note=None): ...\n"),
    ],
)
def test_what_may_change_a_call_does(before: str, after: str) -> None:
    assert _depths("shop/cart.py", before, after=after) == {"add": ChangeDepth.SIGNATURE}


_CARTS: Final = """\
class Box:
    def add(self, item): ...
    def size(self): ...

class Cart(Box):
    def add(self, item): ...
    def name(self): ...
"""


def test_what_overrides_of_the_same_file_must_follow_changes_how_it_is_used() -> None:
    added = _CARTS.replace("item)", "item, note=None)").replace("self)", "self, note=None)")
    assert {name: depth for name, depth in _depths("shop/cart.py", _CARTS, after=added).items() if "." in name} == {
        "Box.add": ChangeDepth.SIGNATURE,
        "Box.size": ChangeDepth.BODY,
        "Cart.add": ChangeDepth.SIGNATURE,
        "Cart.name": ChangeDepth.BODY,
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("function add(item) { }", "function add(item, count = 1) { }"),
        ("function add(item: Map<string, A>) { }", "function add(item: Map<string, A>, count?: (a: A) => B): void { }"),
        ("function add({ a, b }: A) { }", "export function add({ a, b }: A, ...rest: string[]) { }"),
        (
            "const add = (item: A): A => item",
            "const add = (item: A, count: number = 1): Promise<{ a: B; b: C }> => item",
        ),
        ("function add(item: A): A { return item }", "function add(item: A) { return item }"),
        ("function add(item = '(') { }", "function add(item = '(', count?) { }"),
    ],
)
def test_what_a_call_of_a_script_may_leave_out_and_its_result_keep_every_call(before: str, after: str) -> None:
    assert _depths("src/cart.ts", before, after=after)["add"] is ChangeDepth.BODY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("function add(item: A) { }", "function add(item: B) { }"),
        ("function add(item: A) { }", "function add(item: A, count: number) { }"),
        ("function add(item: A) { }", "function add(item: A, count: () => void) { }"),
        ("function add(item: A) { }", "function add(count?: number, item: A) { }"),
        ("function add(item: A) { }", "async function add(item: A, count?: number) { }"),
        ("function add({ a }) { }", "function add({ b }) { }"),
        ("function add(item = 1) { }", "function add(item = 2) { }"),
        ("function add(item?: A) { }", "function add(item: A) { }"),
        ("export function add(item: A) { }", "function add(item: A, count?: number) { }"),
        (
            "function add(a: A): void\nfunction add(a: any) { }",
            "function add(a: A): void\nfunction add(a: B): void\nfunction add(a: any) { }",
        ),
    ],
)
def test_what_else_a_script_says_of_a_function_does_not(before: str, after: str) -> None:
    assert _depths("src/cart.ts", before, after=after)["add"] is ChangeDepth.SIGNATURE


_JAVA: Final = "class Cart {{\n    int total({}) {{\n        return add({});\n    }}\n}}\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "a.go",
            "func total(sum, rate int) int { return sum }\n",
            "func total(amount, rate int) int { return amount }\n",
        ),
        (
            "a.go",
            "func (c *Cart) total(sum int) int { return sum }\n",
            "func (k *Cart) total(n int) int { return n }\n",
        ),
        ("A.java", _JAVA.format("final int sum, Rate... by", "sum"), _JAVA.format("final int net, Rate... by", "net")),
        ("a.ts", "const total = (sum: number): number => sum;\n", "const total = (net: number): number => net;\n"),
        (
            "a.ts",
            "function total(sum: any): sum is A { return sum; }\n",
            "function total(x: any): x is A { return x; }\n",
        ),
        ("a.js", "function total(sum, by = sum) { return sum; }\n", "function total(net, by = net) { return net; }\n"),
        ("a.js", "const total = sum => sum;\n", "const total = net => net;\n"),
    ],
)
def test_a_parameter_that_calls_give_by_its_place_may_have_another_name(path: str, before: str, after: str) -> None:
    package = "package a\n\n" if path.endswith(".go") else ""
    depths = _depths(path, package + before, after=package + after)
    assert set(depths.values()) - {ChangeDepth.TEXT} == {ChangeDepth.BODY}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", "def total(sum):\n    return sum\n", "def total(net):\n    return net\n"),
        ("a.go", "func move(from, to int) int { return to }\n", "func move(to, from int) int { return to }\n"),
        ("a.go", "func total(sum int) int { return sum }\n", "func total(net int64) int { return net }\n"),
        ("a.go", "func total(url url.URL) int { return 1 }\n", "func total(uri uri.URL) int { return 1 }\n"),
        ("A.java", _JAVA.format("@RequestParam int sum", "sum"), _JAVA.format("@RequestParam int net", "net")),
        ("a.ts", "class A { constructor(private sum: S) {} }\n", "class A { constructor(private net: S) {} }\n"),
        ("a.js", "function total({ sum }) { return sum; }\n", "function total({ net }) { return net; }\n"),
        ("a.js", "function total($scope) { return $scope; }\n", "function total($http) { return $http; }\n"),
        ("a.js", "function total(sum, by = 0) { return by; }\n", "function total(net, by = net) { return by; }\n"),
        ("a.js", "function total(sum) { return sum; }\n", "function total(net, by) { return net; }\n"),
    ],
)
def test_what_else_than_a_name_differs_changes_how_it_is_used(path: str, before: str, after: str) -> None:
    package = "package a\n\n" if path.endswith(".go") else ""
    assert ChangeDepth.SIGNATURE in _depths(path, package + before, after=package + after).values()


def test_a_name_that_a_framework_may_fill_is_a_change_though_no_call_says_it() -> None:
    before, after = (f"interface Cart {{\n    int total(int {name});\n}}\n" for name in ("sum", "net"))
    assert _depths("src/Cart.java", before, after=after)["Cart.total"] is ChangeDepth.BODY


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("const {a, b} = codes", "const {a, b, c} = codes", {"c": ChangeDepth.ADDED}),
        ("const {a, b} = codes", "const {c, a, b} = codes", {"c": ChangeDepth.ADDED}),
        ("const {a, b} = codes", "const {a: c, b} = codes", {"a": ChangeDepth.REMOVED, "c": ChangeDepth.ADDED}),
        ("const {a, b} = codes", "const {a = 1, b} = codes", {"a": ChangeDepth.BODY}),
        ("const {a} = codes", "const {a} = others", {"a": ChangeDepth.BODY}),
        ("const [a, b] = codes", "const [a, b, c] = codes", {"c": ChangeDepth.ADDED}),
        ("const [a, b] = codes", "const [a, , b] = codes", {"b": ChangeDepth.BODY}),
        (
            "const {a, ...rest} = codes",
            "const {a, b, ...rest} = codes",
            {"b": ChangeDepth.ADDED, "rest": ChangeDepth.BODY},
        ),
    ],
)
def test_of_what_is_taken_apart_each_name_changes_by_itself(
    before: str, after: str, expected: dict[str, ChangeDepth]
) -> None:
    (file,) = Touched({"a.js": (before + ";\n", after + ";\n")}).code.files.values()
    told = {symbol.symbol.partition("#")[2]: symbol.depth for symbol in file.symbols}

    assert {name: depth for name, depth in told.items() if name and depth is not ChangeDepth.TEXT} == expected

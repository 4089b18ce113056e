"""Which definitions changed, and how deep: what stands on both sides is found again, wherever it moved."""

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

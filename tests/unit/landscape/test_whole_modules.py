"""Who uses what a CommonJS module is (`module.exports = make`) uses what that is, by whatever name and through whatever hands it on."""

import pytest
from tests.unit.landscape.linked import Linked, impact

from weighbridge.domain.impact import ChangeDepth

MAKE = {
    "a function without a name": "module.exports = function () {\n    return 1;\n};\n",
    "a function with a name": "module.exports = make;\n\nfunction make() {\n    return 1;\n}\n",
    "a name beside": "exports = module.exports = make;\n\nfunction make() {\n    return 1;\n}\n\nexports.other = other;\n"
    "\nfunction other() {\n    return 2;\n}\n",
    "an arrow": "const make = () => {\n    return 1;\n};\nmodule.exports = make;\n",
}
USES = {
    "at the top": "const m = require('../lib/make');\n\nfunction use() {\n    return m();\n}\n",
    "inside": "function use() {\n    const m = require('../lib/make');\n    return m();\n}\n",
    "at once": "function use() {\n    return require('../lib/make')();\n}\n",
    "handed on": "const m = require('../lib/make');\n\nfunction use() {\n    return [1].map(m);\n}\n",
    "by default": "import m from '../lib/make.js';\n\nfunction use() {\n    return m();\n}\n",
}


def dependents(made: str, files: dict[str, str]) -> set[str]:
    base = {"lib/make.js": made, **files}
    found = impact(base, base | {"lib/make.js": made.replace("return 1", "return 3")}).dependents
    return {str(each.symbol) for each in found if not each.symbol.startswith("lib/")}


@pytest.mark.parametrize("made", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize("used", USES.values(), ids=USES)
def test_who_calls_a_module_uses_what_it_is(made: str, used: str) -> None:
    assert dependents(made, {"app/use.js": used}) == {"app/use.js#use"}


@pytest.mark.parametrize(
    "barrel",
    [
        "module.exports = require('./lib/make');\n",
        "const make = require('./lib/make');\nmodule.exports = make;\n",
        "exports.make = require('./lib/make');\n",
        "module.exports = { make: require('./lib/make') };\n",
    ],
)
def test_it_is_followed_through_what_hands_it_on(barrel: str) -> None:
    call = "m.make()" if "make:" in barrel or "exports.make" in barrel else "m()"
    use = f"const m = require('../');\n\nfunction use() {{\n    return {call};\n}}\n"

    assert "app/use.js#use" in dependents(MAKE["a function with a name"], {"index.js": barrel, "app/use.js": use})


@pytest.mark.parametrize(
    "used",
    [
        "const m = require('../lib/make');\n\nfunction use() {\n    return m.other();\n}\n",
        "const m = require('../lib/other');\n\nfunction use() {\n    return m();\n}\n",
        "const m = require('../lib/make');\n\nfunction use(m) {\n    return m();\n}\n",
    ],
)
def test_who_uses_something_else_does_not(used: str) -> None:
    other = {"lib/other.js": "module.exports = () => 1;\n"}

    assert dependents(MAKE["a name beside"], {**other, "app/use.js": used}) == set()


REQUEST = (
    "var req = Object.create(base);\n\nmodule.exports = req;\n\n"
    "defineGetter(req, 'fresh', function () {\n    return 1;\n});\n\n"
    "Object.defineProperty(req, 'old', { enumerable: true, get() { return this.fresh; } });\n\n"
    "Object.defineProperty(req, 'size', { value: () => 2, writable: false });\n\n"
    "function defineGetter(of, name, get) {\n    Object.defineProperty(of, name, { configurable: true, get });\n}\n"
)


@pytest.mark.parametrize(("name", "call"), [("fresh", "req.fresh"), ("old", "req.old"), ("size", "req.size()")])
def test_what_is_defined_as_a_property_is_a_member(name: str, call: str) -> None:
    use = f"const req = require('../lib/request');\n\nfunction use() {{\n    return {call};\n}}\n"
    linked = Linked.of({"lib/request.js": REQUEST, "app/use.js": use})

    assert "app/use.js#use" in linked.users("lib/request.js", f"req.{name}")


def test_a_change_of_one_property_reaches_the_tests_of_that_one() -> None:
    tests = {
        f"test/{name}.test.js": f"it('tells', () => serve((req, res) => res.send(req.{name})));\n"
        for name in ("fresh", "old", "size")
    }
    base = {"lib/request.js": REQUEST, **tests}

    found = impact(base, base | {"lib/request.js": REQUEST.replace("return 1", "return 3")})

    changed = [str(each.symbol) for each in found.changed if each.depth is ChangeDepth.BODY]
    assert changed == ["lib/request.js#req.fresh"]
    assert found.test_files == ("test/fresh.test.js", "test/old.test.js")

"""Members of JavaScript's objects and constructor functions: who uses them, as with members of classes."""

import pytest
from tests.unit.landscape.linked import Linked


def users(files: dict[str, str], path: str, *, name: str) -> set[str]:
    return Linked.of(files).users(path, name)


def test_a_function_of_an_object_is_used_through_the_object_and_by_what_stands_beside_it() -> None:
    files = {
        "api.ts": "export const api = { load() { return this.read() }, read: () => 1, put: function () {} }\n",
        "page.ts": "import { api } from './api'\nexport const page = () => api.load()\n"
        "export function form() { const { put } = api; put() }\n",
    }

    assert users(files, "api.ts", name="api.load") == {"page.ts#page"}
    assert users(files, "api.ts", name="api.read") == {"api.ts#api.load"}
    assert users(files, "api.ts", name="api.put") == {"page.ts#form"}


def test_a_function_deep_in_an_object_is_used_by_the_way_to_it_alone() -> None:
    files = {
        "api.ts": "export const api = { users: { get() {} } }\n",
        "page.ts": "import { api } from './api'\nexport const page = () => api.users.get()\n",
        "other.ts": "export function other(cache) { cache.get() }\n",
    }

    assert users(files, "api.ts", name="api.users.get") == {"page.ts#page"}


def test_what_is_put_into_an_object_later_is_a_member_too() -> None:
    files = {
        "response.js": "const send = require('send')\nconst res = Object.create(base)\nmodule.exports = res\n"
        "res.send = function (body) { return send(body) }\nres.json = function (it) { return this.send(it) }\n",
        "app.js": "const res = require('./response')\nfunction go() { return res.json(1) }\n",
    }

    assert users(files, "response.js", name="res.json") == {"app.js#go"}
    assert users(files, "response.js", name="res.send") == {"response.js#res.json"}, "`send` alone is the module's"


def test_on_an_unknown_object_a_member_is_inferred_by_its_name() -> None:
    files = {
        "response.js": "const res = {}\nmodule.exports = res\nres.sendStatus = function (code) {}\n",
        "test/response.test.js": "it('sends', () => handle((req, res) => res.sendStatus(200)))\n",
    }

    assert users(files, "response.js", name="res.sendStatus") == {"test/response.test.js#it@1"}


def test_a_constructor_function_has_the_members_of_its_prototype() -> None:
    files = {
        "order.js": "function Order(lines) { this.lines = lines; this.check() }\n"
        "Order.prototype.check = function () { return this.total() }\n"
        "Order.prototype.total = function () { return 1 }\n"
        "Order.of = function (lines) { return new Order(lines) }\n"
        "module.exports = Order\n",
        "shop.js": "const Order = require('./order')\nfunction sum() { return new Order([]).total() }\n"
        "function check() { return Order.of([]).check() }\n",
    }

    assert users(files, "order.js", name="Order.check") == {"order.js#Order", "shop.js#check"}
    assert users(files, "order.js", name="Order.total") == {"order.js#Order.check", "shop.js#sum"}
    assert users(files, "order.js", name="Order.of") == {"shop.js#check"}


def test_an_object_of_a_stated_type_is_reached_through_that_type() -> None:
    files = {
        "store.ts": "export interface Store { find(id: string): string }\n"
        "export const memory: Store = { find(id) { return id } }\n",
        "page.ts": "import { Store } from './store'\nexport function page(store: Store) { return store.find('1') }\n",
    }

    assert users(files, "store.ts", name="memory.find") == {"store.ts#Store.find"}
    assert users(files, "store.ts", name="Store.find") == {"page.ts#page"}


@pytest.mark.parametrize("use", ["this.read()", "exports.read()", "module.exports.read()"])
def test_a_module_s_functions_use_each_other_by_what_it_hands_out(use: str) -> None:
    files = {"files.js": f"exports.load = function () {{ return {use} }}\nexports.read = () => 1\n"}

    assert "files.js#exports.load" in users(files, "files.js", name="exports.read")


def test_a_function_s_local_names_are_no_members_of_it() -> None:
    files = {
        "order.js": "function Order() { const total = () => 1; return total() }\nOrder.of = () => 1\nmodule.exports = Order\n",
        "shop.js": "const Order = require('./order')\nfunction sum() { return Order.total() }\n",
    }

    assert "shop.js#sum" not in users(files, "order.js", name="Order.total")


def test_a_member_with_two_names_is_used_by_either() -> None:
    tree = Linked.of(
        {
            "request.js": "var req = module.exports = {};\n\nreq.get =\nreq.header = function header(name) {\n  return name;\n};\n\n"
            "req.accepts = function () {\n  return this.get('accept');\n};\n",
            "use.js": "var req = require('./request');\n\nfunction one() {\n  return req.get('a');\n}\n\n"
            "function other() {\n  return req.header('a');\n}\n",
            "far.js": "module.exports = function (req, cache) {\n  return cache.get('a');\n};\n",
            "near.js": "module.exports = function near(req) {\n  return req.get('a');\n};\n",
        }
    )

    found = tree.users("request.js", "req.header")

    assert found >= {"use.js#one", "use.js#other", "request.js#req.accepts"}
    assert {user.partition("#")[0] for user in found} == {"use.js", "request.js", "near.js"}

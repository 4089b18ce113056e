"""Who notices what is gone through those that lose it, and what functions without a name do at a module's top level."""

from tests.unit.landscape.linked import dependents, impact, path_of

from weighbridge.domain.impact import ChangeDepth

FILES = {
    "utils.py": "def unquote(text):\n    return text\n\n\ndef keep():\n    return 1\n",
    "auth.py": "from utils import unquote\n\n\nclass Auth:\n    def flow(self):\n        return unquote('x')\n",
    "client.py": "from auth import Auth\n\n\ndef send():\n    return Auth().flow()\n",
    "test_client.py": "from client import send\n\n\ndef test_send():\n    assert send()\n",
}
GONE = FILES | {"utils.py": "def keep():\n    return 1\n"}


def test_what_uses_those_that_lose_something_notices_too() -> None:
    found = dependents(impact(FILES, GONE))

    assert {"auth.py#Auth.flow", "client.py#send", "test_client.py#test_send"} <= set(found)
    path = path_of(found["test_client.py#test_send"])
    assert path[0] == "test_client.py#test_send"
    assert path[-1] == "utils.py#unquote"


def test_those_that_no_longer_use_it_lose_nothing() -> None:
    mended = GONE | {
        "auth.py": FILES["auth.py"].replace("from utils import unquote\n", "").replace("unquote('x')", "'x'")
    }

    found = dependents(impact(FILES, mended))

    assert path_of(found["client.py#send"])[-1] == "auth.py#Auth.flow", "which changed, and loses nothing"


def test_what_a_handler_without_a_name_does_is_what_its_module_does() -> None:
    before = "app.post('/login', function (req, res) { if (user) { enter(req) } })\n"
    after = before.replace("if (user)", "if (user || req.query.debug)")

    (changed,) = impact({"auth.js": before}, {"auth.js": after}).changed

    assert changed.symbol == "auth.js#"
    assert changed.depth is ChangeDepth.BODY


def test_a_function_that_is_added_leaves_those_without_a_name_as_they_are() -> None:
    before = "app.get('/x', (req, res) => res.send(1))\n"

    found = impact({"app.js": before}, {"app.js": f"function more() {{ return 1 }}\n{before}"})

    assert {(c.symbol, c.depth) for c in found.changed if c.symbol == "app.js#"} <= {("app.js#", ChangeDepth.TEXT)}

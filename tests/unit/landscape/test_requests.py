"""Whoever requests a route by its address notices its handler, whichever file says what the route is called."""

import time

import pytest
from tests.unit.landscape.linked import Linked, dependents, impact

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty

SHOP = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/owners")
    def every():
        return found()

    @app.get("/owners/<int:owner>")
    def one(owner):
        return owner

    @app.get("/owners/find")
    def find():
        return 1

    @app.route("/", methods=["GET"])
    def start():
        return 1

    @app.route("/<page>")
    def page(page):
        return page

    def found():
        return 1
    """


def users(test: str, name: str, *, path: str = "tests/test_shop.py", more: dict[str, str] | None = None) -> set[str]:
    """Who requests a route of one handler of the shop."""
    files = {"shop/__init__.py": "", "shop/web.py": SHOP, path: test, **(more or {})}
    return Linked.of(files).requesting("shop/web.py", name)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ('client.get("/owners?page=1")', "every"),
        ('client.get("/owners/1")', "one"),
        ('client.get(f"/owners/{owner.id}")', "one"),
        ('client.get("/owners/find")', "find"),
        ('client.get("http://localhost:5000/owners")', "every"),
        ('client.get("/")', "start"),
        ('client.get("/about")', "page"),
    ],
)
def test_a_request_means_the_route_that_says_most_of_it(call: str, name: str) -> None:
    test = f"def test_it(client, owner):\n    {call}\n"

    meant = {
        each for each in ("every", "one", "find", "start", "page") if "tests/test_shop.py#test_it" in users(test, each)
    }

    assert meant == {name}


@pytest.mark.parametrize(
    "test",
    [
        'def test_it(client):\n    client.post("/owners")\n',
        'def test_it(client):\n    client.get("/owners/1/pets")\n',
        'def test_it(client):\n    print("/owners")\n',
        'def test_it(client):\n    client.get("https://owners.com/owners")\n',
        'OWNERS = "/owners"\n',
    ],
)
def test_another_method_another_address_another_host_and_a_mere_text_request_nothing(test: str) -> None:
    assert users(test, "every") == set()


def test_the_edge_is_inferred_and_says_which_route() -> None:
    files = {"shop/web.py": SHOP, "tests/test_shop.py": 'def test_it(client):\n    client.get("/owners")\n'}
    found = dependents(impact(files, files | {"shop/web.py": SHOP.replace("return found()", "return [found()]")}))
    (edge,) = found["tests/test_shop.py#test_it"].path

    assert (edge.kind, edge.what, edge.line) == ("requests", "GET /owners", 2)
    assert edge.certainty is Certainty.INFERRED
    assert found["tests/test_shop.py#test_it"].is_test


def test_what_a_handler_uses_is_noticed_through_the_route() -> None:
    files = {"shop/web.py": SHOP, "tests/test_shop.py": 'def test_it(client):\n    client.get("/owners")\n'}
    changed = SHOP.replace("def found():\n        return 1", "def found():\n        return 2")

    assert "tests/test_shop.py#test_it" in dependents(impact(files, files | {"shop/web.py": changed}))


def test_code_that_is_no_test_requests_too_but_not_of_hosts_that_may_be_others() -> None:
    script = "export async function load(host) {\n  await fetch('/owners');\n}\n"
    other = "export async function load(host) {\n  await fetch(`http://${host}/owners`);\n}\n"

    assert users(script, "every", path="web/load.js") == {"web/load.js#load"}
    assert users(other, "every", path="web/load.js") == set()


@pytest.mark.parametrize(
    ("address", "is_asked"),
    [
        ("http://shop.internal/owners", True),
        ("http://shop.default.svc.cluster.local/owners", True),
        ("https://owner-book.example.io/owners", True),
        ("https://api.stripe.com/owners", False),
        ("https://owners.com/owners", False),
        ("http://shop.internal/owners/none/such", False),
    ],
)
def test_a_host_that_is_reached_from_within_or_called_as_the_folder_is_asked(address: str, *, is_asked: bool) -> None:
    client = f'import requests\n\ndef load():\n    return requests.get("{address}")\n'
    files = {"book/web.py": SHOP, "till/client.py": client}
    found = dependents(impact(files, files | {"book/web.py": SHOP.replace("return found()", "return [found()]")}))

    assert ("till/client.py#load" in found) is is_asked


def test_a_host_is_asked_by_no_guess_where_two_servers_answer_the_path() -> None:
    client = 'import requests\n\ndef load():\n    return requests.get("http://shop.internal/owners")\n'
    files = {"one/web.py": SHOP, "two/web.py": SHOP, "till/client.py": client}
    found = dependents(impact(files, files | {"one/web.py": SHOP.replace("return found()", "return [found()]")}))

    assert "till/client.py#load" not in found


@pytest.mark.parametrize(("path", "is_asked"), [("owners/{owner}/pets", True), ("owners", False)])
def test_behind_an_address_that_is_a_setting_two_words_of_the_path_say_which_route(
    path: str, *, is_asked: bool
) -> None:
    web = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/owners")
    def every():
        return RESULT

    @app.get("/owners/<owner>/pets")
    def pets(owner):
        return RESULT
    """
    client = f'import os, requests\nBASE = os.environ["SHOP"]\n\ndef load(owner):\n    return requests.get(f"{{BASE}}/{path}")\n'
    files = {"shop/web.py": web, "till/client.py": client}
    found = dependents(impact(files, files | {"shop/web.py": web.replace("RESULT", "1")}))

    assert ("till/client.py#load" in found) is is_asked


API = {
    "app/owners.py": """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/api/v1/owners")
    def every(): ...

    @app.get("/shop/owners")
    def shop(): ...

    @app.get("/")
    def start(): ...
    """
}


def test_a_page_leaves_the_base_of_an_interface_out_and_a_server_says_the_whole_path() -> None:
    files = {
        **API,
        "web/load.ts": "export const load = () => http.get('/owners');\n",
        "app/ask.py": 'def ask(client, url):\n    return client.get(f"{url}/owners")\n',
        "app/base.py": 'def ask(client, url):\n    return client.get(f"{url}/api/v1/owners")\n',
        "app/whole.py": 'def ask(client):\n    return client.get("/api/v1/owners")\n',
        "app/rooms.py": 'def room(rooms):\n    return rooms.get("/", {})\n',
    }
    linked = Linked.of(files)

    assert linked.requesting("app/owners.py", "every") == {"web/load.ts#load", "app/whole.py#ask"}
    assert linked.requesting("app/owners.py", "shop") == set()
    assert linked.requesting("app/owners.py", "start") == set()


def test_a_page_s_server_may_take_the_base_of_an_interface_away() -> None:
    page = "export const every = () => fetch('/api/owners');\n"
    assert users(page, "every", path="web/owners.ts") == {"web/owners.ts#every"}
    assert users('def every(http):\n    http.get("/api/owners")\n', "every", path="web/owners.py") == set()
    assert users("export const every = () => fetch('/admin/owners');\n", "every", path="web/owners.ts") == set()
    whole = 'from flask import Flask\napp = Flask(__name__)\n\n@app.get("/api/owners")\ndef api():\n    return 1\n'
    assert users(page, "every", path="web/owners.ts", more={"far/api.py": whole}) == set()


def test_a_route_is_asked_for_by_the_path_it_is_mounted_at() -> None:
    files = {
        "app/owners.py": """
            from fastapi import APIRouter
            router = APIRouter(prefix="/owners")

            @router.get("/{owner}")
            def one(owner: int): ...
            """,
        "app/main.py": """
            from fastapi import FastAPI
            from app import owners
            app = FastAPI()
            app.include_router(owners.router, prefix="/api/v1")
            """,
        "tests/test_whole.py": 'def test_it(client):\n    client.get("/api/v1/owners/1")\n',
        "tests/test_base.py": 'def test_it(client):\n    client.get(f"{settings.API}/owners/1")\n',
        "tests/test_other.py": 'def test_it(client):\n    client.get("/api/v2/owners/1")\n',
    }

    assert Linked.of(files).requesting("app/owners.py", "one") == {
        "tests/test_whole.py#test_it",
        "tests/test_base.py#test_it",
    }


def test_flask_s_routes_are_asked_for_by_the_names_of_their_handlers_too() -> None:
    views = """
        from flask import Blueprint
        blueprint = Blueprint("{name}", __name__)

        @blueprint.get("/all")
        def every(): ...

        @blueprint.post("/all")
        def save(): ...
        """
    files = {
        "shop/owners.py": views.format(name="owners"),
        "shop/pets.py": views.format(name="pets"),
        "tests/test_shop.py": """
            from flask import url_for

            def test_owners(client):
                client.get(url_for("owners.every"))

            def test_pets(client):
                client.post_json(url_for("pets.save"))

            def test_neither(client):
                client.get(url_for("owners.save"))
            """,
    }
    linked = Linked.of(files)

    assert linked.requesting("shop/owners.py", "every") == {"tests/test_shop.py#test_owners"}
    assert linked.requesting("shop/pets.py", "every") == set()
    assert linked.requesting("shop/pets.py", "save") == {"tests/test_shop.py#test_pets"}
    assert linked.requesting("shop/owners.py", "save") == set()


def test_django_names_the_view_in_another_file() -> None:
    files = {
        "shop/views.py": """
            from django.views import View

            def every(request): ...

            class One(View):
                def get(self, request, owner): ...
                def post(self, request, owner): ...
            """,
        "shop/urls.py": """
            from django.urls import path
            from shop import views
            urlpatterns = [path("owners/", views.every), path("owners/<int:owner>/", views.One.as_view())]
            """,
        "shop/tests.py": """
            class OwnersTest(TestCase):
                def test_every(self):
                    self.client.get("/owners/")
                def test_one(self):
                    self.client.post("/owners/1/", {})
            """,
    }
    linked = Linked.of(files)

    assert "shop/tests.py#OwnersTest.test_every" in linked.requesting("shop/views.py", "every")
    assert "shop/tests.py#OwnersTest.test_one" in linked.requesting("shop/views.py", "One.post")
    assert "shop/tests.py#OwnersTest.test_one" not in linked.requesting("shop/views.py", "One.get")


def test_spring_maps_a_method_below_the_path_of_its_class() -> None:
    main, test = "src/main/java/shop/OwnerController.java", "src/test/java/shop/OwnerControllerTests.java"
    files = {
        main: """
            package shop;
            import org.springframework.stereotype.Controller;
            import org.springframework.web.bind.annotation.*;
            @Controller @RequestMapping("/owners")
            class OwnerController {
                @GetMapping("/{id}") String one(int id) { return "one"; }
                @PostMapping("/{id}") String save(int id) { return "saved"; }
            }
            """,
        test: """
            package shop;
            class OwnerControllerTests {
                void show() throws Exception { mvc.perform(get("/owners/{id}", 1)).andExpect(ok()); }
            }
            """,
    }
    linked = Linked.of(files)

    assert linked.requesting(main, "OwnerController.one") == {f"{test}#OwnerControllerTests.show"}
    assert linked.requesting(main, "OwnerController.save") == set()


def test_express_hands_a_handler_of_another_file_to_a_router_that_is_mounted() -> None:
    files = {
        "src/owners.controller.js": "const every = wrap(async (req, res) => res.send([]));\nmodule.exports = { every };\n",
        "src/owners.route.js": """
            const express = require('express');
            const controller = require('./owners.controller');
            const router = express.Router();
            router.get('/all', auth(), controller.every);
            module.exports = router;
            """,
        "src/app.js": """
            const express = require('express');
            const owners = require('./owners.route');
            const app = express();
            app.use('/owners', owners);
            """,
        "tests/owners.test.js": "test('all', async () => { await request(app).get('/owners/all').expect(200); });\n",
    }

    assert Linked.of(files).requesting("src/owners.controller.js", "every") >= {"tests/owners.test.js#test@1"}


def test_gin_is_asked_by_a_recorded_request() -> None:
    files = {
        "go.mod": "module shop\n",
        "web/web.go": """
            package web
            import "github.com/gin-gonic/gin"
            func Routes() { r := gin.New(); r.GET("/owners/:id", one) }
            func one(c *gin.Context) { }
            """,
        "web/web_test.go": """
            package web
            import ("net/http"; "testing")
            func TestOne(t *testing.T) { req, _ := http.NewRequest("GET", "/owners/1", nil); serve(req) }
            """,
    }

    assert "web/web_test.go#TestOne" in Linked.of(files).requesting("web/web.go", "one")


def test_a_test_with_a_route_of_its_own_is_about_that_one() -> None:
    test = """
        from flask import Flask

        def test_it():
            app = Flask(__name__)

            @app.get("/owners")
            def every(): ...

            app.test_client().get("/owners")
        """

    assert users(test, "every") == set()


def test_what_a_test_file_routes_is_its_own() -> None:
    files = {
        "tests/test_a.py": SHOP + "\n    def test_it(client):\n        client.get('/owners')\n",
        "tests/test_b.py": 'def test_it(client):\n    client.get("/owners")\n',
        "tests/test_c.py": 'from tests.test_a import app\n\ndef test_it():\n    app.test_client().get("/owners")\n',
    }

    assert Linked.of(files).requesting("tests/test_a.py", "every") == {"tests/test_c.py#test_it"}


def test_of_routes_alike_the_nearest_is_meant_and_of_those_as_near_each_in_part() -> None:
    test = 'def test_it(client):\n    client.get("/owners")\n'
    files = {
        "one/web.py": SHOP,
        "two/web.py": SHOP,
        "one/tests/test_shop.py": test,
        "tests/test_both.py": test,
    }
    linked = Linked.of(files)

    assert linked.requesting("one/web.py", "every") == {"one/tests/test_shop.py#test_it", "tests/test_both.py#test_it"}
    assert linked.requesting("two/web.py", "every") == {"tests/test_both.py#test_it"}


def test_an_example_is_requested_from_beside_it() -> None:
    test = 'def test_it(client):\n    client.get("/owners")\n'
    files = {"examples/shop/web.py": SHOP, "examples/shop/tests/test_shop.py": test, "tests/test_frame.py": test}

    assert Linked.of(files).requesting("examples/shop/web.py", "every") == {"examples/shop/tests/test_shop.py#test_it"}


def test_very_many_requests_and_routes_of_strangers_are_cut_short_and_told() -> None:
    routes = "".join(f'\n@app.get("/a/<x{n}>/b")\ndef h{n}(x{n}): ...\n' for n in range(500))
    calls = "".join(f'    client.get("/a/{n}/b")\n' for n in range(500))
    files = {
        "web.py": f"from flask import Flask\napp = Flask(__name__)\n{routes}",
        **{f"tests/test_{n}.py": f"def test_it(client):\n{calls}" for n in range(20)},
    }
    linked = Linked.of(files)
    started = time.process_time()

    linked.requesting("web.py", "h7")
    linked.requesting("web.py", "h8")

    assert time.process_time() - started < 10
    assert "requested more often" in linked.view.evaluator.work.cut_short[RepoPath("web.py")]

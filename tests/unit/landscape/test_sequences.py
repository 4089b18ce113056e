"""What happens at an entry point is told in order, before and after, with what came and went marked."""

from collections.abc import Mapping

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.impact import Impact
from weighbridge.domain.package import Message, Sequence
from weighbridge.landscape import sequences
from weighbridge.landscape.landscapes import Landscapes

PARTS = {
    "web/pyproject.toml": "[project]\nname = 'web'\n",
    "pay/pyproject.toml": "[project]\nname = 'pay'\n",
    "web/web/__init__.py": "",
    "pay/pay/__init__.py": "",
}


def drawn(base: Mapping[str, str], changed: Mapping[str, str]) -> tuple[Sequence, ...]:
    seen = sight(base, {**base, **changed})
    assert isinstance(seen.landscapes, Landscapes)
    assert isinstance(seen.impact, Impact)
    return sequences.draw_sequences(seen.landscapes, seen.code, impact=seen.impact)


def told(messages: tuple[Message, ...]) -> list[str]:
    marks = {"added": "+ ", "removed": "- "}
    return [f"{marks.get(m.mark, '')}{m.source} -> {m.target}: {m.words}" for m in messages]


def test_calls_stores_and_hosts_are_told_in_order_with_what_came_and_went() -> None:
    base = PARTS | {
        "web/web/app.py": """
            from fastapi import FastAPI
            from web.orders import router
            app = FastAPI()
            app.include_router(router, prefix="/api")
            """,
        "web/web/orders.py": """
            from fastapi import APIRouter
            from pay.charge import charge
            router = APIRouter()

            @router.post("/pay/{id}")
            def pay(id):
                db.execute("UPDATE orders SET paid = 1")
                return charge(id)
            """,
        "pay/pay/charge.py": """
            import requests

            def charge(id):
                requests.post("https://bank.example/charges")
                db.execute("INSERT INTO charges VALUES (1)")
            """,
    }
    changed = {
        "pay/pay/charge.py": """
            import requests

            def charge(id):
                requests.post("https://bank.example/charges")
                requests.post("https://audit.example/log")
            """
    }

    (found,) = drawn(base, changed)

    assert told(found.before) == [
        "caller -> web: http POST /api/pay/{id}",
        "web -> table orders: write",
        "web -> pay: charge",
        "pay -> bank.example: POST https://bank.example/charges",
        "- pay -> table charges: write",
    ]
    assert told(found.after)[-1] == "+ pay -> audit.example: POST https://audit.example/log"


def test_what_a_call_is_given_happens_before_it_from_left_to_right() -> None:
    base = PARTS | {
        "web/web/app.py": """
            from flask import Flask
            from pay.steps import first, second, third
            app = Flask(__name__)

            @app.get("/x")
            def x():
                return third(first(1), second(2))
            """,
        "pay/pay/steps.py": "def first(a): return a\ndef second(a): return a\ndef third(a, b): return a\n",
    }
    changed = {"pay/pay/steps.py": base["pay/pay/steps.py"].replace("third(a, b): return a", "third(a, b): return b")}

    (found,) = drawn(base, changed)

    assert [m.words for m in found.after[1:]] == ["first", "second", "third"]


def test_a_route_that_goes_is_told_before_only_and_one_that_comes_after_only() -> None:
    text = """
        from flask import Flask
        import requests
        app = Flask(__name__)

        @app.get("/old")
        def old():
            requests.get("https://stock.example/x")
        """

    gone, new = drawn({"app.py": text}, {"app.py": text.replace("old", "new")})

    assert (gone.entry_point, told(gone.after)) == ("GET /old", [])
    assert [m.mark for m in gone.before] == ["removed", "removed"]
    assert (new.entry_point, told(new.before)) == ("GET /new", [])
    assert [m.mark for m in new.after] == ["added", "added"]


def test_where_something_differs_comes_first() -> None:
    routes = "\n".join(
        f"""
            @app.get("/{n}")
            def r{n}():
                requests.get("https://stock.example/{n}")
                return log({n})
            """
        for n in range(10)
    )
    base = {
        "app.py": f"""
            from flask import Flask
            import requests
            from tools import log
            app = Flask(__name__)
            {routes}
            """,
        "tools.py": "def log(n):\n    return n\n",
    }
    changed = {
        "app.py": base["app.py"].replace("stock.example/9", "depot.example/9"),
        "tools.py": "def log(n):\n    return n + 1\n",
    }

    found = drawn(base, changed)

    assert len(found) == sequences.MOST_SEQUENCES
    assert [s.entry_point for s in found if any(m.mark for m in s.after)] == ["GET /9"] == [found[0].entry_point]


def test_functions_that_call_each_other_come_to_an_end_and_are_told_where_they_speak() -> None:
    base = {
        "app.py": """
            from flask import Flask
            import requests
            app = Flask(__name__)

            def one(n):
                two(n)
                requests.get("https://stock.example/x")

            def two(n):
                one(n)

            @app.get("/a")
            def a():
                one(1)

            @app.get("/b")
            def b():
                two(1)
            """
    }
    changed = {"app.py": base["app.py"].replace("two(n)\n", "two(n + 1)\n")}

    found = {s.entry_point: [m.target for m in s.after] for s in drawn(base, changed)}

    assert "stock.example" in found["GET /a"]
    assert "stock.example" in found["GET /b"]


@pytest.mark.parametrize(
    ("files", "path", "old", "new"),
    [
        (
            {
                "web/package.json": '{"name": "web"}',
                "pay/package.json": '{"name": "pay"}',
                "web/src/app.ts": (
                    "import express from 'express';\nimport { charge } from 'pay';\nconst app = express();\n"
                    "app.post('/pay', async (q, s) => { s.json(await charge(q)); });\n"
                ),
                "pay/src/index.ts": "export async function charge(q) {\n  return fetch('https://bank.example/a');\n}\n",
            },
            "pay/src/index.ts",
            "example/a'",
            "example/b'",
        ),
        (
            {
                "go.mod": "module example.org/pay\n",
                "main.go": (
                    'package main\n\nimport "net/http"\n\nfunc main() {\n    http.HandleFunc("POST /pay", pay)\n}\n\n'
                    "func pay(w http.ResponseWriter, r *http.Request) {\n    charge()\n}\n"
                ),
                "charge.go": (
                    'package main\n\nimport "net/http"\n\nfunc charge() {\n    http.Get("https://bank.example/a")\n}\n'
                ),
            },
            "charge.go",
            'example/a"',
            'example/b"',
        ),
        (
            {
                "src/main/java/s/Pay.java": (
                    "package s;\nimport org.springframework.web.bind.annotation.*;\n@RestController\nclass Pay {\n"
                    '  private Bank bank;\n  @PostMapping("/pay")\n  String pay() { return bank.charge(); }\n}\n'
                ),
                "src/main/java/s/Bank.java": (
                    "package s;\nimport org.springframework.web.client.RestTemplate;\nclass Bank {\n"
                    "  RestTemplate rest;\n"
                    '  String charge() { return rest.getForObject("https://bank.example/a", String.class); }\n}\n'
                ),
            },
            "src/main/java/s/Bank.java",
            'example/a"',
            'example/b"',
        ),
    ],
    ids=["typescript", "go", "java"],
)
def test_every_language_tells_a_host_that_is_asked_otherwise(
    files: Mapping[str, str], path: str, old: str, new: str
) -> None:
    (found,) = drawn(files, {path: files[path].replace(old, new)})

    assert found.entry_point == "POST /pay"
    assert told(found.before)[-1].endswith("bank.example: GET https://bank.example/a")
    assert told(found.after)[-1].endswith("bank.example: GET https://bank.example/b")
    assert (found.before[-1].mark, found.after[-1].mark) == ("removed", "added")


def test_a_view_and_its_models_are_told_where_the_route_stands_in_another_file() -> None:
    base = {
        "shop/__init__.py": "",
        "shop/urls.py": """
            from django.urls import path
            from shop import views
            urlpatterns = [path("orders/", views.Orders.as_view())]
            """,
        "shop/models.py": """
            from django.db import models

            class Order(models.Model):
                class Meta:
                    db_table = "orders"

            class Line(models.Model):
                class Meta:
                    db_table = "lines"
            """,
        "shop/views.py": """
            from shop.models import Line, Order

            class Orders(View):
                def get(self, request):
                    return Order.objects.filter(x=1).first()
            """,
    }
    changed = {
        "shop/views.py": """
            from shop.models import Line, Order

            class Orders(View):
                def get(self, request):
                    Line.objects.filter(x=1).delete()
                    return Order.objects.filter(x=1).first()
            """
    }

    (found,) = drawn(base, changed)

    assert told(found.before)[1:] == ["shop -> table orders: read"]
    assert told(found.after)[1:] == ["+ shop -> table lines: write", "shop -> table orders: read"]

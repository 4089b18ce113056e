"""An entry point is reached through its handler, whichever file that stands in."""

from collections.abc import Mapping

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.impact import Impact, ReachedKind

DJANGO = {
    "shop/__init__.py": "",
    "shop/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("orders/", views.orders), path("carts/", views.Carts.as_view())]
        """,
    "shop/views.py": """
        from shop.prices import total

        def orders(request):
            return total(request)

        class Carts(View):
            def get(self, request):
                return 1

            def helper(self):
                return 2
        """,
    "shop/prices.py": "def total(request):\n    return 1\n\ndef tax(request):\n    return 2\n",
}
EXPRESS = {
    "src/routes.js": (
        "const router = require('express').Router();\nconst orders = require('./orders');\n"
        "router.get('/orders', orders.list);\nrouter.post('/orders', orders.add);\nmodule.exports = router;\n"
    ),
    "src/orders.js": "exports.list = (req, res) => res.json(1);\nexports.add = (req, res) => res.json(2);\n",
}
GIN = {
    "go.mod": "module example.org/shop\n",
    "main.go": (
        'package main\n\nimport (\n    "github.com/gin-gonic/gin"\n    "example.org/shop/orders"\n)\n\n'
        'func main() {\n    r := gin.Default()\n    r.GET("/orders", orders.List)\n    r.POST("/orders", orders.Add)\n}\n'
    ),
    "orders/orders.go": "package orders\n\nfunc List(c *C) {\n    one(1)\n}\n\nfunc Add(c *C) {\n    two(2)\n}\n",
}
RESTFUL = {
    "app.py": """
        from flask_restful import Api
        from orders import Orders
        api = Api()
        api.add_resource(Orders, "/orders")
        """,
    "orders.py": """
        class Orders(Resource):
            def get(self):
                return 1
        """,
}


def reached(base: Mapping[str, str], path: str, *, old: str, new: str) -> list[str]:
    impact = sight(base, {**base, path: base[path].replace(old, new)}).impact
    assert isinstance(impact, Impact)
    return [
        r.name for r in impact.reached if r.kind is ReachedKind.ENTRY_POINT and not r.name.startswith(("cli ", "main "))
    ]


@pytest.mark.parametrize(
    ("files", "path", "old", "new", "expected"),
    [
        (DJANGO, "shop/views.py", "total(request)", "total(None)", ["ANY /orders/"]),
        (DJANGO, "shop/prices.py", "return 1", "return 3", ["ANY /orders/"]),
        (DJANGO, "shop/views.py", "return 1", "return 3", ["ANY /carts/"]),
        (EXPRESS, "src/orders.js", "json(1)", "json(3)", ["GET /orders"]),
        (GIN, "orders/orders.go", "one(1)", "one(3)", ["GET /orders"]),
        (RESTFUL, "orders.py", "return 1", "return 3", ["ANY /orders"]),
    ],
    ids=["django view", "below a view", "django class", "express", "gin", "flask-restful"],
)
def test_a_handler_of_another_file_leads_to_its_entry_point(
    files: Mapping[str, str], path: str, old: str, new: str, expected: list[str]
) -> None:
    assert [name.rstrip("/") for name in reached(files, path, old=old, new=new)] == [
        name.rstrip("/") for name in expected
    ]


def test_what_no_handler_leads_to_reaches_no_entry_point() -> None:
    assert reached(DJANGO, "shop/prices.py", old="return 2", new="return 3") == []


def test_a_route_that_only_a_test_has_is_no_entry_point() -> None:
    files = {
        "mux.py": "def answer(request):\n    return 1\n",
        "tests/test_mux.py": """
            from flask import Flask
            from mux import answer
            app = Flask(__name__)
            app.add_url_rule("/x", view_func=answer)
            """,
    }

    assert reached(files, "mux.py", old="return 1", new="return 2") == []

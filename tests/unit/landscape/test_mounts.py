"""Entry points are called by the path people call, also where another file says below which one a router is reached."""

from collections.abc import Mapping

import pytest
from tests.unit.landscape.linked import Linked

from weighbridge.domain.ids import RepoPath

Files = Mapping[str, str]

ITEMS = """
    from fastapi import APIRouter
    router = APIRouter(prefix="/items")

    @router.get("/{id}")
    def read(id: int): ...

    @router.get("")
    def every(): ...
    """


def names(files: Files, path: str) -> list[str]:
    """What the HTTP entry points of a file are called, with `?` behind what is not certain."""
    view = Linked.of(files).view
    facts = view.landscape.facts(RepoPath(path))
    assert facts is not None
    found = [name for entry in facts.entry_points for name in view.mounts.names(entry, RepoPath(path))]
    return [name.removeprefix("http ") + ("" if is_certain else "?") for name, is_certain in found]


def test_fastapi_includes_a_router_of_a_router_below_a_prefix_that_is_a_setting() -> None:
    files = {
        "app/items.py": ITEMS,
        "app/api.py": """
            from fastapi import APIRouter
            from app import items
            api = APIRouter(prefix="/shop")
            api.include_router(items.router)
            """,
        "app/settings.py": """
            class Settings:
                API: str = "/v1"

            settings = Settings()
            """,
        "app/main.py": """
            from fastapi import FastAPI
            from app.api import api
            from app.settings import settings
            app = FastAPI()
            app.include_router(api, prefix=settings.API)
            """,
    }

    assert names(files, "app/items.py") == ["GET /v1/shop/items/{id}", "GET /v1/shop/items"]


def test_a_router_that_is_included_twice_is_reached_by_both_paths() -> None:
    main = """
        from fastapi import FastAPI
        from app.items import router
        app = FastAPI()
        app.include_router(router, prefix="/v1")
        app.include_router(router, prefix="/v2")
        """

    found = names({"app/items.py": ITEMS, "app/main.py": main}, "app/items.py")

    assert found == ["GET /v1/items/{id}", "GET /v2/items/{id}", "GET /v1/items", "GET /v2/items"]


def test_a_prefix_that_nothing_tells_leaves_the_path_uncertain() -> None:
    main = """
        import os
        from fastapi import FastAPI
        from app.items import router
        app = FastAPI()
        app.include_router(router, prefix=os.environ["PREFIX"])
        """

    assert names({"app/items.py": ITEMS, "app/main.py": main}, "app/items.py") == ["GET /items/{id}?", "GET /items?"]


def test_a_router_that_nobody_includes_keeps_its_own_path() -> None:
    assert names({"app/items.py": ITEMS}, "app/items.py") == ["GET /items/{id}", "GET /items"]


def test_routers_that_include_each_other_come_to_an_end() -> None:
    files = {
        "a.py": """
            from fastapi import APIRouter
            from b import two
            one = APIRouter()
            one.include_router(two, prefix="/two")

            @one.get("/x")
            def x(): ...
            """,
        "b.py": """
            from fastapi import APIRouter
            from a import one
            two = APIRouter()
            two.include_router(one, prefix="/one")
            """,
    }

    assert names(files, "a.py") == ["GET /two/one/x"]


def test_what_only_a_test_mounts_is_not_reached_there() -> None:
    main = """
        from fastapi import FastAPI
        from app.items import router
        app = FastAPI()
        app.include_router(router, prefix="/test")
        """

    assert names({"app/items.py": ITEMS, "tests/test_items.py": main}, "app/items.py") == [
        "GET /items/{id}",
        "GET /items",
    ]


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        ("app.register_blueprint(views.bp, url_prefix='/v2/orders')", "GET /v2/orders/{id}"),
        ("app.register_blueprint(views.bp)", "GET /orders/{id}"),
    ],
)
def test_flasks_prefix_takes_the_place_of_the_blueprints_own(registered: str, expected: str) -> None:
    files = {
        "shop/views.py": """
            from flask import Blueprint
            bp = Blueprint("orders", __name__, url_prefix="/orders")

            @bp.route("/<int:id>")
            def show(id): ...
            """,
        "shop/app.py": f"""
            from flask import Flask
            from shop import views

            def create_app():
                app = Flask(__name__)
                register(app)
                return app

            def register(app):
                {registered}
            """,
    }

    assert names(files, "shop/views.py") == [expected]


def test_django_includes_another_files_routes_and_a_routers() -> None:
    files = {
        "site/urls.py": """
            from django.urls import include, path
            urlpatterns = [path("api/", include("shop.urls")), path("old/", include("legacy.urls"))]
            """,
        "shop/urls.py": """
            from django.urls import include, path
            from rest_framework import routers
            from shop import views
            router = routers.DefaultRouter()
            router.register("orders", views.Orders)
            urlpatterns = [path("v1/", include(router.urls)), path("health/", views.health)]
            """,
        "shop/views.py": "class Orders: ...\ndef health(request): ...\n",
    }

    assert names(files, "shop/urls.py") == ["ANY /api/v1/orders", "ANY /api/v1/orders/{pk}", "ANY /api/health/"]


@pytest.mark.parametrize(
    ("routes", "main"),
    [
        (
            "const router = require('express').Router();\nrouter.get('/:id', show);\nmodule.exports = router;\n",
            "const app = require('express')();\napp.use('/orders', require('./orders'));\n",
        ),
        (
            "const router = require('express').Router();\nrouter.get('/:id', show);\nmodule.exports = { router };\n",
            "const app = require('express')();\nconst orders = require('./orders');\napp.use('/orders', orders.router);\n",
        ),
        (
            "import { Router } from 'express';\nconst router = Router();\nrouter.get('/:id', show);\nexport default router;\n",
            (
                "import express, { Router } from 'express';\nimport orders from './orders';\n"
                "const api = Router().use(log).use(orders);\nexpress().use(x);\n"
                "export default Router().use('/orders', api);\n"
            ),
        ),
        (
            "module.exports = (app) => { app.get('/orders/:id', show); };\n",
            "const app = require('express')();\nrequire('./orders')(app);\n",
        ),
        (
            "import { Hono } from 'hono';\nconst orders = new Hono();\norders.get('/:id', (c) => c);\nexport { orders };\n",
            "import { Hono } from 'hono';\nimport { orders } from './orders';\nnew Hono();\nconst app = new Hono();\napp.route('/orders', orders);\n",
        ),
        (
            "const Router = require('@koa/router');\nconst router = new Router();\nrouter.get('/:id', show);\nmodule.exports = router;\n",
            "const Router = require('@koa/router');\nconst all = new Router();\nconst orders = require('./orders');\nall.use('/orders', orders.routes());\n",
        ),
        (
            "module.exports = async function (fastify) { fastify.get('/:id', async () => 1); };\n",
            "const fastify = require('fastify')();\nfastify.register(require('./orders'), { prefix: '/orders' });\n",
        ),
    ],
    ids=["require", "member", "chain", "function", "hono", "koa", "fastify"],
)
def test_a_javascript_router_is_reached_where_another_file_puts_it(routes: str, main: str) -> None:
    assert names({"src/orders.js": routes, "src/main.js": main}, "src/orders.js") == ["GET /orders/{id}"]


def test_a_parameter_of_the_path_that_a_router_is_put_below_is_one_of_its_routes() -> None:
    files = {
        "src/settings.js": "const router = require('express').Router();\nrouter.get('/main', show);\nmodule.exports = router;\n",
        "src/app.js": "const app = require('express')();\napp.use('/users/:id/settings', require('./settings'));\n",
    }

    assert names(files, "src/settings.js") == ["GET /users/{id}/settings/main"]


def test_what_is_put_before_a_router_is_no_router() -> None:
    files = {
        "src/log.js": "const router = require('express').Router();\nrouter.get('/log', show);\nmodule.exports = router;\n",
        "src/main.js": "const app = require('express')();\napp.use('/orders', cors(), compress);\n",
    }

    assert names(files, "src/log.js") == ["GET /log?"]


def test_nestjs_puts_its_global_prefix_before_every_controller_of_its_application_only() -> None:
    controller = """
        import { Controller, Get } from '@nestjs/common';

        @Controller('orders')
        export class Orders {
            @Get(':id') show() { return 1; }
        }
        """
    files = {
        "apps/shop/src/main.ts": "async function run() {\n  app.setGlobalPrefix('api');\n}\nrun();\n",
        "apps/shop/src/orders/orders.controller.ts": controller,
        "apps/admin/src/orders.controller.ts": controller,
    }

    assert names(files, "apps/shop/src/orders/orders.controller.ts") == ["GET /api/orders/{id}"]
    assert names(files, "apps/admin/src/orders.controller.ts") == ["GET /orders/{id}"]


def test_a_group_of_gin_or_echo_is_followed_into_the_function_it_is_given_to() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "main.go": """
            package main

            import (
                "github.com/gin-gonic/gin"

                "example.org/shop/orders"
            )

            func main() {
                r := gin.Default()
                v1 := r.Group("/api")
                orders.Register(v1.Group("/orders"), store())
                orders.Handler{}.Routes(v1)
            }
            """,
        "orders/routes.go": """
            package orders

            import "github.com/gin-gonic/gin"

            type Handler struct{}

            func Register(r *gin.RouterGroup, s Store) {
                r.GET("/:id", show)
            }

            func (h Handler) Routes(r *gin.RouterGroup) {
                g := r.Group("/carts")
                g.POST("/", add)
            }
            """,
    }

    assert names(files, "orders/routes.go") == ["GET /api/orders/{id}", "POST /api/carts"]


def test_chi_mounts_what_another_packages_function_hands_out() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "main.go": """
            package main

            import (
                "github.com/go-chi/chi/v5"

                "example.org/shop/orders"
            )

            func main() {
                r := chi.NewRouter()
                r.Route("/api", func(r chi.Router) {
                    r.Mount("/orders", orders.Routes())
                })
            }
            """,
        "orders/routes.go": """
            package orders

            import "github.com/go-chi/chi/v5"

            func Routes() chi.Router {
                r := chi.NewRouter()
                r.Get("/{id}", show)
                return r
            }
            """,
    }

    assert names(files, "orders/routes.go") == ["GET /api/orders/{id}"]


ROWS = """
    const express = require('express');
    const owners = require('./owners');
    const pets = require('./pets');
    const router = express.Router();
    const routes = [
      { path: '/owners', route: owners },
      { path: '/pets', route: pets },
    ];
    {loop}
    module.exports = router;
    """


@pytest.mark.parametrize(
    "loop",
    [
        "routes.forEach((each) => { router.use(each.path, each.route); });",
        "for (const each of routes) { router.use(each.path, each.route); }",
        "routes.map((each) => router.use(each.path, auth, each.route));",
    ],
)
def test_express_mounts_the_rows_of_a_table(loop: str) -> None:
    routes = """
        const router = require('express').Router();
        router.get('/:id', one);
        module.exports = router;
        """
    app = "const app = require('express')(); const routes = require('./routes'); app.use('/v1', routes);"
    files = {"owners.js": routes, "pets.js": routes, "routes.js": ROWS.replace("{loop}", loop), "app.js": app}

    assert names(files, "owners.js") == ["GET /v1/owners/{id}"]
    assert names(files, "pets.js") == ["GET /v1/pets/{id}"]


def test_a_table_that_somebody_else_fills_leaves_the_path_uncertain() -> None:
    routes = "const router = require('express').Router(); router.get('/:id', one); module.exports = router;"
    loop = "given().forEach((each) => { router.use(each.path, each.route); });"

    assert names({"owners.js": routes, "routes.js": ROWS.replace("{loop}", loop)}, "owners.js") == ["GET /{id}?"]


def test_very_many_calls_for_very_many_rows_are_left_as_they_are() -> None:
    rows = ", ".join(f"{{ path: '/{n}', route: owners }}" for n in range(100))
    calls = "router.use(each.path, each.route); " * 300
    text = f"const router = require('express').Router(); [{rows}].forEach((each) => {{ {calls} }});"
    facts = Linked.of({"routes.js": text}).view.landscape.facts(RepoPath("routes.js"))
    assert facts is not None

    assert len(facts.mounts) < 3_000

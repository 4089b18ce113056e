"""HTTP entry points of Python code, and what only looks like some."""

import time

import pytest

from weighbridge.facts.extract import extract
from weighbridge.facts.model import EntryPoint, Function
from weighbridge.facts.recognise._python_routes import path_of, path_of_regex

FLASK = "from flask import Flask, Blueprint\napp = Flask(__name__)\nbp = Blueprint('b', __name__, url_prefix='/api')\n"
FASTAPI = "from fastapi import FastAPI, APIRouter\napp = FastAPI()\nrouter = APIRouter(prefix='/items')\n"
DJANGO = "from django.urls import include, path, re_path\nfrom . import views\n"
STARLETTE = "from starlette.routing import Mount, Route, WebSocketRoute\n"


def entry_points(source: str) -> list[EntryPoint]:
    return [entry for entry in extract(source.encode(), "python").entry_points if entry.kind == "http"]


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        (FLASK + "@app.route('/orders/<int:id>')\ndef f(id): pass", ["GET /orders/{id}"]),
        (FLASK + "@app.route('/o', methods=['GET', 'post'])\ndef f(): pass", ["GET /o", "POST /o"]),
        (FLASK + "@bp.delete('/x/')\ndef f(): pass", ["DELETE /api/x/"]),
        (FLASK + "@bp.get('/x')\ndef f(): pass\napp.register_blueprint(bp, url_prefix='/v1')", ["GET /v1/x"]),
        (FLASK + "app.add_url_rule('/u/<name>', view_func=f)", ["GET /u/{name}"]),
        ("import flask\ndef make():\n a = flask.Flask('x')\n @a.route('/in')\n def f(): pass", ["GET /in"]),
        ("from flask import Flask\nfrom flask.views import MethodView\napp = Flask('a')\nclass U(MethodView):\n def get(self): pass\n def post(self): pass\napp.add_url_rule('/u', view_func=U.as_view('u'))", ["GET /u", "POST /u"]),
        ("from flask_restful import Api\napi = Api(app)\napi.add_resource(Todo, '/t', '/t/<int:i>')", ["ANY /t", "ANY /t/{i}"]),
        (FASTAPI + "@router.get('/{id:int}')\nasync def f(id): pass", ["GET /items/{id}"]),
        (FASTAPI + "@router.post('')\ndef f(): pass\napp.include_router(router, prefix='/v2')", ["POST /v2/items"]),
        (FASTAPI + "@app.websocket('/ws')\nasync def f(s): pass", ["WEBSOCKET /ws"]),
        (FASTAPI + "@app.api_route('/m', methods=['PUT'])\ndef f(): pass", ["PUT /m"]),
        (FASTAPI + "app.add_api_route('/a', f, methods=['DELETE'])", ["DELETE /a"]),
        (FASTAPI + "P = '/p'\n@app.get(P + '/x')\ndef f(): pass", ["GET /p/x"]),
        (STARLETTE + "r = [Route('/', h), Mount('/u', routes=[Route('/{n:str}', u, methods=['PUT'])])]", ["ANY /", "PUT /u/{n}"]),
        (STARLETTE + "r = [WebSocketRoute('/ws', w)]", ["WEBSOCKET /ws"]),
        (DJANGO + "urlpatterns = [path('o/<int:id>/', views.o), path('', views.i)]", ["ANY /o/{id}/", "ANY /"]),
        (DJANGO + "urlpatterns = [re_path(r'^a/(?P<y>[0-9]{4})/(\\d+)/$', views.y)]", ["ANY /a/{y}/{}/"]),
        (DJANGO + "more = [path('a/', views.a)]\nurlpatterns = [path('e/', include(more))]", ["ANY /e/a/"]),
        (DJANGO + "urlpatterns = [path('e/', include(([path('a', views.a)], 'ns')))]", ["ANY /e/a"]),
        (DJANGO + "class V(View):\n def get(self, r): pass\n def post(self, r): pass\nurlpatterns = [path('v', V.as_view())]",
         ["GET /v", "POST /v"]),
        (DJANGO + "urlpatterns = [path('v', views.V.as_view()), path('l', login_required(views.l))]", ["ANY /v", "ANY /l"]),
        ("from rest_framework import routers\nr = routers.SimpleRouter()\nr.register(r'users', V)", ["ANY /users", "ANY /users/{pk}"]),
        ("from aiohttp import web\nroutes = web.RouteTableDef()\n@routes.get('/a')\nasync def f(r): pass", ["GET /a"]),
        ("from aiohttp import web\napp.add_routes([web.post('/b', b), web.view('/c', C)])", ["POST /b", "ANY /c"]),
        ("from .main import app\n@app.get('/x')\ndef f(): pass", ["GET /x"]),
    ],
)  # fmt: skip
def test_routes_are_found_under_their_whole_path(source: str, keys: list[str]) -> None:
    assert [entry.key for entry in entry_points(source)] == keys


@pytest.mark.parametrize(
    "source",
    [
        "import requests\nrequests.get('/x')",
        "import httpx\nclient = httpx.Client()\nclient.get('/x')",
        "import responses\n@responses.get('/x')\ndef f(): pass",
        "@cache.get('/x')\ndef f(): pass",
        "@app.get('name')\ndef f(): pass",
        "d = {}\nd.get('/x')",
        FLASK + "app.config.get('/x')",
        FLASK + "'''@app.route('/x')'''",
        DJANGO + "urlpatterns = [path('shop/', include('shop.urls'))]",
        "from os import path\npath('a/', b)",
        "from pathlib import Path as path\nurlpatterns = [path('a', 'b')]",
        "@pytest.mark.route('/x')\ndef f(): pass",
        "def route(p): return lambda f: f\n@route('/x')\ndef f(): pass",
    ],
)
def test_what_answers_no_request_is_let_through(source: str) -> None:
    assert entry_points(source) == []


def test_a_route_on_an_imported_object_is_likely_only() -> None:
    (entry,) = entry_points("from .main import app\n@app.get('/x')\ndef f(): pass")
    assert not entry.is_certain


def test_a_decorated_handler_is_its_definition() -> None:
    source = FLASK + "@app.get('/x')\ndef f(): pass"
    facts = extract(source.encode(), "python")
    (entry,) = facts.entry_points
    assert isinstance(entry.handler, Function)
    assert facts.qualified_name(entry.handler.definition) == "f"
    assert (entry.line, entry.framework) == (4, "flask")


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/<id>", "/{id}"),
        ("/<path:p>/x", "/{p}/x"),
        ("/:id/y", "/{id}/y"),
        ("/{p:path}", "/{p}"),
        ("a/", "/a/"),
        ("", "/"),
    ],
)
def test_parameters_are_written_one_way(written: str, path: str) -> None:
    assert path_of(written) == path


def test_regular_expressions_of_two_levels_become_one_path() -> None:
    assert path_of_regex(r"^shop/", r"^(?P<slug>[-\w]+)/$") == "/shop/{slug}/"


def test_reading_many_routes_takes_time_that_grows_with_their_number() -> None:
    """Every route was held against every call of its file: ten times more would be that again, in any machine's time."""
    functions = [f"def f{n}():\n    return g({n})\n\n" for n in range(1_500)]
    routes = [f"@app.get('/a{n}')\n{function}" for n, function in enumerate(functions)]

    plain = _seconds_for(FASTAPI + "".join(functions))
    routed = _seconds_for(FASTAPI + "".join(routes))

    assert routed < 8 * plain


def _seconds_for(source: str) -> float:
    began = time.process_time()
    extract(source.encode(), "python")
    return time.process_time() - began

"""What a router depends on is called by every route of it."""

import pytest
from tests.unit.landscape.linked import Linked

ROUTES = """from fastapi import APIRouter, Depends, FastAPI
from shop.deps import caller, other

app = FastAPI({app})
router = APIRouter({router})

@router.get("/orders")
def orders():
    return []

@app.get("/health")
def health():
    return 1

app.include_router(router{mount})
"""
DEPS = "def caller(token):\n    return token\n\ndef other(token):\n    return token\n"
GUARD = "dependencies=[Depends(caller)]"


def behind(name: str = "caller", **given: str) -> set[str]:
    files = {
        "shop/__init__.py": "",
        "shop/deps.py": DEPS,
        "shop/api.py": ROUTES.format(**{"app": "", "router": "", "mount": ""} | given),
    }
    found = Linked.of(files).users("shop/deps.py", name)
    return {user.partition("#")[2] for user in found if user.startswith("shop/api.py#")} - {""}


@pytest.mark.parametrize("given", [{"router": GUARD}, {"mount": f", {GUARD}"}])
def test_the_routes_of_a_router_depend_on_what_it_depends_on(given: dict[str, str]) -> None:
    assert behind(**given) == {"orders"}


def test_so_do_all_routes_of_an_application() -> None:
    assert behind(app=GUARD) == {"orders", "health"}


def test_another_function_of_the_file_is_not_depended_on() -> None:
    assert behind("other", router=GUARD) == set()


def test_a_router_without_dependencies_calls_nothing() -> None:
    assert behind() == set()


def test_the_routes_of_another_file_depend_on_it_too() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/deps.py": DEPS,
        "shop/items.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n@router.get('/items')\ndef items():\n    return []\n",
        "shop/api.py": (
            "from fastapi import Depends, FastAPI\nfrom shop import items\nfrom shop.deps import caller\n\n"
            "app = FastAPI()\napp.include_router(items.router, dependencies=[Depends(caller)])\n"
        ),
    }

    assert "shop/items.py#items" in Linked.of(files).users("shop/deps.py", "caller")

"""Routes that are files get the name of their route."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import EntryPoint, Name
from weighbridge.landscape.entry_points import entry_name, route_of


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("app/orders/[id]/route.ts", "/orders/{id}"),
        ("src/app/(shop)/cart/route.js", "/cart"),
        ("web/pages/api/orders/[id].ts", "/api/orders/{id}"),
        ("pages/index.tsx", "/"),
        ("pages/docs/[...slug].tsx", "/docs/{slug}"),
        ("app/route.ts", "/"),
        ("lib/handlers.ts", "lib/handlers.ts"),
    ],
)
def test_a_path_says_its_route(path: str, route: str) -> None:
    assert route_of(RepoPath(path)) == route


def test_a_key_without_a_file_stays() -> None:
    entry = EntryPoint("http", "GET /orders", Name("f"), 0, 1, "flask")

    assert entry_name(entry, RepoPath("app/orders/route.ts")) == "GET /orders"


def test_a_key_with_a_file_gets_its_route() -> None:
    entry = EntryPoint("http", "GET {file}", Name("GET"), 0, 1, "next")

    assert entry_name(entry, RepoPath("app/orders/route.ts")) == "GET /orders"


def test_a_django_command_goes_by_its_file() -> None:
    entry = EntryPoint("cli", "manage.py command", Name("handle"), 0, 1, "django")

    assert entry_name(entry, RepoPath("shop/management/commands/import_prices.py")) == "cli manage.py import_prices"

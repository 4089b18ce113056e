"""HTTP entry points of Python: Flask and its like, FastAPI, Starlette, aiohttp, Django and its REST framework."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import Attribute, Call, EntryPoint, FileFacts, Name, Text
from weighbridge.facts.recognise._python_django import django_entry_points, django_mounts
from weighbridge.facts.recognise._python_reading import read
from weighbridge.facts.recognise._python_route_calls import (
    MOUNTING,
    decorated_routes,
    is_mounting,
    mounts,
    registered_routes,
)

_FRAMEWORKS: Final = frozenset(
    [
        "aiohttp",
        "bottle",
        "connexion",
        "django",
        "fastapi",
        "flask",
        "flask_classful",
        "flask_restful",
        "flask_restx",
        "quart",
        "rest_framework",
        "sanic",
        "starlette",
        "tornado",
        "litestar",
        "starlite",
    ]
)

_DJANGO_ROUTES: Final = Name("urlpatterns")


def recognise(facts: FileFacts) -> Recognised:
    """Every route that is written down with its path."""
    reading = read(facts)
    found: dict[tuple[str, int], EntryPoint] = {}
    for entry in _entries(decorated_routes(reading), registered_routes(reading), django_entry_points(reading)):
        found.setdefault((entry.key, entry.line), entry)
    mounted = (*mounts(reading), *django_mounts(reading))
    return Recognised(entry_points=tuple(found.values()), mounts=mounted)


def _entries(*sources: Iterator[EntryPoint]) -> Iterator[EntryPoint]:
    for source in sources:
        yield from source


def may_have_routes(facts: FileFacts, outline: Outline) -> bool:
    """Whether a framework is imported, a router is mounted, or a decorator names a path."""
    if not outline.packages.isdisjoint(_FRAMEWORKS):
        return True
    if any(is_mounting(facts.steps[at].value) for at in outline.steps(*MOUNTING)):
        return True
    if any(facts.steps[at].target == _DJANGO_ROUTES for at in outline.steps(_DJANGO_ROUTES.id)):
        return True
    return any(text.startswith("/") for text in outline.texts) and any(
        type(decorator) is Call
        and type(decorator.function) is Attribute
        and any(type(each.value) is Text and each.value.value.startswith("/") for each in decorator.arguments)
        for definition in facts.definitions
        for decorator in definition.decorators
    )


RECOGNISER: Final = Recogniser(languages=("python",), version=2, recognise=recognise, may_concern=may_have_routes)

"""What a change does to the contract of a route that its handler declares."""

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.system import SurfaceKind

_FIRST = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/carts")
def carts(first: int):
    return first
"""
_NEST = """\
import { Controller, Get } from '@nestjs/common'

@Controller('carts')
export class Carts {
  @Get()
  all(): Promise<Cart[]> { return find() }
}
"""
_EXPRESS = """\
import express from 'express'

const app = express()
function carts(req, res) { res.json([]) }
app.get('/carts', carts)
"""


def contracts(path: str, before: str, *, after: str) -> list[str]:
    surfaces = Touched({path: (before, after)}).surfaces()
    return [surface.reason for surface in surfaces if surface.kind is SurfaceKind.API_CONTRACT]


@pytest.mark.parametrize(
    "now", ["first: int, most: int = 10", "first: int, *, most: int = 10", "first: int, most: int"]
)
def test_what_a_request_may_bring_besides_changes_a_contract_although_no_call_changes(now: str) -> None:
    after = _FIRST.replace("first: int", now)

    assert contracts("api/carts.py", _FIRST, after=after) == ["what `GET /carts` takes or gives changes with `carts`"]


def test_what_a_handler_of_a_script_gives_or_takes_otherwise_changes_its_contract() -> None:
    given = contracts("src/carts.ts", _NEST, after=_NEST.replace("Cart[]", "Basket[]"))
    taken = contracts("src/app.js", _EXPRESS, after=_EXPRESS.replace("req, res", "req, res, next = none"))

    assert given == ["what `GET /carts` takes or gives changes with `Carts.all`"]
    assert taken == ["what `GET /carts` takes or gives changes with `carts`"]


def test_what_a_handler_does_is_not_its_contract() -> None:
    assert contracts("api/carts.py", _FIRST, after=_FIRST.replace("return first", "return first + 1")) == []
    assert contracts("src/app.js", _EXPRESS, after=_EXPRESS.replace("[]", "[1]")) == []

"""HTTP routes that JavaScript's frameworks serve, and what only looks like one."""

import pytest
from tests.unit.facts.spelling import spelled

from weighbridge.facts.extract import extract

EXPRESS = "import express, { Router } from 'express'\nconst app = express()\n"
NEST = "import { Controller, Get, Post, All } from '@nestjs/common'\n"


def routes(source: str, role: str = "typescript") -> list[str]:
    found = extract(source.encode(), role).entry_points
    return [f"{each.key}{'' if each.is_certain else ' ?'}" for each in found if each.kind == "http"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (EXPRESS + "app.get('/orders/:id', auth, show)", ["GET /orders/{id}"]),
        (EXPRESS + "app.get(['/a', '/b'], show)", ["GET /a", "GET /b"]),
        (EXPRESS + "app.route('/a').get(list).post(mw, create)", ["POST /a", "GET /a"]),
        (EXPRESS + "app.all('*', show)", ["ANY /{*}"]),
        (EXPRESS + "const P = '/a'\napp.delete(P, drop)", ["DELETE /a"]),
        (EXPRESS + "app.get(`/a/${x}`, show)", ["GET /a/{} ?"]),
        (EXPRESS + "const r = Router()\nr.post('/:id', f)\napp.use('/orders', auth, r)", ["POST /orders/{id}"]),
        (
            EXPRESS + "const r = Router(), s = Router()\ns.get('/c', f)\nr.use('/b', s)\napp.use('/a', r)",
            ["GET /a/b/c"],
        ),
        (EXPRESS + "const r = Router()\nr.get('/x', f)\napp.use('/a', r)\napp.use('/b', r)", ["GET /a/x", "GET /b/x"]),
        (EXPRESS + "export const r = Router()\nr.get('/x', f)", ["GET /x ?"]),
        ("const app = require('express')()\napp.get('/a', f)", ["GET /a"]),
        ("const app = module.exports = require('express')()\napp.get('/a', f)", ["GET /a"]),
        ("import { Express } from 'express'\nexport function mount(a: Express) { a.get('/a', f) }", ["GET /a"]),
        ("module.exports = (router) => { router.get('/a', f) }", ["GET /a ?"]),
        ("import { app } from './app'\napp.get('/a', f)", ["GET /a ?"]),
        ("class S { app = require('express')()\nmount() { this.app.get('/a', f) } }", ["GET /a"]),
        (
            "import Fastify from 'fastify'\nconst f = Fastify()\nf.get('/a/:b', { schema }, async () => 1)",
            ["GET /a/{b}"],
        ),
        (
            "import Fastify from 'fastify'\nFastify().route({ method: ['GET', 'PUT'], url: '/a', handler: h })",
            ["GET /a", "PUT /a"],
        ),
        (
            "import Fastify from 'fastify'\nconst f = Fastify()\nf.register(async (own) => { own.get('/b', h) }, { prefix: '/a' })",
            ["GET /a/b"],
        ),
        (
            "import { Hono } from 'hono'\nconst app = new Hono().basePath('/v1')\napp.get('/a/:id{[0-9]+}', h).post('/b', h)",
            ["POST /v1/b", "GET /v1/a/{id}"],
        ),
        (
            "import { Hono } from 'hono'\nconst a = new Hono(), b = new Hono()\nb.get('/y', h)\na.route('/x', b)",
            ["GET /x/y"],
        ),
        ("import Router from '@koa/router'\nconst r = new Router({ prefix: '/a' })\nr.put('/b', h)", ["PUT /a/b ?"]),
        (
            "import Hapi from '@hapi/hapi'\nconst s = Hapi.server({})\ns.route({ method: 'GET', path: '/a/{b}', handler: h })",
            ["GET /a/{b}"],
        ),
        (
            NEST + "@Controller('orders') class O { @Get(':id') one() {} @Post() make() {} helper() {} }",
            ["GET /orders/{id}", "POST /orders"],
        ),
        (
            NEST + "@Controller() class O { @Get(['a', 'b']) one() {} @All('c') any() {} }",
            ["GET /a", "GET /b", "ANY /c"],
        ),
        (NEST + "@Controller({ path: 'x', version: '1' }) class O { @Get() one() {} }", ["GET /x"]),
        (
            "export async function GET(request: Request) {}\nexport const POST = async () => {}",
            ["GET {file} ?", "POST {file} ?"],
        ),
        (
            "import type { NextApiRequest } from 'next'\nexport default function h(q: NextApiRequest) {}",
            ["ANY {file} ?"],
        ),
        ("import http from 'node:http'\nhttp.createServer((q, s) => {})", ["ANY /{*}"]),
    ],
)
def test_a_route_is_found(source: str, expected: list[str]) -> None:
    assert sorted(routes(source)) == sorted(expected)


@pytest.mark.parametrize(
    "source",
    [
        EXPRESS + "// app.get('/a', f)",
        EXPRESS + "const s = \"app.get('/a', f)\"",
        EXPRESS + "app.get('env')",
        EXPRESS + "app.get('title', 'Shop')",
        EXPRESS + "app.use(cors())",
        EXPRESS + "app.listen('/a', f)",
        EXPRESS + "other.get('/a', f)",
        EXPRESS + "new Map().get('/a', f)",
        "import axios from 'axios'\naxios.get('/a', f)",
        "import axios from 'axios'\nconst api = axios.create()\napi.post('/a', body)",
        "function load(client) { client.get('/a', f) }",
        "function load(router) { router.get('/a', { headers }) }",
        "const cache = new Cache()\ncache.get('/a', f)",
        "const app = express()\napp.get('/a', f)",
        "import { Controller, Get } from './own'\n@Controller('a') class O { @Get() one() {} }",
        NEST + "class O { @Get() one() {} }",
        "function GET() {}",
        "import a from 'a'\nfunction GET() {}",
        "export function get() {}",
        EXPRESS + "const a = Router(), b = Router()\na.use('/x', b)\nb.use('/y', a)",
    ],
)
def test_what_only_looks_like_a_route_is_let_through(source: str) -> None:
    assert routes(source) == []


def test_routers_mounted_in_a_circle_end() -> None:
    source = EXPRESS + "const a = Router(), b = Router()\n" + "a.use('/x', b)\nb.use('/y', a)\n" * 50 + "b.get('/z', f)"

    assert all(key.endswith(("/z ?", "/z")) for key in routes(source))


def test_a_route_leads_to_what_handles_it() -> None:
    facts = extract((EXPRESS + "app.get('/a', auth, shop.show)\napp.get('/b', (q, s) => {})").encode(), "typescript")
    named, inline = facts.entry_points

    assert (spelled(named.handler), named.line, named.framework) == ("shop.show", 3, "express")
    assert facts.definitions[int(spelled(inline.handler)[1:])].kind == "lambda"

"""Effects, requests, topics and tables of JavaScript, and what only looks like them."""

import pytest

from weighbridge.facts.extract import extract


def effects(source: str) -> list[str]:
    return [f"{each.kind} {each.via}" for each in extract(source.encode(), "typescript").effects]


def accesses(source: str) -> list[str]:
    found = extract(source.encode(), "typescript").accesses
    return [f"{each.kind} {each.key}{'' if each.is_certain else ' ?'}" for each in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import fs from 'node:fs'\nfs.readFileSync('a')", ["files fs.readFileSync"]),
        ("import { readFile } from 'fs/promises'\nreadFile('a')", ["files fs/promises.readFile"]),
        ("const { exec } = require('child_process')\nexec('ls')", ["processes child_process.exec"]),
        ("require('fs').rmSync('a')", ["files fs.rmSync"]),
        ("import { Pool } from 'pg'\nconst p = new Pool()\nfunction f() { p.query('x') }", ["database pg.Pool.query"]),
        (
            "import { Pool } from 'pg'\nclass S { constructor(private p: Pool) {}\nf() { this.p.query('x') } }",
            ["database pg.Pool.query"],
        ),
        (
            "import { Repository } from 'typeorm'\nclass S { constructor(private r: Repository<O>) {}\nf() { return this.r.save(o) } }",
            ["database typeorm.Repository.save"],
        ),
        ("import { db } from './db'\ndb.user.findMany()", ["database user.findMany"]),
        ("fetch('/a')", ["network fetch"]),
        (
            "import { Pool } from 'pg'\nasync function f(p: Pool) { const r = await p.query('x'); return r.rows.map(g) }",
            ["database pg.Pool.query"],
        ),
        (
            "import axios from 'axios'\nconst c = axios.create()\nfunction f() { c.get('/a') }",
            ["network axios.create", "network axios.create.get"],
        ),
        ("import axios from 'axios'\naxios.get('/a')", ["network axios.get"]),
        ("import fs from 'fs'\nconst s = fs.readFileSync('a')\ns.slice(1)", ["files fs.readFileSync"]),
        ("import fs from 'fs'\nfs.promises.rm('a')", ["files fs.promises.rm"]),
        ("Date.now()", ["clock Date.now"]),
        ("new Date()", ["clock new Date"]),
        ("performance.now()", ["clock performance.now"]),
        ("Math.random()", ["randomness Math.random"]),
        ("crypto.randomUUID()", ["randomness crypto.randomUUID"]),
        ("import { randomBytes } from 'crypto'\nrandomBytes(8)", ["randomness crypto.randomBytes"]),
        (
            "import knex from 'knex'\nconst db = knex({})\nfunction f() { db('a').where('b').first() }",
            ["database knex", "database knex"],
        ),
    ],
)
def test_an_effect_is_found(source: str, expected: list[str]) -> None:
    assert effects(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "// Date.now()\n/* fetch('/a') */",
        "const s = 'Math.random()'",
        "const t = <p>don't fetch('/a')</p>",
        "new Date(2020, 1)",
        "function fetch() {}\nfetch('/a')",
        "import { fetch } from './own'\nfetch('/a')",
        "const Math = { random() {} }\nMath.random()",
        "function f(fs, Date) { fs.readFile('x'); Date.now() }",
        "import fs from './fs'\nfs.readFile('a')",
        "import path from 'path'\npath.join('a', 'b')",
        "order.save()",
        "xs.find((x) => x)",
        "import { Pool } from './pool'\nnew Pool().query('x')",
        "import type { Pool } from 'pg'",
        "process.env.HOME",
        "Math.max(1, 2)",
        "import fs from 'fs'\nfs",
        "this.fetch('/a')",
        "import { Repository } from 'typeorm'\nfunction f(user: User) { user.tags.push(1) }",
        "import ws from 'ws'\nfunction f(s: ws) { s.on('message', g) }",
    ],
)
def test_what_only_looks_like_an_effect_is_let_through(source: str) -> None:
    role = "tsx" if "<p>" in source else "typescript"

    assert extract(source.encode(), role).effects == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fetch('https://a.example/b?c=d#e')", ["requests GET https://a.example/b"]),
        ("fetch('/b', { method: 'post' })", ["requests POST /b"]),
        ("fetch('/b', { method })", ["requests ANY /b ?"]),
        ("const B = 'https://a.example'\nfetch(`${B}/b/${id}`)", ["requests GET https://a.example/b/{}"]),
        ("fetch(`${process.env.HOST}/b`)", ["requests GET {}/b ?"]),
        ("fetch(new URL('/b', 'https://a.example'))", ["requests GET https://a.example/b"]),
        ("import axios from 'axios'\naxios({ method: 'put', url: '/b' })", ["requests PUT /b"]),
        (
            "import axios from 'axios'\nconst c = axios.create({ baseURL: 'https://a.example/v1' })\nc.post('/b', {})",
            ["requests POST https://a.example/v1/b"],
        ),
        ("import got from 'got'\ngot.delete('https://a.example')", ["requests DELETE https://a.example"]),
        ("import https from 'https'\nhttps.get('https://a.example/b', f)", ["requests GET https://a.example/b"]),
        (
            "import { HttpService } from '@nestjs/axios'\nclass S { constructor(private h: HttpService) {}\nf() { this.h.get('/b') } }",
            ["requests GET /b"],
        ),
        (
            "import { Kafka } from 'kafkajs'\nconst p = new Kafka({}).producer()\np.send({ topic: 'a', messages })",
            ["publishes a"],
        ),
        ("import { Queue } from 'bullmq'\nconst q = new Queue('mail')\nq.add('x', {})", ["publishes mail"]),
        (
            "import { SendMessageCommand } from '@aws-sdk/client-sqs'\nc.send(new SendMessageCommand({ QueueUrl: 'https://q' }))",
            ["publishes https://q"],
        ),
        (
            "import { ClientProxy } from '@nestjs/microservices'\nclass S { constructor(private c: ClientProxy) {}\nf() { this.c.emit('made', 1) } }",
            ["publishes made"],
        ),
        (
            "import { EventPattern } from '@nestjs/microservices'\nclass S { @EventPattern('made') f() {} }",
            ["consumes made"],
        ),
        (
            "import amqp from 'amqplib'\nasync function f() { const c = await (await amqp.connect(u)).createChannel(); c.sendToQueue('a', b) }",
            ["publishes a"],
        ),
        ("import { Entity } from 'typeorm'\n@Entity('orders') class O {}", ["reads orders", "writes orders"]),
        ("import { Entity } from 'typeorm'\n@Entity() class LineItem {}", ["reads line_item ?", "writes line_item ?"]),
        ("import { Entity } from 'typeorm'\n@Entity({ name: 'people' }) class P {}", ["reads people", "writes people"]),
        (
            "import mongoose from 'mongoose'\nexport const U = mongoose.model('User', s)",
            ["reads users ?", "writes users ?"],
        ),
        (
            "import { Sequelize } from 'sequelize'\nconst s = new Sequelize(u)\ns.define('Foo', {}, { tableName: 'foos' })",
            ["reads foos", "writes foos"],
        ),
        ("import { pgTable } from 'drizzle-orm/pg-core'\nexport const t = pgTable('t', {})", ["reads t", "writes t"]),
        (
            "import { prisma } from './db'\nprisma.user.findMany()\nprisma.order.create({})",
            ["reads user ?", "writes order ?"],
        ),
        (
            "import knex from 'knex'\nconst db = knex({})\ndb('a').where('b')\ndb('c').where('b').update({})",
            ["reads a", "writes c"],
        ),
        ("db.selectFrom('a').selectAll()\ndb.insertInto('b')", ["reads a", "writes b"]),
    ],
)
def test_an_access_is_found(source: str, expected: list[str]) -> None:
    assert accesses(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "fetch(url)",
        "fetch('relative words')",
        "// fetch('https://a.example')",
        "const s = \"fetch('https://a.example')\"",
        "cache.get('https://a.example')",
        "import axios from 'axios'\naxios.get(url)",
        "import axios from 'axios'\naxios.isAxiosError('/a')",
        "function fetch() {}\nfetch('/a')",
        "producer.send({ topic: 'a' })",
        "bus.emit('made', 1)",
        "import { Queue } from './queue'\nnew Queue('mail').add('x')",
        "import { Entity } from './own'\n@Entity('orders') class O {}",
        "import mongoose from 'mongoose'\nmongoose.connect('x')",
        "car.model('Beetle', x)",
        "user.findMany()",
        "import knex from 'knex'\nknex({ client: 'pg' })",
        "Array.from('abc')",
        "import { from } from 'rxjs'\nfrom('abc')",
        "xs.update('a')",
        "import { prisma } from './db'\nprisma.user",
        "import { EventPattern } from './own'\nclass S { @EventPattern('made') f() {} }",
        "import https from 'https'\nhttps.createServer(f)",
        "store.table('a')",
        "define('orders', {})",
        "i18n.get('/a')",
        "new URL('/b', 'https://a.example')",
    ],
)
def test_what_only_looks_like_an_access_is_let_through(source: str) -> None:
    assert accesses(source) == []

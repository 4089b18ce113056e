"""Commands, jobs, consumers and scripts of JavaScript, and what only looks like one."""

import pytest

from weighbridge.facts.extract import extract

NEST = (
    "import { Cron } from '@nestjs/schedule'; import { Processor } from '@nestjs/bullmq';"
    "import { MessagePattern, EventPattern } from '@nestjs/microservices'\n"
)
KAFKA = "import { Kafka } from 'kafkajs'\nconst c = new Kafka({}).consumer({})\n"
AMQP = "import amqp from 'amqplib'\n"


def tasks(source: str) -> list[str]:
    found = extract(source.encode(), "typescript").entry_points
    return [f"{each.kind} {each.key}{'' if each.is_certain else ' ?'}" for each in found if each.kind != "http"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "import { Command } from 'commander'\nconst p = new Command()\np.command('load <file>').option('-f').action(load)",
            ["cli load"],
        ),
        ("import { program } from 'commander'\nprogram.name('tool').action(() => {})", ["cli tool"]),
        ("import { program } from 'commander'\nconst sub = program.command('sub')\nsub.action(run)", ["cli sub"]),
        (
            "const yargs = require('yargs')\nyargs.command('serve [port]', 'x', (y) => y, (argv) => f(argv))",
            ["cli serve"],
        ),
        ("import yargs from 'yargs'\nyargs(a).command({ command: 'x', handler: run })", ["cli x"]),
        ("import cron from 'node-cron'\ncron.schedule('0 * * * *', tidy)", ["job tidy"]),
        ("import cron from 'node-cron'\ncron.schedule('0 * * * *', () => {})", ["job 0 * * * *"]),
        ("import { CronJob } from 'cron'\nnew CronJob('0 0 * * *', nightly)", ["job nightly"]),
        ("import { Worker } from 'bullmq'\nnew Worker('mail', async (job) => {})", ["job mail"]),
        ("import Bull from 'bull'\nconst q = new Bull('video')\nq.process((job) => {})", ["job video"]),
        ("import Agenda from 'agenda'\nconst a = new Agenda()\na.define('report', async (job) => {})", ["job report"]),
        (NEST + "class J { @Cron('0 0 * * *') tidy() {} }", ["job J.tidy"]),
        (NEST + "@Processor('audio') class J { async process(job) {} }", ["job audio"]),
        (
            NEST + "class J { @MessagePattern({ cmd: 'sum' }) a() {} @EventPattern('made') b() {} }",
            ["consumer sum", "consumer made"],
        ),
        (
            KAFKA + "async function f() { await c.subscribe({ topics: ['a', 'b'] }); await c.run({ eachMessage: g }) }",
            ["consumer a", "consumer b"],
        ),
        (
            AMQP
            + "async function f() { const c = await (await amqp.connect(u)).createChannel(); c.consume('tasks', g) }",
            ["consumer tasks"],
        ),
        (
            "import { Consumer } from 'sqs-consumer'\nConsumer.create({ queueUrl: 'https://q', handleMessage: async (m) => {} })",
            ["consumer https://q"],
        ),
        ("export const handler = async (event) => {}\nimport 'x'", ["consumer {file} ?"]),
        ("exports.handler = async (event) => {}", ["consumer {file} ?"]),
        ("if (require.main === module) run()", ["main {file}"]),
        ("run(process.argv.slice(2))", ["main {file} ?"]),
    ],
)
def test_a_start_is_found(source: str, expected: list[str]) -> None:
    assert tasks(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "import { program } from 'commander'\n// program.command('a').action(f)",
        "import { program } from 'commander'\nprogram.command('a').description('b')",
        "import { x } from './commander'\nx.command('a').action(f)",
        "menu.command('a').action(f)",
        "schedule('* * * * *', f)",
        "import cron from 'node-cron'\ncron.validate('* * * * *')",
        "import { Worker } from 'worker_threads'\nnew Worker('mail', f)",
        "import { Queue } from 'bullmq'\nnew Queue('mail')",
        "class J { @Cron('0 0 * * *') tidy() {} }",
        "import { Kafka } from 'kafkajs'\nconst p = new Kafka({}).producer()\np.run({ eachMessage: f })",
        "emitter.consume('tasks', f)",
        "const handler = () => {}",
        "const s = 'if (require.main === module) run()'",
        "function f() { return process.argv }",
        "import { main } from 'require'\nmain()",
        "rl.on('line', f)",
        "class P { process(job) {} }",
        "import Bull from 'bull'\nq.process(f)",
        "import amqp from 'amqplib'\nshop.consume('tasks', f)",
        "import yargs from 'yargs'\nyargs.option('a', f)",
        "export function handle() {}\nimport 'x'",
    ],
)
def test_what_only_looks_like_a_start_is_let_through(source: str) -> None:
    assert tasks(source) == []


def test_a_script_says_so_in_its_first_line() -> None:
    assert tasks("#!/usr/bin/env node\nrun(process.argv)") == ["main {file}"]
    assert tasks("#!/bin/sh\nrun()") == []

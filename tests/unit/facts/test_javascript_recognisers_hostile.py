"""Whatever a file's facts are, JavaScript's recognisers end soon and point into the file."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from weighbridge.facts.extract import extract
from weighbridge.facts.model import decode, encode

SEED = b"""import express, { Router } from 'express'; import knex from 'knex'; import { Kafka } from 'kafkajs';
import { Controller, Get } from '@nestjs/common'; import { Command } from 'commander'; import Bull from 'bull';
const app = express(), r = Router(), db = knex({}), q = new Bull('q'), c = new Kafka().consumer();
app.use('/a', r); r.get('/b/:c', f); app.route('/d').get(g).post(h); q.process(x => db('t').where('u').update(`v${w}`));
@Controller('e') class E { constructor(private k: K) {} @Get(':l') m() { return fetch(`${this.k}/n`, { method: 'PUT' }) } }
new Command().command('o <p>').action(() => Date.now()); c.subscribe({ topic: 's' }); c.run({ eachMessage: z });
export const handler = (y) => y; if (require.main === module) main(process.argv);
"""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1_000),
            st.integers(0, 30),
            st.sampled_from([b"", b"app", b"r = r", b"'", b"(", b"}", b".get('/x', ", b"Router()", b"this."]),
        ),
        max_size=6,
    )
)
@example([(460, 30, b"(")])  # a definition whose head is empty
def test_mutated_sources_are_recognised_without_harm(cuts: list[tuple[int, int, bytes]]) -> None:
    data = SEED
    for at, length, replacement in cuts:
        data = data[:at] + replacement + data[at + length :]

    facts = extract(data, "typescript")

    count = len(facts.definitions)
    assert decode(encode(facts)) == facts
    scopes = [each.scope for each in facts.entry_points] + [each.scope for each in facts.accesses]
    assert all(0 <= scope < count for scope in scopes + [each.scope for each in facts.effects])
    assert all([each.key for each in facts.entry_points] + [each.key for each in facts.accesses])


@pytest.mark.parametrize(
    "source",
    [
        "import express from 'express'\nconst app = express()" + ".get('/a', f)" * 3_000,
        "const " + ", ".join(f"a{n} = a{n + 1}" for n in range(5_000)) + "\na0.get('/x', f)",
        "import { Router } from 'express'\n"
        + "".join(f"const r{n} = Router(); r{n}.use('/a', r{n + 1}); r{n}.use('/b', r{n + 1})\n" for n in range(500))
        + "r500.get('/x', f)",
        "import knex from 'knex'\nconst db = knex({})\ndb('a')" + ".where('b')" * 5_000 + ".update({})",
        "import { Command } from 'commander'\nconst a = b\nconst b = a\na.action(f)",
    ],
)
def test_chains_and_circles_end_soon(source: str) -> None:
    started = time.process_time()

    extract(source.encode(), "typescript")

    assert time.process_time() - started < 10

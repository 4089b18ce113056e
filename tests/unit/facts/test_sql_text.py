"""SQL in text is told from prose, and its tables are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.extract import extract
from weighbridge.facts.model import Access, Argument, Call, Definition, FileFacts, Name, Step, Text
from weighbridge.facts.recognise._sql_statements import Evidence, table_uses
from weighbridge.facts.recognise.sql_text import RECOGNISER
from weighbridge.facts.roles import CODE


def accesses(source: str) -> list[Access]:
    return [a for a in extract(source.encode(), "python").accesses if a.kind in ("reads", "writes")]


def said(source: str) -> list[str]:
    return sorted(f"{access.kind} {access.key}" for access in accesses(source))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a, b AS c FROM users WHERE d = %s", ["reads users"]),
        ("select * from Users", ["reads users"]),
        ("select id from users u where u.name = :name", ["reads users"]),
        ("SELECT * FROM a1 x, b1 AS y JOIN c1 ON 1 = 1 LEFT OUTER JOIN s.d1 USING (id)",
         ["reads a1", "reads b1", "reads c1", "reads s.d1"]),
        ('SELECT * FROM "Line Items" JOIN `odd` ON [x] = 1', ["reads Line Items", "reads odd"]),
        ("SELECT x FROM (SELECT y FROM inner1) t WHERE z IN (SELECT w FROM inner2)", ["reads inner1", "reads inner2"]),
        ("WITH r AS (SELECT 1 FROM base) SELECT * FROM r JOIN other ON 1", ["reads base", "reads other"]),
        ("SELECT EXTRACT(YEAR FROM ts) FROM ev WHERE p IS DISTINCT FROM q", ["reads ev"]),
        ("SELECT * FROM generate_series(1, 2)", []),
        ("SELECT 'x from y' FROM t1 -- from nowhere\n /* from here */", ["reads t1"]),
        ("INSERT INTO t1 (a) VALUES (1)", ["writes t1"]),
        ("INSERT INTO t1 SELECT * FROM t2", ["reads t2", "writes t1"]),
        ("INSERT OR REPLACE INTO t1 VALUES (1)", ["writes t1"]),
        ("INSERT INTO t1(a) VALUES (1) ON CONFLICT DO UPDATE SET a = 2", ["writes t1"]),
        ("UPDATE t1 SET a = 1 FROM t2 WHERE b", ["reads t2", "writes t1"]),
        ("UPDATE t1 AS x SET a = 1", ["writes t1"]),
        ("delete from t1 where a = ?", ["writes t1"]),
        ("DELETE FROM t1 USING t2 WHERE a", ["reads t2", "writes t1"]),
        ("MERGE INTO t1 USING t2 ON a = b", ["reads t2", "writes t1"]),
        ("TRUNCATE TABLE t1", ["writes t1"]),
        ("CREATE TABLE IF NOT EXISTS t1 (a int)", ["writes t1"]),
        ("ALTER TABLE t1 DROP COLUMN a", ["writes t1"]),
        ("DROP TABLE t1", ["writes t1"]),
        ("CREATE UNIQUE INDEX i ON t1 (a)", ["writes t1"]),
        ("\n   -- the orders\n   SELECT a FROM t1\n   FOR UPDATE\n", ["reads t1"]),
        ("SELECT a FROM t1; DELETE FROM t2;", ["reads t1", "writes t2"]),
        ("EXPLAIN SELECT a FROM t1", ["reads t1"]),
    ],
)  # fmt: skip
def test_tables_of_a_query_that_is_run(sql: str, expected: list[str]) -> None:
    assert said(f"cur.execute({sql!r})") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("q = f'SELECT {cols} FROM t1 WHERE {x}'", ["reads t1"]),
        ("q = 'SELECT ' + cols + ' FROM t1 WHERE y=%s' % y", ["reads t1"]),
        ("q = 'SELECT a '\\\n    'FROM t1'", ["reads t1"]),
        ("q = '''\n  SELECT a FROM {}\n  JOIN t1 ON b = c'''.format(t)", ["reads t1"]),
        ("q = f'SELECT a FROM {schema}.t1'", []),
        ("q = f'DROP TABLE idx_{x}'", []),
        ("db.run(sql='select a from t1')", ["reads t1"]),
        ("session.execute(text('select a from t1'))", ["reads t1"]),
        ("def user_query():\n    return 'select a from t1'", ["reads t1"]),
        ("f('SELECT a FROM t1')", ["reads t1"]),
        ("f('select a from t1 where b = ?')", ["reads t1"]),
        ("QUERIES = {'users': 'select a from t1'}", ["reads t1"]),
    ],
)
def test_sql_is_found_where_code_builds_it(source: str, expected: list[str]) -> None:
    assert said(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "'''SELECT a FROM b'''",
        "def f():\n    '''Update users set in the file. select * from t'''",
        "logger.info('SELECT a FROM b')",
        "log.debug('Delete from %s where x = 1', t)",
        "print('select a from b')",
        "raise ValueError('SELECT a FROM b')",
        "x = QueryError('select a from b')",
        "parser.add_argument('--x', help='Select one from list, or all')",
        "click.option('--x', help='SELECT a FROM b')",
        "message = 'SELECT a FROM b'",
        "error_message = 'Insert into slot (left)'",
        "show('Select an item from the list')",
        "show('Select item from list')",
        "show('select your country from the list below; then go on')",
        "show('select all from menu')",
        "show('Update your settings = now')",
        "show('Update available: set up now')",
        "show('update the firmware set by = x')",
        "show('Delete from cart')",
        "show('delete from the list where possible')",
        "show('Insert into the slot')",
        "show('Create table of contents')",
        "show('Drop table reservations here')",
        "show('With great power, as (they say) comes more from users')",
        "show('Replace into')",
        "show('selection from x')",
        "x = _('Select a, b from c')",
        "cur.execute('Select an item from the list')",
        "assert q == 'SELECT a FROM b'",
        "title = 'Merge into main using squash'",
    ],
)
def test_prose_is_let_through(source: str) -> None:
    assert said(source) == []


def test_lower_case_in_no_telling_place_is_likely_only() -> None:
    (access,) = accesses("f('select a from t1 where b = ?')")
    assert not access.is_certain


def test_each_table_is_told_once_for_each_function() -> None:
    found = accesses(
        "def f():\n    a = 'SELECT x FROM t'\n    b = 'SELECT y FROM t'\ndef g():\n    c = 'SELECT x FROM t'\n"
    )
    assert [(a.scope, a.line) for a in found] == [(1, 2), (2, 5)]


@pytest.mark.parametrize("language", sorted(CODE))
def test_every_language_s_facts_are_read(language: str) -> None:
    call = Call(Name("query"), (Argument("", Text("SELECT a FROM t1")),), 1)
    module = Definition("module", "", -1, 1, 1, "", "", "")
    facts = FileFacts(language, (module,), (Step(0, 1, "use", call),))
    assert language in RECOGNISER.languages
    assert [access.key for access in RECOGNISER.recognise(facts).accesses] == ["t1"]


@given(st.text(alphabet="selctfromupdainwhv ()'\"{}%,.*=;\n-/`[]AS", max_size=400))
def test_any_text_is_survived(noise: str) -> None:
    for verb in ("SELECT", "insert into", "UPDATE", "with", "create table"):
        table_uses(f"{verb} {noise}", Evidence.STRONG)
        table_uses(f"{verb} {noise}", Evidence.PLACE)


@pytest.mark.parametrize(
    "noise", ["(" * 1_900, "a, " * 600, "a(" * 900, "'" * 1_900, "/*" * 900, "x + " * 450, "[a" * 900]
)
def test_long_noise_is_read_quickly(noise: str) -> None:
    assert len(table_uses(f"SELECT {noise} FROM t1", Evidence.STRONG)) <= 1

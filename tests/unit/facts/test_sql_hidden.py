r"""What is hidden in a script is found: in comments that run, behind quotes, within other statements, in what is called or handed over.

Each case does `DROP TABLE users` or deletes every row of `users`, or says that it cannot be known.
"""

import pytest
from tests.unit.facts.sql_told import acts_in

from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.reading import read_deeds

POSTGRES, MYSQL, SQLITE, OTHER = Dialect.POSTGRES, Dialect.MYSQL, Dialect.SQLITE, Dialect.OTHER
DROP = "DROP TABLE users"
MADE = f"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN {DROP}; RETURN 1; END $$;\n"


def is_found(text: str, dialect: Dialect | None) -> bool:
    found = acts_in(text, dialect)
    return any(act.startswith(("DropTable table=users", "Delete table=users")) and "where" not in act for act in found)


@pytest.mark.parametrize(
    "text",
    [
        f"/*!50000 {DROP} */;", f"/*! {DROP} */;", f"/*M!100100 {DROP} */;", "/*!50000 DROP */ /*!TABLE*/ users;",
        "DELETE FROM users /*!999999 WHERE id = 1 */;", f"/* /* */ {DROP}; /* */ -- */",
        f"INSERT INTO a (x) VALUES ('\\''); {DROP}; INSERT INTO a (x) VALUES ('\\'');", f'SELECT "\\""; {DROP}; SELECT "\\"";',
        f"SELECT 1; # don't\n{DROP}; # won't", f"ALTER TABLE a ADD b int # don't\n; {DROP}; # won't", f"SELECT 5--1; {DROP};",
        f"SELECT 1\\G {DROP};", f"DELIMITER //\nSELECT 1; {DROP}; SELECT 2 //", f"PREPARE s FROM '{DROP}'; EXECUTE s;",
        f'PREPARE s FROM "{DROP}";', f"EXECUTE IMMEDIATE '{DROP}';", f"BEGIN NOT ATOMIC {DROP}; END;",
        f"DELIMITER //\nCREATE PROCEDURE p() BEGIN DECLARE x INT DEFAULT 1; {DROP}; END//\nDELIMITER ;\nCALL p();",
        f"CREATE PROCEDURE p() {DROP}; CALL p;", f"CREATE FUNCTION f() RETURNS INT BEGIN {DROP}; RETURN 1; END; DO f();",
        f"CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN {DROP}; END; SELECT 1; END; CALL p();",
        f"CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND, SQLSTATE '42S02' {DROP}; SELECT 1; END; CALL p();",
        f"CREATE PROCEDURE p() BEGIN WHILE x < 3 DO {DROP}; END WHILE; END; CALL p();",
        f"CREATE PROCEDURE p() BEGIN l: REPEAT {DROP}; UNTIL x END REPEAT l; END; CALL p();",
        f"CREATE PROCEDURE p() BEGIN SELECT begin FROM t; END; {DROP};", f"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO {DROP};",
        f"CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW {DROP}; INSERT INTO a VALUES (1);",
    ],
)  # fmt: skip
def test_in_mysql(text: str) -> None:
    assert is_found(text, MYSQL)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT 1\n# 2; {DROP};", f"SELECT E'\\''; {DROP}; SELECT E'\\'';", f"SELECT E'a'\n'\\'' ; {DROP}; SELECT '';",
        f"SELECT '\\'; {DROP}; SELECT '\\';", f"/* /* */ x */ {DROP};", f"-- a\r{DROP};", f"\ufeff{DROP};",
        f"SET standard_conforming_strings = off; SELECT '\\''; {DROP}; SELECT '\\'';",
        "DO E'BEGIN -- x\\nDROP TABLE users;\\nEND';", "DO U&'BEGIN DR\\004fP TABLE users; END';", 'DROP TABLE U&"\\0075sers";',
        "DO 'BEGIN DROP '\n'TABLE users; END';", "DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE users'; END $$;",
        f"DO $$ BEGIN FOR r IN EXECUTE '{DROP}' LOOP NULL; END LOOP; END $$;", f"DO $$ BEGIN OPEN c FOR EXECUTE '{DROP}'; END $$;",
        "DO $$ BEGIN OPEN c NO SCROLL FOR DELETE FROM users RETURNING *; END $$;",
        "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY DELETE FROM users RETURNING id; END $$; SELECT f();",
        f"CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE '{DROP}'; END $$; SELECT * FROM f();",
        "CREATE FUNCTION g() RETURNS void BEGIN ATOMIC DELETE FROM users; END; SELECT g();",
        "CREATE FUNCTION g() RETURNS void LANGUAGE sql AS E'--\\nDELETE FROM users'; SELECT g();",
        "COPY (DELETE FROM users RETURNING *) TO '/tmp/x';", "CREATE TABLE z AS WITH d AS (DELETE FROM users RETURNING *) SELECT 1;",
        "INSERT INTO a WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d;", "(WITH d AS (DELETE FROM users RETURNING *) SELECT 1);",
        "PREPARE p (int) AS WITH d AS (DELETE FROM users RETURNING *) SELECT 1;", "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM users;",
        "MERGE INTO users USING o ON o.id = users.id WHEN NOT MATCHED BY SOURCE THEN DELETE;",
        f"SELECT dblink_exec('dbname=app', '{DROP}');", f"SELECT query_to_xml('{DROP}', true, true, '');",
        "SELECT cron.schedule('x', '0 0 * * *', $$DELETE FROM users$$);", f"DO $$ BEGIN PERFORM dblink_exec('c', '{DROP}'); END $$;",
        f"COPY a (x) FROM stdin;\n1\tit's\n\\.\n{DROP};", f"\\copy a from 'x.csv' csv\n{DROP};", f"SELECT 1\\; {DROP};",
        "\\copy (DELETE FROM users RETURNING *) to 'x.csv'\nSELECT 1;", f"\\set ON_ERROR_STOP on\n{DROP};", f"SELECT 1 \\g\n{DROP};",
        f"CREATE FUNCTION o(begin date, fin date) RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;\n{DROP};",
        "CREATE RULE r AS ON INSERT TO a DO ALSO (SELECT 1; DELETE FROM users); INSERT INTO a VALUES (1);",
        f"SELECT `;\n{DROP};\nSELECT `;", f"SELECT 'a$$'; {DROP}; SELECT '$$';", f"SELECT a$$; {DROP}; SELECT b$$;",
    ],
)  # fmt: skip
def test_in_postgresql(text: str) -> None:
    assert is_found(text, POSTGRES)


@pytest.mark.parametrize(
    "run",
    [
        "SELECT f();", 'SELECT public."f"(1);', "INSERT INTO a SELECT f();", "INSERT INTO a VALUES (f());", "VALUES (f());",
        "UPDATE a SET b = f() WHERE id = 1;", "DELETE FROM a WHERE id = f();", "DO $$ DECLARE x int := f(); BEGIN NULL; END $$;",
        "DO $$ BEGIN x := f(); END $$;", "DO $$ BEGIN IF f() = 1 THEN NULL; END IF; END $$;",
        "DO $$ BEGIN WHILE f() > 1 LOOP NULL; END LOOP; END $$;", "DO $$ BEGIN FOR i IN 1..f() LOOP NULL; END LOOP; END $$;",
        "DO $$ BEGIN RAISE NOTICE '%', f(); END $$;", "CREATE FUNCTION g() RETURNS int RETURN f(); SELECT g();",
        "CREATE TABLE x AS SELECT f();", "CREATE MATERIALIZED VIEW x AS SELECT f();", "ALTER TABLE a ADD COLUMN b int DEFAULT f();",
        "ALTER TABLE a ADD CHECK (f() = 1);", "CREATE INDEX i ON a (f(x));", "ALTER TABLE a ALTER b TYPE int USING f();",
        "CREATE AGGREGATE ag (int) (sfunc = f, stype = int);", "CREATE OPERATOR === (function = f, leftarg = int);",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();", "COPY (SELECT f()) TO '/tmp/x';",
        "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f(); INSERT INTO a VALUES (1);", "PREPARE p AS SELECT f();",
        "EXPLAIN ANALYZE SELECT f();", "SELECT * FROM a JOIN f() ON true;", "DECLARE c CURSOR FOR SELECT f();",
        "MERGE INTO a USING b ON f() = 1 WHEN MATCHED THEN DO NOTHING;",
        "ALTER FUNCTION f() RENAME TO g; INSERT INTO a SELECT g();",
        "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; SELECT f(1);",
    ],
)  # fmt: skip
def test_by_a_routine_wherever_it_is_called(run: str) -> None:
    assert not is_found(MADE, POSTGRES)
    assert is_found(MADE + run, POSTGRES)


@pytest.mark.parametrize(
    "text", [f"CREATE TRIGGER t AFTER INSERT ON a BEGIN {DROP}; END; INSERT INTO a VALUES (1);", f"/* /* */ {DROP};"]
)
def test_in_sqlite(text: str) -> None:
    assert is_found(text, SQLITE)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT 1\n{DROP}\nSELECT 2\nGO", f"IF OBJECT_ID('users') IS NOT NULL\n  {DROP}\nGO", f"EXEC('{DROP}');",
        f"EXEC sp_executesql N'{DROP}';", f"BEGIN TRAN {DROP} COMMIT", f"BEGIN TRY {DROP} END TRY BEGIN CATCH END CATCH",
        f"CREATE PROCEDURE p AS BEGIN {DROP} END\nGO\nEXEC p\nGO",
    ],
)  # fmt: skip
def test_in_sql_server(text: str) -> None:
    assert is_found(text, OTHER)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("SET @s = 'x'; PREPARE s FROM @s;", MYSQL), ("EXECUTE IMMEDIATE CONCAT('DROP', x);", MYSQL), ("source x.sql\nSELECT 1;", MYSQL),
        ("BEGIN NOT ATOMIC CALL p(); END;", MYSQL), ("CREATE PROCEDURE p() BEGIN SELECT 1; ", MYSQL), ("\\! ls\n", MYSQL),
        ("COPY users FROM PROGRAM 'x';", POSTGRES), ("COPY users TO PROGRAM 'x';", POSTGRES), ("SELECT 'x' \\gexec\n", POSTGRES),
        ("SELECT 1; \\i x.sql\n", POSTGRES), ("\\set x '; DROP TABLE users'\nSELECT 1 :x;", POSTGRES), ("\\o | sh\n", POSTGRES),
        ("DO U&'BEGIN DR!004fP TABLE users; END' UESCAPE '!';", POSTGRES), ("COPY a FROM stdin;\n1\n", POSTGRES),
        ("DO $$ x $$ LANGUAGE plperlu;", POSTGRES), ("SELECT dblink_exec('c', s) FROM t;", POSTGRES), ("EXEC (@sql);", OTHER),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ x $$; SELECT f();", POSTGRES),
        (f"/*!50000 {DROP} */;", None), (f"/* /* */ {DROP}; /* */ -- */", None), (f"# a; {DROP};\n", None), ("SELECT 5--1; SELECT 1;", None),
        (f"INSERT INTO a (x) VALUES ('\\''); {DROP}; INSERT INTO a (x) VALUES ('\\'');", None),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_unread(text: str, dialect: Dialect | None) -> None:
    assert read_deeds(text, dialect=dialect).unread


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("\ufeffCREATE TABLE a (b int);", None), ("\\set ON_ERROR_STOP on\n\\timing\n\\echo 'a b'\nSELECT 1;", None),
        ("\\connect app\n\\restrict x\nSELECT 1;", POSTGRES), ("SELECT 5 <% 3, a %> b;", None), ("SELECT a #> b, c #>> '{d}';", POSTGRES),
        ("/*!40101 SET NAMES utf8 */;\nCREATE TABLE `a` (b int) /*!50100 ENGINE=x */;", MYSQL), ("SELECT 1;--> statement-breakpoint\n", MYSQL),
        ("COPY a (b) FROM stdin;\n1\t'\n2\t$$\n\\.\nSELECT 1;", POSTGRES), ("SELECT '\\', '/*';", POSTGRES), ("CREATE INDEX i ON a (begin);", None),
        ("SELECT 'it\\'s', \"x\\\"y\";", MYSQL), ("/* a /* b */ c */ SELECT 1;", POSTGRES), ("SELECT x FROM t; -- don't\n", MYSQL),
        ("CREATE FUNCTION begin() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql; SELECT 1;", None),
    ],
)  # fmt: skip
def test_what_harms_nobody_is_read(text: str, dialect: Dialect | None) -> None:
    deeds = read_deeds(text, dialect=dialect)

    assert not deeds.unread
    assert not is_found(text, dialect)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("WITH d AS (SELECT id FROM a LIMIT 100) DELETE FROM a USING d WHERE a.id = d.id", "Delete table=a where=<a.id = d.id> limited"),
        ("WITH d AS (SELECT 1 LIMIT 1) DELETE FROM a USING d", "Delete table=a"),
        ("DELETE FROM a WHERE b LIMIT ALL", "Delete table=a where=<b>"),
        ("DELETE FROM a LIMIT 999999999", "Delete table=a"),
        ("INSERT INTO a SELECT * FROM b JOIN c ON b.d = c.d ON CONFLICT (d) DO UPDATE SET e = 1",
         "Update table=a columns=[e] where=<what is added collides with them>"),
        ("MERGE INTO a USING b ON a.c = b.c WHEN MATCHED AND b.d THEN UPDATE SET e = 1", "Update table=a columns=[e] where=<a.c = b.c>"),
        ("SELECT set_config('session_replication_role', 'replica', false)", "SetParameter name=session_replication_role value=replica"),
        ("DROP TABLE ${schema}.a", "DropTable table=${schema}.a"),
        ("LOAD DATA INFILE 'x' REPLACE INTO TABLE a", "Insert table=a"),
        ("CREATE SCHEMA s CREATE TABLE t (a int) GRANT ALL ON t TO public", "Grant table=t given rights=[all] on=t to=[public]"),
    ],
)  # fmt: skip
def test_rows_are_told(text: str, acts: str) -> None:
    assert acts in acts_in(text)


def test_calls_of_what_the_script_does_not_make_are_told() -> None:
    found = read_deeds("SELECT zap();\nINSERT INTO a SELECT b(1) FROM c;\nCALL p;", dialect=POSTGRES)

    assert [(call.name, call.line, call.is_alone) for call in found.calls] == [
        ("zap", 1, True),
        ("b", 2, False),
        ("p", 3, True),
    ]


@pytest.mark.parametrize("end", [")", ";)", ";\n)"])
def test_the_commands_of_a_rule_are_the_rules_own_up_to_its_last(end: str) -> None:
    text = f"CREATE OR REPLACE RULE r AS ON INSERT TO a DO ALSO (SELECT 1; DELETE FROM users{end};\nDROP TABLE b;"
    found = read_deeds(text, dialect=POSTGRES)

    assert [type(act).__name__ for deed in found.statements for act in deed.acts] == ["Create", "DropTable"]
    assert found.unread == ()


def test_a_rule_whose_parenthesis_never_closes_leaves_all_behind_it_unread() -> None:
    found = read_deeds(f"CREATE RULE r AS ON INSERT TO a DO ALSO (SELECT 1;\n{DROP};\n", dialect=POSTGRES)

    assert [(each.line, each.end_line, each.why) for each in found.unread] == [
        (1, 2, "a parenthesis that never closes")
    ]

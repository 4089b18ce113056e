"""SQL files are read as a database reads them, and what is no SQL is said to be unread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.lexemes import Script, TokenKind
from weighbridge.facts.sql.tokens import read_sql


def texts(script: Script) -> list[list[str]]:
    return [[token.text for token in statement.tokens] for statement in script.statements]


def test_a_semicolon_ends_a_statement_but_not_inside_a_text() -> None:
    script = read_sql("INSERT INTO t VALUES ('a;b''c'); SELECT 1")

    assert texts(script) == [["INSERT", "INTO", "t", "VALUES", "(", "a;b'c", ")"], ["SELECT", "1"]]


def test_comments_are_passed_over_also_nested_ones() -> None:
    script = read_sql("SELECT 1 -- one; two\n/* a /* b */ ; */ + 2;")

    assert texts(script) == [["SELECT", "1", "+", "2"]]


def test_lines_are_counted_through_texts_and_comments() -> None:
    script = read_sql("/*\n\n*/ SELECT 'a\nb'\n  , c;\nSELECT 2;", first_line=10)

    assert [(s.line, s.end_line) for s in script.statements] == [(12, 14), (15, 15)]


@pytest.mark.parametrize("text", ['"a;b"', "`a;b`", "$$a;b$$", "$mark$a;$$b$mark$", "E'a\\';b'"])
def test_each_way_of_quoting_keeps_a_semicolon(text: str) -> None:
    assert len(read_sql(f"SELECT {text}; SELECT 2").statements) == 2


def test_an_index_of_an_array_is_no_quoted_name() -> None:
    script = read_sql("SELECT a[1], [my name] FROM t")

    assert [t.text for t in script.statements[0].tokens if t.kind is TokenKind.NAME] == ["my name"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT 'a", "never ends"),
        ("SELECT 1 /* a", "never ends"),
        ("SELECT $x$ a $y$", "never ends"),
        ("ALTER TABLE t ADD CHECK (a > (", "a parenthesis that never closes"),
        ("CREATE TABLE t (\n  a int;\nSELECT 1;", "a parenthesis that never closes"),
        ("ALTER TABLE t ADD COLUMN a int,", "ends on `,`"),
        ("DELETE FROM t WHERE", "ends on `WHERE`"),
        ("\\i other.sql\nSELECT 1;", "another script"),
        ("SELECT * FROM {{ table }};", "placeholder"),
    ],
)
def test_what_is_no_sql_is_said_to_be_unread(text: str, why: str) -> None:
    assert why in read_sql(text).unread[0].why


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t (a int CHECK (a > 0));",
        "SELECT ')' || \"(\" -- (\nFROM t",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b);",
        'SELECT a FROM t ORDER BY t."check"',
        "SELECT t.column",
    ],
)
def test_what_is_finished_is_read_whole(text: str) -> None:
    assert read_sql(text, dialect=Dialect.POSTGRES).unread == ()


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("DELIMITER //\nSELECT 1; SELECT 2//\nDELIMITER ;\nSELECT 3; SELECT 4;", 4),
        (
            "ALTER TABLE a ADD b int\n-- +goose StatementEnd\n\n-- +goose Down\nALTER TABLE a DROP b\n-- +goose StatementEnd",
            2,
        ),
        ("SELECT 1\nGO\nSELECT 2\n  go  \nSELECT go", 3),
        (
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM d; END; SELECT 1",
            2,
        ),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3", 2),
        ("CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; DROP TABLE IF EXISTS b; END; SELECT 1", 2),
        ("CREATE TABLE event (begin int, function text); SELECT 1", 2),
        ("CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql; BEGIN; COMMIT", 3),
    ],
)
def test_a_statement_ends_where_the_database_or_its_client_says(text: str, statements: int) -> None:
    assert len(read_sql(text).statements) == statements


@pytest.mark.parametrize(
    "text", ["SELECT $1, $2", "SELECT a - -1", "SELECT '{{1,2}}'::int[]", "# a comment of MySQL\n"]
)
def test_plain_sql_is_read_whole(text: str) -> None:
    assert read_sql(text).unread == ()


@given(st.text(alphabet="abc'\"`$;-/*[]{%\\\n #E", max_size=60))
def test_whatever_stands_there_reading_ends_and_keeps_lines_in_order(text: str) -> None:
    script = read_sql(text)

    lines = [token.line for statement in script.statements for token in statement.tokens]
    assert lines == sorted(lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)
    assert all(part.line <= part.end_line for part in script.unread)

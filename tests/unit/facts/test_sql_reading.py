"""Whatever stands in a script: reading ends, raises nothing, leaves nothing out and says what it could not read."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.facts.sql_told import acts_in
from tests.unit.growing import MOST, growth

from weighbridge.facts.sql.lexemes import TokenKind
from weighbridge.facts.sql.reading import MOST_DEEDS, read_deeds
from weighbridge.facts.sql.tokens import read_sql

WORDS = (
    "ALTER TABLE a", "ADD COLUMN b int", "DROP", "COLUMN", "CREATE", "TABLE", "(", ")", ",", ";", "BEGIN", "END", "DO $$", "$$", "IF",
    "THEN", "LOOP", "EXECUTE", "'x'", "CASE", "WITH", "AS", "SET", "=", "UPDATE a", "WHERE", "\n", "--", "/*", "*/", "EXPLAIN ANALYZE",
    "GRANT", "ON", "TO", "[", "]", '"', "CONSTRAINT", "CHECK", "REFERENCES", "PARTITION", "TRIGGER", "FOR", "IN", "DELIMITER //", "//",
)  # fmt: skip
scripts = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@given(st.one_of(scripts, st.text(max_size=80)))
def test_any_text_is_read_to_its_end(text: str) -> None:
    deeds = read_deeds(text)

    last = text.count("\n") + 1
    for deed in deeds.statements:
        assert 1 <= deed.line <= deed.end_line <= last
        assert deed.acts
        assert all(deed.line <= act.line <= act.end_line <= deed.end_line for act in deed.acts)


@given(scripts.filter(lambda text: not any(mark in text for mark in ("--", "/*", "//", "*/"))))
@example('" \n "')
def test_every_line_with_something_on_it_is_of_a_statement_or_unread(text: str) -> None:
    script = read_sql(text)
    known = {line for each in script.statements for line in range(each.line, each.end_line + 1)}
    known |= {line for each in script.unread for line in range(each.line, each.end_line + 1)}

    said = {number for number, line in enumerate(text.split("\n"), start=1) if line.strip(" ;")}
    assert said <= known


@given(scripts)
def test_tokens_joined_again_are_the_same_tokens(text: str) -> None:
    script = read_sql(text)
    if script.unread or any(
        token.kind in (TokenKind.END, TokenKind.BODY) for s in script.statements for token in s.tokens
    ):
        return
    joined = " ;\n".join(
        " ".join(text[token.start : token.end] for token in statement.tokens) for statement in script.statements
    )
    if "//" in text:
        return

    again = read_sql(joined)

    before = [[(t.kind, t.text) for t in s.tokens] for s in script.statements]
    assert [[(t.kind, t.text) for t in s.tokens] for s in again.statements] == before


@pytest.mark.parametrize(
    "part",
    ["SELECT (", "IF a THEN ", "BEGIN ", "WITH a AS (SELECT 1) ", "EXPLAIN ANALYZE ", "DROP INDEX a;\n", "'", "$a", "/*", "[",
     "SELECT (DELETE FROM a WHERE b IN ", "f(g(", "dblink_exec('SELECT 1', ", "{{ ", "<% ", "\\set a ", "/*! ", "DECLARE ", "EXECUTE 'a' || ",
     "SET a = 1;\n", "-- migrate:down\nA;\n-- migrate:up\nB;\n", "ALTER TABLE a ADD b int, "],
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_the_length(part: str) -> None:
    assert growth(lambda size: read_deeds.__wrapped__("DO $$ " + part * size), 1000) < MOST


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("DO $$ BEGIN\n  EXECUTE 'ALTER TABLE ' || t || ' DROP COLUMN c';\nEND $$;", "put together"),
        ("DO $$ BEGIN EXECUTE format('DROP TABLE %I', t); END $$", "put together"),
        ("SET @s = 'x'; PREPARE p FROM @s; EXECUTE p;", "put together"),
        ("DO LANGUAGE plpython3u $$ print(1) $$", "plpython3u"),
        ("CREATE PROCEDURE p() LANGUAGE plperl AS $$ drop() $$; CALL p();", "makes and runs"),
        ("FROBNICATE a", "nobody here knows"),
        ("ALTER NONSENSE a", "nobody here knows"),
        ("DO $a$ DO $b$ DO $c$ DO $d$ DO $e$ x $e$ $d$ $c$ $b$ $a$", "too many blocks"),
        ("DROP INDEX a;\n" * (MOST_DEEDS + 1), "statements"),
        ("DO $$ " + "BEGIN " * 300 + "DROP TABLE a; $$", "nobody here knows"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, why: str) -> None:
    assert any(why in part.why for part in read_deeds(text).unread)


@pytest.mark.parametrize(
    ("block", "acts"),
    [
        ("UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END;", ["Update"]),
        ("IF CASE WHEN x THEN y ELSE z END THEN DELETE FROM a; END IF;", ["Delete"]),
        ("IF (SELECT count(*) FROM q) > 0 THEN ALTER TABLE a DROP b; ELSIF y THEN NULL; END IF;", ["DropColumn"]),
        ("FOR r IN UPDATE a SET b = 1 RETURNING * LOOP x := r.b; END LOOP;", ["Update"]),
        ("FOREACH x IN ARRAY y LOOP DELETE FROM a WHERE b = x; END LOOP;", ["Delete"]),
        ("x.y := 5; z[1] := 2; x = 3;", []),
        ("GET DIAGNOSTICS n = ROW_COUNT; RETURN; RAISE EXCEPTION 'DROP TABLE a';", []),
        ("BEGIN TRUNCATE a; EXCEPTION WHEN OTHERS THEN DROP TABLE b; END;", ["Truncate", "DropTable"]),
        ("<<here>> LOOP EXIT here WHEN true; DELETE FROM a; END LOOP here;", ["Delete"]),
    ],
)
def test_the_words_of_a_block_lose_no_statement(block: str, acts: list[str]) -> None:
    found = [act.split()[0] for act in acts_in(f"DO $$ DECLARE x int := 1; BEGIN {block} END $$")]

    assert [act for act in found if act not in ("Run", "Remark", "Query")] == acts


def test_what_a_function_does_runs_when_the_script_calls_it_and_else_not() -> None:
    made = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$;"

    assert not any(act.startswith("DropTable") for act in acts_in(made))
    assert any(act.startswith("DropTable") for act in acts_in(f"{made}\nSELECT f();"))
    assert any(act.startswith("DropTable") for act in acts_in(f"{made}\nDO $$ BEGIN PERFORM f(); END $$;"))


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ BEGIN UPDATE t SET a = 1; $$;",
        "DO $$ BEGIN IF found THEN UPDATE t SET a = 1; END; $$;",
        "DO $$ BEGIN BEGIN UPDATE t SET a = 1; END; $$;",
    ],
)
def test_a_block_without_its_end_is_unread(text: str) -> None:
    assert [each.why for each in read_deeds(text).unread] == ["a block that never ends"]


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ DECLARE i int; BEGIN IF a THEN UPDATE t SET b = CASE WHEN c THEN 1 ELSE 2 END; END IF; END $$;",
        "DO $$ <<a>> BEGIN FOR r IN SELECT 1 LOOP BEGIN UPDATE t SET b = 1; EXCEPTION WHEN others THEN NULL; END; END LOOP; END a $$;",
        "DO $$ BEGIN CASE x WHEN 1 THEN IF y THEN DELETE FROM t; END IF; ELSE BEGIN END; END CASE; END $$;",
        "DO $$ BEGIN DROP TABLE IF EXISTS t; IF a THEN DROP TABLE u; ELSIF b THEN DROP TABLE v; END IF; END $$;",
    ],
)
def test_a_block_with_its_end_is_read_whole(text: str) -> None:
    assert read_deeds(text).unread == ()

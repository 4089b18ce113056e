"""Texts that a statement has run as SQL: the block that it is, what it executes, what it hands to a function that runs it."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import Act, Run
from weighbridge.facts.sql.cursor import plain
from weighbridge.facts.sql.lexemes import Token, TokenKind
from weighbridge.facts.sql.put_together import put_together

Tokens = tuple[Token, ...]

PUT_TOGETHER: Final = "a statement that is put together when it runs"
_RUNNING: Final = frozenset(
    {
        "dblink", "dblink_exec", "dblink_open", "dblink_send_query", "query_to_xml", "query_to_xmlschema",
        "query_to_xml_and_xmlschema", "ts_stat", "crosstab", "run_command_on_workers", "run_command_on_all_nodes",
        "run_command_on_shards", "run_command_on_placements", "run_command_on_coordinator", "run_command_on_colocated_placements",
        "pg_background_launch", "sp_executesql", "xp_cmdshell", "exec_sql", "execute_sql",
    }
)  # fmt: skip
"""Functions that run the text which they are given."""
_RUNNING_OF: Final = {"cron": ("schedule", "schedule_in_database"), "dbms_sql": ("parse",)}
"""The same in a schema or package of their own."""
_STATEMENT: Final = LatePattern(
    r"\s*(?:--|/\*|\(|(?:select|with|insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|do|call|set|begin|vacuum"
    r"|refresh|replace|exec|execute|lock|reindex|cluster|copy|values|table|rename|analyze|explain|prepare)\b)",
    re.IGNORECASE,
)


_MOST_HANDED: Final = 20
"""So many functions of one statement are asked what they are given to run."""


def may_hand_over(text: str) -> bool:
    """Whether a script names functions that run what they are given: most name none."""
    return _NAMED.search(text) is not None


_NAMED: Final = LatePattern("|".join(sorted({*_RUNNING, *_RUNNING_OF, 'u&"'})), re.IGNORECASE)


class Body(Struct, frozen=True, kw_only=True):
    """A text that runs, the lines that it stands on, and how it comes to run."""

    text: str
    line: int
    end_line: int
    how: str
    has_own_lines: bool = True
    """Whether its lines are lines of the script: not where it is written with escapes, or put together of several."""


class Executed(Struct, frozen=True):
    """The texts that a statement runs, and why one of them cannot be known, empty where all can."""

    bodies: tuple[Body, ...] = ()
    why: str = ""


def block_of(tokens: Tokens, text: str) -> Executed:
    """The text of a `DO` block."""
    language = next(
        (plain(after).lower() for token, after in pairwise(tokens) if token.says("LANGUAGE")),
        "plpgsql",
    )
    if language not in ("plpgsql", "sql"):
        return Executed(why=f"a block in {language}")
    said = [token for at, token in enumerate(tokens) if token.is_text and not tokens[at - 1].says("LANGUAGE")]
    return Executed((_joined(said, text, how="do"),)) if said else Executed(why="a block without a text")


def executed_by(tokens: Tokens, text: str) -> Executed:
    """The statement that `EXECUTE`, `EXECUTE IMMEDIATE`, `EXEC (…)` or `PREPARE … FROM` is given, where it stands there as a whole."""
    at = 1
    while at < len(tokens) and tokens[at].says("IMMEDIATE", "("):
        at += 1
    said: list[Token] = []
    while at < len(tokens) and (_is_said(tokens[at], text) or (said and tokens[at].says("|", "+", ")", "N"))):
        said += [tokens[at]] if _is_said(tokens[at], text) else []
        at += 1
    if said and (at == len(tokens) or tokens[at].says("INTO", "USING")):
        return Executed((_joined(said, text, how="executed"),))
    made = put_together(tokens[1:])
    if made is None:
        return Executed(why=PUT_TOGETHER)
    last = tokens[-1]
    body = Body(text=made.text, line=tokens[0].line, end_line=last.line, how="executed", has_own_lines=False)
    return Executed((body,), "" if made.is_whole else PUT_TOGETHER)


def _is_said(token: Token, text: str) -> bool:
    """Whether it is a text; MySQL's may stand in double quotes."""
    return token.is_text or (token.kind is TokenKind.NAME and text[token.start] == '"' and " " in token.text)


def handed_over(tokens: Tokens, text: str) -> Executed:
    """The statements that are handed to functions which run them."""
    bodies: list[Body] = []
    why = ""
    for count, at in enumerate(_running(tokens)):
        if count == _MOST_HANDED or len(bodies) > _MOST_HANDED:
            return Executed(tuple(bodies), "what more functions are given to run")
        said = list(_given(tokens, at + 1))
        found = [token for token in said if token.is_text and _STATEMENT.match(token.text)]
        bodies += [_joined([token], text, how="executed") for token in found]
        why = why if found else f"what `{plain(tokens[at])}` is given to run"
    return Executed(tuple(bodies), why)


def runs_program(tokens: Tokens, done: Sequence[Act]) -> bool:
    """Whether rows are copied from a program or to one."""
    is_copy = any(isinstance(act, Run) and act.kind == "copy" for act in done)
    return is_copy and any(token.says("FROM", "TO") and after.says("PROGRAM") for token, after in pairwise(tokens))


def _running(tokens: Tokens) -> Iterator[int]:
    for at, token in enumerate(tokens[:-1]):
        if not token.is_name:
            continue
        name = plain(token).lower()
        schema = plain(tokens[at - 2]).lower() if at >= 2 and tokens[at - 1].says(".") else ""
        is_called = tokens[at + 1].says("(") or tokens[0].says("EXEC", "EXECUTE")
        if is_called and (name in _RUNNING or name in _RUNNING_OF.get(schema, ())):
            yield at


def _given(tokens: Tokens, start: int) -> Iterator[Token]:
    """What stands in the parentheses that begin there, or from there on."""
    depth = 0
    for token in tokens[start:]:
        depth += token.says("(") - token.says(")")
        yield token
        if depth <= 0 and token.says(")"):
            return


def _joined(said: Sequence[Token], text: str, *, how: str) -> Body:
    whole = "".join(token.text for token in said)
    lines = sum(text.count("\n", token.start, token.end) for token in said)
    return Body(
        text=whole,
        line=said[0].line,
        end_line=said[-1].line + text.count("\n", said[-1].start, said[-1].end),
        how=how,
        has_own_lines=len(said) == 1 and lines == whole.count("\n"),
    )

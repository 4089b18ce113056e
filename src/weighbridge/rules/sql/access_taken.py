"""A migration takes away from a role what it works with: its login, its connection, its rights."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Act, AlterOther, Create, Grant, RowSecurity, SetParameter
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.code_writes import code_write
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange, Landscapes),
    roles=("sql",),
    tags=(
        "sql",
        "access",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if isinstance(act, Grant):
            yield from _of_rights(case, step, act=act)
            continue
        if isinstance(act, RowSecurity):
            yield from _of_rows(sql, step, act=act)
            continue
        if isinstance(act, AlterOther) and (lost := _of_owner(sql, step, act=act)) is not None:
            yield lost
            continue
        is_asked = isinstance(act, AlterOther) and act.what.startswith(_OF_LOGIN)
        if not is_asked and not (isinstance(act, SetParameter) and act.name == "password"):
            continue
        words = words_of(step.deed.text)
        for pattern, what in _TAKEN:
            if pattern.match(words) and not _is_own(step, words):
                yield RULE.finding(what, step.place, anchor=step.anchor)
                break


_OF_LOGIN: Final = ("alter role", "alter user", "alter database", "alter group")
_ACCOUNT: Final = r"^alter (?:role|user)\b.*"
_TAKEN: Final = (
    (
        LatePattern(
            _ACCOUNT + r"\b(?:nologin|account lock|connection limit 0|password expire(?! (?:never|default)))\b"
        ),
        "the role can no longer log in: whoever works by it fails with the next connection",
    ),
    (
        LatePattern(_ACCOUNT + r"\b(?:password(?! expire)|identified (?:by|with)|valid until)\b|^set password\b"),
        "the role logs in otherwise from now on: whoever holds the old password fails with the next connection",
    ),
    (
        LatePattern(
            r"^alter database\b.*\b(?:allow_connections (?:= )?false|connection limit (?:= )?0|read only (?:= )?1)\b"
        ),
        "the database lets nobody connect, or write, from now on",
    ),
    (
        LatePattern(
            r"^alter (?:role|user|database)\b.*\bset (?:session )?default_transaction_read_only (?:=|to) (?:on|true|1)\b"
        ),
        "whoever connects from now on may only read: every write fails",
    ),
)


def _of_rights(case: Case, step: Step, *, act: Grant) -> Iterable[Finding]:
    """What is taken from roles by name; what everybody had is no one's to rely on."""
    losing = [each for each in act.to if each.lower().strip('"') not in _EVERYBODY]
    if act.is_given or act.is_default or not losing or _is_given_anew(step, act):
        return
    rights = ", ".join(act.rights)
    over = f" over {act.on}" if act.on else ""
    is_whole = bool(re.match(r"(?:database|schema)\b", act.on, re.IGNORECASE)) and not _MAKING.issuperset(act.rights)
    is_read = _is_of_tables(act) and any(each.lower().startswith(("select", "all")) for each in act.rights)
    writing = None if is_whole or is_read else _writing(case, step, act=act)
    asked = (
        "what it still asks for by that" if writing is None else f"what {writing} does, which no other role here may,"
    )
    yield RULE.finding(
        f"{', '.join(losing)} loses {rights}{over}: {asked} is refused from that moment",
        step.place,
        anchor=step.anchor,
        severity=Severity.HIGH if is_whole or is_read or writing is not None else Severity.MEDIUM,
    )


def _writing(case: Case, step: Step, *, act: Grant) -> Place | None:
    """Where code writes to a table by a right that is taken, if by the scripts nobody but who loses it has that."""
    sql = case[SqlChange]
    taken = frozenset(each.lower() for each in act.rights) & _WRITES
    alone = (table for table in _tables_of(act) if taken and _has_alone(sql, step, table=table, taken=taken))
    view = case[Landscapes].head
    found = (code_write(view, table, verbs=sorted(taken), script=step.migration.path) for table in alone)
    return next((place for place in found if place is not None), None)


def _has_alone(sql: SqlChange, step: Step, *, table: str, taken: frozenset[str]) -> bool:
    """Whether scripts gave such a right over a table, and to nobody but who loses it."""
    losing = frozenset(each.lower() for each in step.act.to) if isinstance(step.act, Grant) else frozenset[str]()
    given = (each for _, each in sql.known.done_to(table, step.migration.dialect) if isinstance(each, Grant))
    holding = {
        to.lower()
        for each in given
        if each.is_given and any(right.lower() in taken or right.lower().startswith("all") for right in each.rights)
        for to in each.to
    }
    return bool(holding) and holding <= losing


_WRITES: Final = frozenset({"insert", "update", "delete"})


def _of_rows(sql: SqlChange, step: Step, *, act: RowSecurity) -> Iterable[Finding]:
    """What is hidden from everybody: row-level security of a table whose scripts are here, and say of no policy."""
    dialect = step.migration.dialect
    if act.how not in ("enable", "force") or not sql.known.makes(act.table, dialect):
        return
    known = (each for _, each in sql.known.done_to(act.table, dialect))
    done = [*known, *_done_to(sql, act.table)]
    if any(isinstance(each, Create) and each.kind == "policy" for each in done):
        return
    roles = [to for each in done if isinstance(each, Grant) and each.is_given for to in each.to]
    named = [to for to in dict.fromkeys(roles) if to.lower().strip('"') not in _EVERYBODY]
    if act.how == "force" and any(isinstance(each, RowSecurity) and each.how == "enable" for each in done):
        who = "not even its owner gets one"
    elif act.how == "enable" and named:
        who = f"{', '.join(named[:_MOST_ROLES])}, who may read it, gets none"
    else:
        return
    yield RULE.finding(
        f"no policy lets anybody have a row of `{act.table}`: {who} from that moment", step.place, anchor=step.anchor
    )


def _done_to(sql: SqlChange, table: str) -> Iterable[Act]:
    """What the change itself does to a table, in any of its scripts."""
    for migration in sql.migrations:
        for each in migration.doing(Create, Grant, RowSecurity):
            if is_one(each.act.table, table):
                yield each.act


_MOST_ROLES: Final = 3


def _is_of_tables(act: Grant) -> bool:
    """Whether rights are over tables, one or all of a schema."""
    return bool(_tables_of(act)) or act.on.lower().startswith("all tables ")


def _tables_of(act: Grant) -> tuple[str, ...]:
    """The tables that rights are over, by name."""
    if act.table:
        return (act.table,)
    names = act.on.replace('"', "")
    if names[:6].lower() == "table ":
        names = names[6:]
    listed = tuple(each.strip() for each in names.split(","))
    return listed if all(_NAME.fullmatch(each) for each in listed) else ()


_NAME: Final = LatePattern(r"[\w.]+")


_OWNED: Final = LatePattern(
    r"^alter (?P<kind>table|view|materialized view|sequence|schema|foreign table)(?: if exists)?(?: only)? (?P<name>\S+)"
    r" owner to (?P<to>\S+)$|^reassign owned by (?P<old>.+) to (?P<heir>\S+)$"
)


def _of_owner(sql: SqlChange, step: Step, *, act: AlterOther) -> Finding | None:
    """What another owner means for the one before, who is not known to be anybody that works with it."""
    found = _OWNED.match(words_of(step.deed.text)) if "own" in act.what else None
    if found is None or _is_made(step, found["name"] or ""):
        return None
    severity = Severity.MEDIUM
    if found["old"]:
        words = f"{found['old']} owns nothing any more, all of it is of {found['heir']}: what it did as the owner is refused"
    elif act.table and _is_under_policies(sql, step, table=act.table):
        words = f"no policy of `{act.table}` binds {found['to']}, who owns it from that moment: it reads and writes every row"
        severity = Severity.HIGH
    elif act.table and _is_of_owner_alone(sql, step, act=act):
        words = (
            f"the table `{act.table}` is of {found['to']} from that moment, and no script gives anybody a right over it: who"
            " owned it may neither read nor write it"
        )
        severity = Severity.HIGH
    else:
        words = (
            f"the {found['kind']} `{found['name']}` is of {found['to']} from that moment: who owned it, and worked by that"
            " alone, may neither read nor write it"
        )
    return RULE.finding(words, step.place, anchor=step.anchor, severity=severity)


def _is_under_policies(sql: SqlChange, step: Step, *, table: str) -> bool:
    """Whether row-level security of a table holds, and not for its owner."""
    done = [each for _, each in sql.known.done_to(table, step.migration.dialect)]
    switched = [each.how for each in done if isinstance(each, RowSecurity)]
    is_on = next((how == "enable" for how in reversed(switched) if how in ("enable", "disable")), False)
    is_forced = next((how == "force" for how in reversed(switched) if how in ("force", "no force")), False)
    return is_on and not is_forced


def _is_of_owner_alone(sql: SqlChange, step: Step, *, act: AlterOther) -> bool:
    """Whether a table whose scripts are here is used by whoever owns it, as nobody has a right; not where it had that owner before."""
    if not sql.known.makes(act.table, step.migration.dialect):
        return False
    done = [*(each for _, each in sql.known.done_to(act.table, step.migration.dialect)), *_done_to(sql, act.table)]
    is_same = any(isinstance(each, AlterOther) and each is not act and each.what == act.what for each in done)
    return not is_same and not any(isinstance(each, Grant) and each.is_given for each in done)


def _is_made(step: Step, name: str) -> bool:
    """Whether the script made what is called so."""
    return any(
        isinstance(each.act, Create)
        and last_part(each.act.name) == last_part(name.replace('"', ""))
        and each.order < step.order
        for each in step.migration.doing(Create)
    )


_EVERYBODY: Final = ("public", "anon", "authenticated")
_MAKING: Final = frozenset({"create", "temporary", "temp"})
"""Rights that programs at work do not need."""


def _is_given_anew(step: Step, act: Grant) -> bool:
    """Whether the script gives rights over the same to the same role after it."""
    return any(
        isinstance(each.act, Grant) and each.act.is_given and each.act.on == act.on and set(act.to) <= set(each.act.to)
        for each in step.after(Grant)
    )


def _is_own(step: Step, words: str) -> bool:
    """Whether the script made the role."""
    return any(
        isinstance(each.act, Create)
        and each.act.kind in ("role", "user")
        and each.order < step.order
        and re.search(rf"\b{re.escape(each.act.name.lower())}\b", words)
        for each in step.migration.doing(Create)
    )

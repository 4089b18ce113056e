"""What the place of a text says about its being SQL: what it is given to, and under which name."""

import re
from typing import Final

from weighbridge.facts.model import Attribute, Call, Expr, Name
from weighbridge.facts.recognise._sql_statements import Evidence

_RUNS_SQL: Final = frozenset(
    ["execute", "executemany", "executescript", "executesql", "execute_sql", "execute_query", "executequery", "executeupdate", "exec", "execcontext", "execsql", "exec_sql", "mustexec", "namedexec", "namedquery", "query", "querycontext", "queryrow", "queryrowcontext", "queryrowx", "queryx", "queryone", "queryforobject", "queryforlist", "queryformap", "queryforrowset", "queryforstream", "batchupdate", "prepare", "preparecontext", "preparestatement", "preparecall", "createquery", "createnativequery", "createsqlquery", "rawquery", "raw", "rawsql", "run_sql", "runsql", "read_sql", "read_sql_query", "text", "sql", "fetch", "fetchrow", "fetchval", "fetchone", "fetchall", "fetch_all", "fetch_one", "fetch_val", "fetch_row", "fetchmany", "scalar", "scalars", "$queryraw", "$executeraw", "$queryrawunsafe", "$executerawunsafe", "queryraw", "executeraw", "unsafe", "namednativequery", "nativequery", "select", "insert", "delete", "rawqueryset", "copy_expert", "mogrify"]
)  # fmt: skip
_SPEAKS: Final = frozenset(
    ["debug", "debugf", "debugw", "info", "infof", "infow", "warn", "warnf", "warnw", "warning", "error", "errorf", "errorw", "exception", "critical", "fatal", "fatalf", "log", "logf", "trace", "print", "println", "printf", "printout", "fprintf", "fprintln", "puts", "echo", "secho", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext", "_", "_n", "_l", "t", "tr", "i18n", "translate", "add_argument", "add_parser", "option", "argument", "help", "usage", "fail", "failf", "skip", "assertequal", "assertin", "assertthat", "describe", "it", "test", "expect", "alert", "confirm", "prompt", "flash", "toast", "notify", "notice", "write_help", "message"]
)  # fmt: skip
_SPEAKS_AT_THE_END: Final = ("error", "exception", "warning", "failure")
_PASSES_ON: Final = frozenset(
    {
        "format",
        "join",
        "strip",
        "lstrip",
        "rstrip",
        "dedent",
        "cleandoc",
        "replace",
        "sprintf",
        "concat",
        "trim",
        "formatted",
    }
    | {"stripindent", "f", "append", "add"}
)

_SAYS_SQL: Final = re.compile(r"sql|query|queries|stmt|statement|ddl|dml", re.IGNORECASE)
_SAYS_PROSE: Final = re.compile(
    r"(?:^|_|[a-z](?=[A-Z]))(?:message|msg|help|help_text|label|title|description|desc|doc|docs|usage|prompt|error|err|tooltip|"
    r"placeholder|hint|reason|detail|summary|verbose_name|caption|epilog|log|note|notes|comment)(?:s|_text|Text)?$",
    re.IGNORECASE,
)


def call_evidence(function: Expr, said: Evidence) -> Evidence:
    """What a called name says of its arguments; `said` is what the call's own place says."""
    name = _last_name(function).lower()
    if name in _PASSES_ON:
        return said
    if name in _RUNS_SQL:
        return Evidence.STRONG
    if name in _SPEAKS or name.endswith(_SPEAKS_AT_THE_END):
        return Evidence.NONE
    return name_evidence(name)


def name_evidence(name: str, said: Evidence = Evidence.PLACE) -> Evidence:
    """What the name a text goes by says of it; `said` when it says nothing."""
    if _SAYS_PROSE.search(name):
        return Evidence.NONE
    return Evidence.STRONG if _SAYS_SQL.search(name) else said


def _last_name(function: Expr) -> str:
    match function:
        case Name(id=name) | Attribute(name=name):
            return name
        case Call(function=inner):
            return _last_name(inner)
    return ""

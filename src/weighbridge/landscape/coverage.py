"""Coverage: which changed files were understood, and which lines of them no extractor could read."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from weighbridge.domain.change import Change, FileChange, LineRange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Reason
from weighbridge.domain.paths import suffix_of
from weighbridge.domain.places import Side
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.documents.reading import broken_at
from weighbridge.landscape.sql.flyway import is_understood, script_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.written import may_be_unread, serves_tests
from weighbridge.landscape.surfaces.setting_files import may_hold_settings

NOT_CODE: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="Weighbridge cannot read this kind of file yet",
    remedy="read by hand what changed in it: the diff is all there is",
)

NOT_TEXT: Final = CouldNotLook(
    reason=Reason.UNPARSED,
    detail="it holds null bytes now or did before, as UTF-16 does: its lines were not compared, and hardly any rule saw it",
    remedy="store it as UTF-8",
)
"""Code that git takes for binary: a compiler may well read it."""

OF_TESTS: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="it lies among tests, so no rule judged what it does to a database",
    remedy="keep what runs on databases in use in a folder of migrations",
)
"""A script that is taken for a fixture by the folder it lies in."""

OF_ANOTHER: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="it speaks to a database of which only drops are known here: PostgreSQL, MySQL and SQLite are",
    remedy="say by hand what it locks and loses; `databases` in system.yaml says if it is one of the three",
)
"""A script for SQL Server, Oracle or another."""

OTHER_PIPELINE: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="a pipeline of a service that is not read yet: GitHub's and GitLab's are",
    remedy="check by hand what it runs, and with which rights",
)
_PIPELINES: Final = LatePattern(
    r"(?:^|/)(?:\.circleci/|azure-pipelines[^/]*\.ya?ml$|bitbucket-pipelines\.ya?ml$|\.travis\.ya?ml$|\.buildkite/|\.drone\.ya?ml$"
    r"|\.woodpecker(?:/|\.ya?ml$)|appveyor\.ya?ml$|cloudbuild[^/]*\.ya?ml$|buildspec[^/]*\.ya?ml$|\.semaphore/)",
    re.IGNORECASE,
)

MAY_MIGRATE: Final = CouldNotLook(
    reason=Reason.UNPARSED,
    detail="it lies among migrations and may be run against a database, and nothing here reads this kind of file",
    remedy="give what it comes to as SQL, or say by hand what it does",
)
"""A template of SQL, a packed script, a migration without an ending."""

PACKAGES: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="the packages it names changed, and Weighbridge does not check packages yet",
    remedy="check by hand which packages it adds and which versions it moves to",
)
INSTALLS: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="what it installs or builds upon changed, and Weighbridge does not check packages yet",
    remedy="check by hand which packages and images it brings",
)
"""Of a Dockerfile that could be read otherwise."""
_NAMES_ONE: Final = (".current-alembic-head",)
"""Files that hold the name of the newest migration, so that two changes which both add one conflict."""
_OWN_FORM: Final = (".conf",)
"""Files whose pairs tell about resources, and whose other lines nothing here reads."""
_TERRAFORM: Final = ("terraform", "terraform-lock")
_OF_THEIR_OWN: Final = (*_TERRAFORM, "dockerfile")
"""Roles whose files hold no settings key by key."""
_SETS_UP: Final = LatePattern(r"pulumi|cdktf|terraform-cdk")
"""Words in what a program imports that may set up infrastructure."""
_TEMPLATE_MARKS: Final = (("{{", "}}"), ("{%", "%}"), ("<%", "%>"))


def measure_coverage(
    change: Change,
    code: CodeChange,
    *,
    contents: ChangedBytes,
    sql: SqlChange,
    for_rules: Mapping[RepoPath, CouldNotLook | None] = MappingProxyType({}),
) -> Coverage:
    """The coverage of every changed file, in the change's order.

    Code is examined when its facts were extracted, configuration when its settings could be read key by key, SQL when
    its statements could be told apart, Terraform when its blocks could, a Dockerfile when its instructions could, prose
    and links by their nature; anything else when it is read `for_rules`, such as a contract or a migration in Ruby, each
    with why it could not be.
    """
    files = (_of_file(file, code, contents=contents, sql=sql, for_rules=for_rules) for file in change.files)
    return Coverage(files=tuple(files))


def _of_file(
    file: FileChange,
    code: CodeChange,
    *,
    contents: ChangedBytes,
    sql: SqlChange,
    for_rules: Mapping[RepoPath, CouldNotLook | None],
) -> FileCoverage:
    role = role_of(file.path)
    language = role or suffix_of(file.path).lstrip(".") or "unknown"
    missing = _missing(file, code, role=role)
    if (
        (missing is NOT_CODE or role == "prose" or file.is_binary)
        and file.head is not None
        and may_be_unread(file.path)
    ):
        missing = None if _is_read_with_script(file, contents) else MAY_MIGRATE
    said = for_rules.get(file.path)
    if (missing is NOT_CODE and file.path in for_rules) or (said is not None and said.reason is Reason.UNSUPPORTED):
        missing = said
    if missing is NOT_CODE and role not in _OF_THEIR_OWN:
        missing = (_of_settings if may_hold_settings(file.path) else _of_packages)(file, contents)
    why = "the grammar could not read changed lines"
    unread = _unread(file, code) if missing is None else ()
    if missing is NOT_CODE and role == "sql":
        missing, unread, why = _of_sql(file, contents, sql=sql)
        language = "schema dump" if sql.is_dump(file) else language
    if missing is NOT_CODE and role in _TERRAFORM:
        missing, unread, broken = _of_terraform(file, contents)
        why = broken or why
    if missing is NOT_CODE and role == "dockerfile":
        missing, unread, why = _of_dockerfile(file, contents)
    if unread:
        lines = ", ".join(f"{r.start}-{r.end}" for r in unread)
        missing = CouldNotLook(reason=Reason.UNPARSED, detail=f"{why} {lines}")
    return FileCoverage(path=file.path, language=language, examined=missing is None, missing=missing, unread=unread)


def _is_read_with_script(file: FileChange, contents: ChangedBytes) -> bool:
    """Whether a file says how Flyway runs a script that changes with it, and nothing else."""
    script = script_of(file.path)
    return script is not None and bool(contents.text(script)) and is_understood(contents.text(file.path))


def _missing(file: FileChange, code: CodeChange, *, role: str) -> CouldNotLook | None:
    head = file.head
    is_name = file.path.rpartition("/")[2] in _NAMES_ONE
    if head is None or (file.base is not None and file.base.oid == head.oid) or role == "prose" or is_name:
        return None
    if head.mode is Mode.SYMLINK:
        return None
    if head.mode is Mode.SUBMODULE:
        return CouldNotLook(
            reason=Reason.UNSUPPORTED, detail="a submodule: the code it brings is in another repository"
        )
    if role in CODE:
        known = code.files.get(file.path)
        missing = known.missing if known else None
        if missing is None and known is not None and known.head is not None:
            missing = _program(each.module for each in known.head.imports)
        return NOT_TEXT if missing is None and file.is_binary else missing
    if file.is_binary:
        return CouldNotLook(reason=Reason.UNSUPPORTED, detail="a binary file")
    return NOT_CODE


def _of_settings(file: FileChange, contents: ChangedBytes) -> CouldNotLook | None:
    """Why the settings of a configuration file cannot be read, if they cannot."""
    from weighbridge.landscape.surfaces.packages import names_other_packages  # noqa: PLC0415 - parsers hooks rarely need
    from weighbridge.landscape.surfaces.settings import read_settings  # noqa: PLC0415 - the same

    data = contents.of(file.path)
    if data is None or isinstance(data, CouldNotLook):
        return data
    if file.path.lower().endswith(_OWN_FORM):
        return NOT_CODE
    if _PIPELINES.search(file.path):
        return OTHER_PIPELINE
    text = data.decode("utf-8", "replace")
    if (other := _of_another_tool(file.path, text)) is not None:
        return other
    if text.strip() and read_settings(file.path, text) is None:
        return _why_no_settings(file.path, text)
    before = contents.text(file.base.path, Side.BASE) if file.base is not None else ""
    return PACKAGES if names_other_packages(file.path, before, after=text) else None


def _of_packages(file: FileChange, contents: ChangedBytes) -> CouldNotLook | None:
    """Why a file that holds no settings is not read: one that lists packages, or locks them, is not unknown for that."""
    from weighbridge.landscape.surfaces.packages import lists_other_packages  # noqa: PLC0415 - the same

    data = contents.of(file.path)
    if data is None or isinstance(data, CouldNotLook):
        return NOT_CODE
    before = contents.text(file.base.path, Side.BASE) if file.base is not None else ""
    differs = lists_other_packages(file.path, before, after=data.decode("utf-8", "replace"))
    return NOT_CODE if differs is None else PACKAGES if differs else None


def _of_another_tool(path: RepoPath, text: str) -> CouldNotLook | None:
    """Why a file of a tool that sets up infrastructure is not read; None of all others."""
    if not path.endswith((".yaml", ".yml", ".json")):
        return None
    from weighbridge.landscape.infrastructure.others import other_tool  # noqa: PLC0415 - few changes hold such files

    return other_tool(path, text)


def _program(imports: Iterable[str]) -> CouldNotLook | None:
    """The same of a program that such a tool runs."""
    likely = [each for each in imports if _SETS_UP.search(each)]
    if not likely:
        return None
    from weighbridge.landscape.infrastructure.others import other_program  # noqa: PLC0415 - hardly any code does

    return other_program(likely)


def _why_no_settings(path: RepoPath, text: str) -> CouldNotLook:
    """A template is no broken file: it is not yet the file."""
    if any(start in text and end in text for start, end in _TEMPLATE_MARKS):
        return CouldNotLook(reason=Reason.UNSUPPORTED, detail="a template: what it says is known once it is filled in")
    where = broken_at(text.encode()) if path.lower().endswith((".yml", ".yaml")) else ""
    detail = f"it is no YAML: {where}" if where else "its settings cannot be read: is it well-formed?"
    return CouldNotLook(reason=Reason.UNPARSED, detail=detail)


def _of_sql(
    file: FileChange, contents: ChangedBytes, *, sql: SqlChange
) -> tuple[CouldNotLook | None, tuple[LineRange, ...], str]:
    """Why a SQL file could not be read at all, the changed lines that could not, and what is wrong with the first."""
    data = contents.of(file.path)
    if isinstance(data, CouldNotLook):
        return data, (), ""
    if serves_tests(file.path):
        return OF_TESTS, (), ""
    unread = sql.unread(file) if file.added else ()
    found = [
        (LineRange(start=max(added.start, part.line), end=min(added.end, part.end_line)), part.why)
        for added in file.added
        for part in unread
        if added.touches(part.line, part.end_line)
    ]
    if not found and sql.is_of_another_database(file):
        return OF_ANOTHER, (), ""
    return None, tuple(lines for lines, _ in found), f"{found[0][1]}: changed lines" if found else ""


def _of_terraform(file: FileChange, contents: ChangedBytes) -> tuple[CouldNotLook | None, tuple[LineRange, ...], str]:
    """Why a file of Terraform could not be read at all, and the lines that could not: changed ones, or broken by the change."""
    from weighbridge.facts.terraform.sources import read_source  # noqa: PLC0415 - a grammar that most checks do not need

    data = contents.of(file.path)
    if data is None or isinstance(data, CouldNotLook):
        return data, (), ""
    read = read_source(data, file.path)
    if isinstance(read, CouldNotLook):
        return read, (), ""
    touched = _touching(file, read.unread)
    if touched or not read.unread or file.base is None:
        return None, touched, ""
    base = contents.of(file.base.path, Side.BASE)
    before = read_source(base, file.base.path) if isinstance(base, bytes) else None
    unread = before.unread if before is not None and not isinstance(before, CouldNotLook) else ()
    known = {_lines(base, each) for each in unread} if isinstance(base, bytes) else set()
    broken = (each for each in read.unread if _lines(data, each) not in known)
    found = tuple(dict.fromkeys(LineRange(start=first, end=last) for first, last in broken))
    return None, found, "since the change it is no Terraform that can be parsed, at lines"


def _lines(data: bytes, lines: tuple[int, int]) -> bytes:
    """Some lines of a text, counted from 1."""
    return b"\n".join(data.splitlines()[lines[0] - 1 : lines[1]])


def _of_dockerfile(file: FileChange, contents: ChangedBytes) -> tuple[CouldNotLook | None, tuple[LineRange, ...], str]:
    """Why a Dockerfile could not be read at all, and the changed lines that hold no instruction."""
    from weighbridge.facts.dockerfile import read_dockerfile  # noqa: PLC0415 - only where one is changed

    data = contents.of(file.path)
    if data is None or isinstance(data, CouldNotLook):
        return data, (), ""
    said = read_dockerfile(contents.text(file.path))
    before = read_dockerfile(contents.text(file.base.path, Side.BASE)) if file.base is not None else None
    missing = INSTALLS if before is None or before.brought != said.brought else None
    return missing, _touching(file, said.unread), "there is no instruction of a Dockerfile in changed lines"


def _unread(file: FileChange, code: CodeChange) -> tuple[LineRange, ...]:
    """The changed lines that lie in a part of head which the grammar could not read."""
    known = code.files.get(file.path)
    if known is None or known.head is None:
        return ()
    return _touching(file, known.head.errors)


def _touching(file: FileChange, errors: tuple[tuple[int, int], ...]) -> tuple[LineRange, ...]:
    """The changed lines among these."""
    return tuple(
        LineRange(start=max(added.start, first), end=min(added.end, last))
        for added in file.added
        for first, last in errors
        if added.touches(first, last)
    )

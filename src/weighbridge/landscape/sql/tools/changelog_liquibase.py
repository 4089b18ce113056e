"""Liquibase: change sets of a `databaseChangeLog` in XML, YAML or JSON."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Text
from weighbridge.facts.calls.markup import Element, UnreadableError, read_xml, read_yaml
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.column_types import on_delete
from weighbridge.landscape.sql.rendered import Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._alembic_operations import sql_value
from weighbridge.landscape.sql.tools._rails_columns import sql_type

_ASIDE: Final = frozenset(
    [
        "preConditions", "comment", "validCheckSum", "modifySql", "tagDatabase", "output", "empty", "include", "includeAll", "property", "stop",
        "addAutoIncrement", "setColumnRemarks", "setTableRemarks", "ignoreChangeSet", "changes", "loadData", "loadUpdateData",
    ]
)  # fmt: skip
_DIALECTS: Final = {
    "postgresql": Dialect.POSTGRES,
    "mysql": Dialect.MYSQL,
    "mariadb": Dialect.MYSQL,
    "sqlite": Dialect.SQLITE,
}


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a change log of Liquibase's."""
    del path
    return _MARK in text and ("changeSet" in text or "include" in text)


def render(script: Script) -> Rendered:
    """What a change log does, change set by change set: each is committed for itself."""
    sheet = Sheet(script.text)
    try:
        root = _read(script)
    except UnreadableError as error:
        sheet.misses(1, script.text.count("\n") + 1, why=str(error))
        return sheet.rendered(is_together=None)
    if _ENTITY in script.text:
        sheet.misses(1, script.text.count("\n") + 1, why="it has parts of its own filled in, which are not read")
    for each in _included(root):
        said = each.get("file") or each.get("path")
        if each.name == "include" and not said.lower().endswith(_READ):
            sheet.misses(each.line, each.end_line, why=f"what it includes, `{said}`, is of a kind that is not read")
        elif not _is_there(each, said, script=script):
            why = f"what it includes, `{said}`, is not in the repository: it ends there, or a library holds it"
            sheet.misses(each.line, each.end_line, why=why)
    sets = list(_change_sets(root))
    dialects = {dialect for each in sets for dialect in _meant_for(each)}
    for number, each in enumerate(sets, 1):
        if Dialect.POSTGRES in dialects and _meant_for(each) and Dialect.POSTGRES not in _meant_for(each):
            continue  # its twin for PostgreSQL is judged
        is_apart = each.get("runInTransaction") == "false"
        sheet.part = -number if is_apart else number
        for change in _changes(each):
            _take_down(sheet, change, source=script.text)
    told = Dialect.POSTGRES if Dialect.POSTGRES in dialects else next(iter(dialects), None)
    return sheet.rendered(is_together=True, dialect=told if len(dialects) == 1 or told is Dialect.POSTGRES else None)


def _read(script: Script) -> Element:
    if script.path.lower().endswith(".xml"):
        return read_xml(script.text)
    return read_yaml(script.text.replace("\t", " "))  # as JSON may be laid out by them, and its strings hold none


def _included(root: Element) -> Iterator[Element]:
    """What a change log includes."""
    for each in root.children:
        if each.name == _MARK:
            yield from (one for one in each.named("include") if one.get("file"))
            yield from (one for one in each.named("includeAll") if one.get("path"))


def _is_there(include: Element, said: str, *, script: Script) -> bool:
    """Whether what is included lies in the tree: beside the change log where it says so, else below any folder."""
    if "${" in said:
        return True  # by a parameter, which is not filled in here
    plain = said.removeprefix("classpath:").removeprefix("file:").replace("\\", "/")
    if include.get("relativeToChangelogFile").lower() == "true":
        plain = posixpath.join(folder_of(script.path), plain)
    plain = posixpath.normpath(plain).strip("/")
    above = f"{folder_of(script.path)}/"
    roots = (above[:at] for at, sign in enumerate(above, 1) if sign == "/")
    return (
        plain == "."
        or any(map(script.around.has_file, (plain, *(f"{each}{plain}" for each in roots))))
        or script.around.lies(plain)
    )


_ENTITY: Final = "<!ENTITY"
_MARK: Final = "databaseChangeLog"
_READ: Final = (".xml", ".yaml", ".yml", ".json", ".sql")


def _meant_for(change_set: Element) -> set[Dialect]:
    """The databases that a change set is for, by its `dbms`, or by a context that is called like one; empty where for all."""
    words = f"{change_set.get('dbms')},{change_set.get('context')},{change_set.get('contextFilter')}"
    return {_DIALECTS[word] for word in words.replace(" ", ",").lower().split(",") if word in _DIALECTS}


def _change_sets(root: Element) -> Iterator[Element]:
    for each in root.children:
        if each.name == _MARK:
            yield from each.named("changeSet")


def _changes(change_set: Element) -> Iterator[Element]:
    for each in change_set.children:
        if each.name == "changes":
            yield from each.children
        else:
            yield each


def _take_down(sheet: Sheet, change: Element, *, source: str) -> None:
    if change.name in _ASIDE:
        return
    if change.name == "rollback":
        sheet.is_undoing = True
        for each in change.children:
            _take_down(sheet, each, source=source)
        sheet.is_undoing = False
        return
    if change.name in ("sql", "createProcedure"):
        inner = next(change.named("sql"), change)
        said = inner.text or change.get("sql")
        lines = said.count("\n")
        text = Text(
            said,
            inner.text_line or change.line,
            (inner.text_line or change.line) + lines,
            is_as_laid_out=inner.text_line > 0,
        )
        if change.name == "sql":
            sheet.runs_script(text)
        else:
            sheet.does_on(
                change.line, change.end_line, acts=[acts.Create(kind="procedure", name="")], text="createProcedure"
            )
        return
    read = _CHANGES.get(change.name)
    if read is None:
        sheet.misses(
            change.line,
            change.end_line,
            why=f"what `{change.name}` does is not known here"
            if change.name not in _ELSEWHERE
            else "its SQL stands in another file",
        )
        return
    said = " ".join(
        [change.name, *(f'{k}="{v}"' for k, v in change.stated.items()), *(c.get("name") for c in change.children)]
    )
    sheet.does_on(change.line, change.end_line, acts=list(read(change)), text=said)


_ELSEWHERE: Final = ("sqlFile", "customChange", "executeCommand")


def _table(change: Element, name: str = "tableName") -> str:
    schema = change.get("schemaName")
    found = change.get(name).lower()
    return f"{schema}.{found}".lower() if schema and not schema.startswith("${") else found


def _columns(change: Element) -> list[Element]:
    found: list[Element] = []
    for each in change.children:
        if each.name == "columns":
            found += each.named("column")
        elif each.name == "column":
            found.append(each)
    return found


def _type(said: str) -> Type:
    return next(sql_type(said), Type("")) if said and "${" not in said else Type("")


def _default(of: Element) -> Value | None:
    for name in ("defaultValueComputed", "defaultValueSequenceNext"):
        if of.get(name):
            return sql_value(of.get(name))
    for name in ("defaultValue", "defaultValueNumeric", "defaultValueBoolean", "defaultValueDate"):
        if name in of.stated:
            said = of.get(name)
            is_call = name == "defaultValueDate" and not said[:1].isdigit()
            return sql_value(said) if is_call else Value(f"'{said}'", is_constant=True)
    return None


def _column(of: Element) -> Column:
    constraints: list[Constraint] = []
    is_not_null = False
    name = of.get("name").lower()
    for each in of.named("constraints"):
        is_not_null = is_not_null or each.get("nullable") == "false"
        if each.get("primaryKey") == "true":
            constraints.append(Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=(name,)))
            is_not_null = True
        if each.get("unique") == "true":
            constraints.append(Constraint(kind=ConstraintKind.UNIQUE, columns=(name,)))
        to = each.get("referencedTableName") or each.get("references").partition("(")[0]
        if to:
            constraints.append(
                Constraint(kind=ConstraintKind.FOREIGN_KEY, columns=(name,), reference=Reference(to.lower()))
            )
        if each.get("checkConstraint"):
            value = Value(each.get("checkConstraint"))
            constraints.append(Constraint(kind=ConstraintKind.CHECK, columns=(name,), value=value))
    return Column(
        name=name,
        type=_type(of.get("type")),
        line=of.line,
        is_not_null=is_not_null,
        default=_default(of),
        generated="identity" if of.get("autoIncrement") == "true" else "stored" if of.get("computed") == "true" else "",
        constraints=tuple(constraints),
    )


def _add_column(c: Element) -> Iterator[Act]:
    for each in _columns(c):
        yield acts.AddColumn(table=_table(c), column=_column(each))
        if each.get("value") or each.get("valueComputed") or each.get("valueNumeric"):
            yield acts.Update(table=_table(c), columns=(each.get("name").lower(),))


def _drop_column(c: Element) -> Iterator[Act]:
    names = [c.get("columnName")] if c.get("columnName") else [each.get("name") for each in _columns(c)]
    for each in names:
        yield acts.DropColumn(table=_table(c), column=each.lower())


def _rename_column(c: Element) -> Iterator[Act]:
    yield acts.RenameColumn(table=_table(c), column=c.get("oldColumnName").lower(), name=c.get("newColumnName").lower())


def _merge(c: Element) -> Iterator[Act]:
    """Two columns become one: it is added, filled in every row, and the two are dropped."""
    table, final = _table(c), c.get("finalColumnName").lower()
    yield acts.AddColumn(table=table, column=Column(name=final, type=_type(c.get("finalColumnType")), line=c.line))
    yield acts.Update(table=table, columns=(final,))
    for each in ("column1Name", "column2Name"):
        yield acts.DropColumn(table=table, column=c.get(each).lower())


def _lookup(c: Element) -> Iterator[Act]:
    """The values of a column become a table, which the column refers to from then on."""
    new = _table(c, "newTableName")
    yield acts.CreateTable(table=new, has_query=True)
    key = Constraint(
        kind=ConstraintKind.FOREIGN_KEY,
        name=c.get("constraintName"),
        columns=(c.get("existingColumnName").lower(),),
        reference=Reference(new),
    )
    yield acts.AddConstraint(table=_table(c, "existingTableName"), constraint=key)


def _modify(c: Element) -> Iterator[Act]:
    if c.get("columnName"):
        yield acts.ChangeType(table=_table(c), column=c.get("columnName").lower(), to=_type(c.get("newDataType")))
    for each in _columns(c):
        yield acts.ChangeType(table=_table(c), column=each.get("name").lower(), to=_type(each.get("type")))


def _not_null(c: Element) -> Iterator[Act]:
    table, column = _table(c), c.get("columnName").lower()
    if c.get("defaultNullValue"):
        yield acts.Update(table=table, columns=(column,), where=Value(f"{column} IS NULL"))
    yield acts.SetNotNull(table=table, column=column)


def _create_table(c: Element) -> Iterator[Act]:
    yield acts.CreateTable(table=_table(c), columns=tuple(_column(each) for each in _columns(c)))


def _drop_table(c: Element) -> Iterator[Act]:
    yield acts.DropTable(table=_table(c), is_cascading=c.get("cascadeConstraints") == "true")


def _create_index(c: Element) -> Iterator[Act]:
    yield acts.CreateIndex(
        table=_table(c),
        name=c.get("indexName"),
        columns=tuple(each.get("name").lower() for each in _columns(c)),
        is_unique=c.get("unique") == "true",
    )


def _foreign_key(c: Element) -> Iterator[Act]:
    key = Constraint(
        kind=ConstraintKind.FOREIGN_KEY,
        name=c.get("constraintName"),
        columns=tuple(each.strip().lower() for each in c.get("baseColumnNames").split(",")),
        reference=Reference(c.get("referencedTableName").lower(), on_delete=on_delete(c.get("onDelete"))),
        is_not_valid=c.get("validate") == "false",
    )
    yield acts.AddConstraint(table=_table(c, "baseTableName"), constraint=key)


def _key(kind: ConstraintKind, c: Element) -> Iterator[Act]:
    columns = tuple(each.strip().lower() for each in c.get("columnNames").split(","))
    index = c.get("forIndexName")
    yield acts.AddConstraint(
        table=_table(c), constraint=Constraint(kind=kind, name=c.get("constraintName"), columns=columns, index=index)
    )


def _drop_constraint(c: Element) -> Iterator[Act]:
    table = _table(c, "baseTableName") if c.get("baseTableName") else _table(c)
    yield acts.DropConstraint(table=table, name=c.get("constraintName") or "primary key")


def _default_set(c: Element) -> Iterator[Act]:
    value = _default(c) if c.name == "addDefaultValue" else None
    yield acts.SetDefault(table=_table(c), column=c.get("columnName").lower(), value=value)


def _where(c: Element) -> Value | None:
    text = next((each.text for each in c.named("where")), "") or c.get("where")
    return Value(" ".join(text.split())) if text.strip() else None


def _update(c: Element) -> Iterator[Act]:
    columns = tuple(each.get("name").lower() for each in _columns(c))
    yield acts.Update(table=_table(c), columns=columns, where=_where(c))


def _delete(c: Element) -> Iterator[Act]:
    yield acts.Delete(table=_table(c), where=_where(c))


def _rename_table(c: Element) -> Iterator[Act]:
    yield acts.RenameTable(table=_table(c, "oldTableName"), name=_table(c, "newTableName"))


def _made(c: Element) -> Iterator[Act]:
    kind = c.name.removeprefix("create").lower()
    yield acts.Create(kind=kind, name=c.get(f"{kind}Name").lower())


def _dropped(c: Element) -> Iterator[Act]:
    kind = c.name.removeprefix("drop").lower()
    yield acts.Drop(kind=kind, name=c.get(f"{kind}Name").lower())


_CHANGES: Final[Mapping[str, Callable[[Element], Iterator[Act]]]] = {
    "addColumn": _add_column,
    "dropColumn": _drop_column,
    "renameColumn": _rename_column,
    "mergeColumns": _merge,
    "addLookupTable": _lookup,
    "modifyDataType": _modify,
    "modifyColumn": _modify,
    "addNotNullConstraint": _not_null,
    "dropNotNullConstraint": lambda c: iter([acts.DropNotNull(table=_table(c), column=c.get("columnName").lower())]),
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "createIndex": _create_index,
    "dropIndex": lambda c: iter([acts.DropIndex(table=_table(c), name=c.get("indexName"))]),
    "addForeignKeyConstraint": _foreign_key,
    "addUniqueConstraint": lambda c: _key(ConstraintKind.UNIQUE, c),
    "addPrimaryKey": lambda c: _key(ConstraintKind.PRIMARY_KEY, c),
    "dropForeignKeyConstraint": _drop_constraint,
    "dropUniqueConstraint": _drop_constraint,
    "dropPrimaryKey": _drop_constraint,
    "addDefaultValue": _default_set,
    "dropDefaultValue": _default_set,
    "insert": lambda c: iter([acts.Insert(table=_table(c))]),
    "insertWithUuid": lambda c: iter([acts.Insert(table=_table(c))]),
    "update": _update,
    "delete": _delete,
    "createView": _made,
    "createSequence": _made,
    "dropView": _dropped,
    "dropSequence": _dropped,
    "dropProcedure": _dropped,
    "renameView": _rename_table,
    "renameSequence": lambda _c: iter([acts.Remark(kind="rename")]),
    "alterSequence": lambda _c: iter([acts.Remark(kind="sequence")]),
    "dropAllForeignKeyConstraints": _drop_constraint,
}
TOOL: Final = Tool(claims=claims, render=render)

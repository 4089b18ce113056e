"""Dangers in migrations that are written as code: Django's, Alembic's and Rails', about tables that were there before."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from benchmarks.planting.danger import Danger, Ground, Plant

_DJANGO_MODEL: Final = re.compile(
    r"CreateModel\(\s*name=[\"'](\w+)[\"'],\s*fields=\[((?:(?!CreateModel).)*?)\n\s*\],(?!\s*options=\{[^}]*db_table)",
    re.S,
)
_DJANGO_NAMED: Final = re.compile(
    r"^(?P<outer> +)migrations\.CreateModel\(\n\s+name=[\"'](?P<name>\w+)[\"'],\n(?:(?!(?P=outer)\)).*\n)*?(?P=outer) +options=\{[^}]*[\"']db_table[\"']:",
    re.M,
)
"""A model whose table has a name of its own: renaming it renames nothing in the database."""
_DJANGO_FIELD: Final = re.compile(r"\(\s*[\"'](\w+)[\"'],\s*models\.(?:Char|Text|Integer|Boolean|DateTime)Field")
_ALEMBIC_TABLE: Final = re.compile(r"op\.create_table\(\s*[\"'](\w+)[\"'],(.*?)\n    \)", re.S)
_ALEMBIC_COLUMN: Final = re.compile(
    r"sa\.Column\(\s*[\"'](\w+)[\"'],\s*sa\.(?:String|Text|Integer|Boolean|DateTime|Unicode)"
)
_RAILS_TABLE: Final = re.compile(r"create_table [:\"'](\w+)[\"']?.*? do \|t\|(.*?)\n    end", re.S)
_RAILS_COLUMN: Final = re.compile(
    r"t\.(?:string|text|integer|boolean|datetime|column) [:\"'](\w+)(?![^\n]*null(?::| =>) false)"
)

_DJANGO: Final = {
    "a field removed": 'migrations.RemoveField(model_name="{table}", name="{column}"),',
    "a field renamed": 'migrations.RenameField(model_name="{table}", old_name="{column}", new_name="planted"),',
    "a model deleted": 'migrations.DeleteModel(name="{table}"),',
    "a model renamed": 'migrations.RenameModel(old_name="{table}", new_name="Planted"),',
    "an index that blocks writes": 'migrations.AddIndex(model_name="{table}", index=models.Index(fields=["{column}"], name="planted_idx")),',
    "a unique constraint": 'migrations.AddConstraint(model_name="{table}", constraint=models.UniqueConstraint(fields=["{column}"], name="planted_unique")),',
    "a check made at once": 'migrations.AddConstraint(model_name="{table}", constraint=models.CheckConstraint(check=models.Q({column}__isnull=False), name="planted_check")),',
    "a type changed": 'migrations.AlterField(model_name="{table}", name="{column}", field=models.DecimalField(max_digits=9, decimal_places=2)),',
    "a table dropped as SQL": 'migrations.RunSQL("DROP TABLE planted_orders"),',
    "a unique field": 'migrations.AddField(model_name="{table}", name="planted", field=models.CharField(max_length=9, null=True, unique=True)),',
}
_ALEMBIC: Final = {
    "a column dropped": 'op.drop_column("{table}", "{column}")',
    "a column renamed": 'op.alter_column("{table}", "{column}", new_column_name="planted")',
    "a table dropped": 'op.drop_table("{table}")',
    "a table renamed": 'op.rename_table("{table}", "planted")',
    "an index that blocks writes": 'op.create_index("planted_idx", "{table}", ["{column}"])',
    "a unique constraint": 'op.create_unique_constraint("planted_unique", "{table}", ["{column}"])',
    "a check made at once": 'op.create_check_constraint("planted_check", "{table}", "{column} IS NOT NULL")',
    "a foreign key checked at once": 'op.create_foreign_key("planted_fk", "{table}", "{other}", ["{column}"], ["id"])',
    "null forbidden at once": 'op.alter_column("{table}", "{column}", nullable=False)',
    "a type changed": 'op.alter_column("{table}", "{column}", type_=sa.Numeric(9, 2))',
    "a column that must be filled": 'op.add_column("{table}", sa.Column("planted", sa.Text(), nullable=False))',
    "every row deleted as SQL": 'op.execute("DELETE FROM {table}")',
}
_RAILS: Final = {
    "a column removed": "remove_column :{table}, :{column}, :string",
    "a column renamed": "rename_column :{table}, :{column}, :planted",
    "a table dropped": "drop_table :{table}",
    "a table renamed": "rename_table :{table}, :planted",
    "an index that blocks writes": "add_index :{table}, :{column}",
    "a foreign key checked at once": "add_foreign_key :{table}, :{other}, column: :{column}",
    "null forbidden at once": "change_column_null :{table}, :{column}, false",
    "a type changed": "change_column :{table}, :{column}, :decimal",
    "a check made at once": 'add_check_constraint :{table}, "{column} IS NOT NULL", name: "planted_check"',
    "a column that must be filled": "add_column :{table}, :planted, :string, null: false",
    "every row deleted as SQL": 'execute "DELETE FROM {table}"',
}


def _tables(ground: Ground, table: re.Pattern[str], *, column: re.Pattern[str]) -> dict[str, str]:
    """The tables that earlier files made, none later named as gone, each with a column."""
    found: dict[str, str] = {}
    whole = "\n".join(ground.before.values())
    for name, body in table.findall(whole):
        columns = [each for each in column.findall(body) if each not in ("id", "name") and not _is_gone(each, whole)]
        if columns and not _is_gone(name, whole) and name.lower() not in ground.text.lower():
            found[name] = columns[0]
    return found


def _is_gone(name: str, whole: str) -> bool:
    return re.search(rf"(?i)(?:drop|remove|delete|rename)[^\n]*(?:\n[^\n]*){{0,2}}\b{name}\b", whole) is not None


def _planted(form: str, place: re.Pattern[str], *, known: Callable[[Ground], Mapping[str, str]]) -> Plant:
    def plant(ground: Ground) -> str | None:
        tables, at = known(ground), place.search(ground.text)
        if not tables or at is None:
            return None
        table = ground.chance.choice(sorted(tables))
        other = ground.chance.choice(sorted(tables))
        said = form.format(table=table, column=tables[table], other=other)
        return f"{ground.text[: at.end()]}{said}\n{ground.text[at.end() :]}"

    return plant


def django() -> Iterator[Danger]:
    """Operations of Django."""
    place = re.compile(r"^    operations = \[\n", re.M)
    for name, form in _DJANGO.items():
        known = _django_tables_of_models if form.startswith("migrations.RenameModel") else _django_tables
        yield Danger(name=name, plant=_planted("        " + form, place, known=known))


def alembic() -> Iterator[Danger]:
    """Operations of Alembic."""
    place = re.compile(r"^def upgrade\([^)]*\)[^\n]*:\n(?!\s+\"\"\")", re.M)
    for name, form in _ALEMBIC.items():
        yield Danger(name=name, plant=_planted("    " + form, place, known=_alembic_tables))


def rails() -> Iterator[Danger]:
    """Operations of Rails."""
    place = re.compile(r"^  def (?:change|up)\n", re.M)
    for name, form in _RAILS.items():
        yield Danger(name=name, plant=_planted("    " + form, place, known=_rails_tables))


def _django_tables(ground: Ground) -> dict[str, str]:
    return _tables(replace(ground, before=_of_application(ground)), _DJANGO_MODEL, column=_DJANGO_FIELD)


def _django_tables_of_models(ground: Ground) -> dict[str, str]:
    """Those that are called after their models: to rename another model renames nothing, and is no danger."""
    named = {found["name"] for text in _of_application(ground).values() for found in _DJANGO_NAMED.finditer(text)}
    return {table: column for table, column in _django_tables(ground).items() if table not in named}


def _of_application(ground: Ground) -> dict[str, str]:
    """Models are of an application: only what its own folder made can be named in it."""
    folder = ground.path.rpartition("/")[0]
    return {path: text for path, text in ground.before.items() if path.rpartition("/")[0] == folder}


def _alembic_tables(ground: Ground) -> dict[str, str]:
    return _tables(ground, _ALEMBIC_TABLE, column=_ALEMBIC_COLUMN)


def _rails_tables(ground: Ground) -> dict[str, str]:
    return _tables(ground, _RAILS_TABLE, column=_RAILS_COLUMN)

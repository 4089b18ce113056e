"""Alembic's operations as what they do to a database."""

import pytest
from tests.rules.sql.judging import judged_tree
from tests.unit.landscape.migrated import migration, said, sql_change, unread

from weighbridge.facts.sql.acts import ChangeType, Type

PATH = "alembic/versions/abc_next.py"


def file_of(*lines: str, down: str = "pass", before: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines) or "    pass\n"
    head = f'from alembic import op\nimport sqlalchemy as sa\nrevision = "abc"\n{before}\n'
    return f"{head}def upgrade():\n{body}\ndef downgrade():\n    {down}\n"


OPERATIONS = [
    ('op.add_column("t", sa.Column("a", sa.String(20), nullable=True))', ["AddColumn t a varchar(20)"]),
    ('op.add_column("t", sa.Column("a", sa.Integer(), nullable=False))', ["AddColumn t a integer not null"]),
    (
        'op.add_column("t", sa.Column("a", sa.Integer(), server_default="0", nullable=False))',
        ["AddColumn t a integer not null default '0'"],
    ),
    (
        'op.add_column("t", sa.Column("a", postgresql.UUID(), server_default=sa.text("gen_random_uuid()")))',
        ["AddColumn t a uuid default gen_random_uuid()"],
    ),
    (
        'op.add_column("t", sa.Column("a", sa.Boolean(), server_default=sa.sql.expression.false()))',
        ["AddColumn t a boolean default false()"],
    ),
    (
        'op.add_column("t", sa.Column("a", sa.DateTime(timezone=True), server_default=sa.func.now()))',
        ["AddColumn t a timestamp with time zone default now()"],
    ),
    (
        'op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("o.id")))',
        ["AddColumn t a integer foreign key -> o"],
    ),
    ('op.add_column("t", sa.Column("a", sa.Integer(), sa.Computed("b * 2", persisted=True)))', ["AddColumn t a integer stored"]),
    ('op.add_column("t", sa.Column("a", sa.Integer(), unique=True), schema="s")', ["AddColumn s.t a integer unique"]),
    ('op.drop_column("t", "a")', ["DropColumn t a"]),
    ('op.alter_column("t", "a", nullable=False)', ["SetNotNull t a"]),
    ('op.alter_column("t", "a", nullable=True)', ["DropNotNull t a"]),
    ('op.alter_column("t", "a", type_=sa.BigInteger(), existing_type=sa.Integer())', ["ChangeType t a bigint"]),
    ('op.alter_column("t", "a", new_column_name="b")', ["RenameColumn t a b"]),
    ('op.alter_column("t", "a", server_default=None)', ["SetDefault t a"]),
    ('op.create_index("i", "t", ["a", "b"], unique=True)', ["CreateIndex t i a, b unique"]),
    ('op.create_index(op.f("i"), "t", [sa.text("lower(a)")])', ["CreateIndex t i lower(a)"]),
    ('op.create_index("i", "t", ["a"], postgresql_concurrently=True)', ["CreateIndex t i a concurrent"]),
    ('op.drop_index("i", table_name="t")', ["DropIndex t i"]),
    ('op.drop_index("i", postgresql_concurrently=True)', ["DropIndex i concurrent"]),
    ('op.create_foreign_key("f", "t", "o", ["a"], ["id"])', ["AddConstraint t foreign key -> o"]),
    (
        'op.create_foreign_key("f", "t", "o", ["a"], ["id"], postgresql_not_valid=True)',
        ["AddConstraint t foreign key -> o not valid"],
    ),
    ('op.create_check_constraint("c", "t", "a > 0")', ["AddConstraint t check a > 0"]),
    ('op.create_unique_constraint("u", "t", ["a"])', ["AddConstraint t unique"]),
    ('op.create_primary_key("p", "t", ["a"])', ["AddConstraint t primary key"]),
    ('op.drop_constraint("c", "t", type_="check")', ["DropConstraint t c"]),
    ('op.rename_table("t", "u")', ["RenameTable t u"]),
    (
        'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))',
        ["CreateTable t id integer not null primary key, a text"],
    ),
    ('op.drop_table("t")', ["DropTable t"]),
    ('op.execute("UPDATE t SET a = 1; DROP TABLE u")', ["Update t a", "DropTable u"]),
    ('op.execute(sa.text("DELETE FROM t"))', ["Delete t"]),
    ('op.get_bind().execute(sa.text("DELETE FROM t"))', ["Delete t"]),
    ('op.get_bind().execute(sa.text("UPDATE t SET a = :a").bindparams(a=1))', ["Update t a"]),
    ('op.execute(sa.table("t", sa.column("a")).update().where(c == 1).values(a=2))', ["Update t a where …"]),
    ('op.execute(sa.table("t").delete())', ["Delete t"]),
    ('op.bulk_insert(sa.table("t"), [{"a": 1}])', ["Insert t"]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "acts"), OPERATIONS)
def test_an_operation_is_what_it_does(operation: str, acts: list[str]) -> None:
    found = migration(file_of(operation), PATH)

    assert said(found) == acts
    assert unread(found) == []


def test_a_batch_knows_its_table() -> None:
    text = file_of(
        'with op.batch_alter_table("t") as batch:',
        '    batch.add_column(sa.Column("a", sa.Text()))',
        '    batch.create_index("i", ["a"])',
        '    batch.drop_column("b")',
    )

    assert said(migration(text, PATH)) == ["AddColumn t a text", "CreateIndex t i a", "DropColumn t b"]


def test_what_is_committed_apart_is_in_no_transaction() -> None:
    text = file_of(
        'op.drop_table("a")',
        "with op.get_context().autocommit_block():",
        '    op.create_index("i", "t", ["a"], postgresql_concurrently=True)',
        'op.drop_table("b")',
    )

    steps = migration(text, PATH).steps

    assert [step.transaction > 0 for step in steps] == [True, False, True]
    assert steps[0].transaction != steps[2].transaction


def test_downgrade_is_what_takes_it_back() -> None:
    found = migration(file_of('op.drop_table("t")', down='op.create_table("t")'), PATH)

    assert said(found) == ["DropTable t"]
    assert len(found.undoing) == 1


def test_a_loop_over_a_list_is_taken_turn_by_turn() -> None:
    text = file_of(
        "for name, column in PAIRS:", "    op.drop_column(name, column)", before='PAIRS = [("t", "a"), ("u", "b")]'
    )

    assert said(migration(text, PATH)) == ["DropColumn t a", "DropColumn u b"]


def test_functions_of_the_file_are_followed() -> None:
    text = file_of('drop("t")', before="def drop(name):\n    op.drop_table(name)\n")

    assert said(migration(text, PATH)) == ["DropTable t"]


PUT_TOGETHER = [
    (['rows = ["DELETE FROM t"]', "if ids:", '    rows += ["DELETE FROM u", "DELETE FROM v"]', "for each in rows:", "    op.execute(sa.text(each))"], ["Delete t", "Delete u", "Delete v"]),
    (["rows = []", "if ids:", '    rows.append("DELETE FROM t")', "    rows.extend(['DELETE FROM u'])", "for each in rows:", "    op.execute(each)"], ["Delete t", "Delete u"]),
    (['for column in ("a", "b"):', '    op.create_index(f"ix_{column}", "t", [column])'], ["CreateIndex t ix_a a", "CreateIndex t ix_b b"]),
    (["rows = []", 'for name in ["a", "b"]:', '    rows.append(f"DROP TABLE {name}")', "for each in rows:", "    op.execute(each)"], ["DropTable a", "DropTable b"]),
    (["if old:", '    sql = "DELETE FROM t"', "else:", '    sql = "DELETE FROM u"', "op.execute(sql)"], ["Delete t", "Delete u"]),
    (['sql = "DELETE FROM t"', 'sql += " WHERE id = 1"', "op.execute(sql)"], ["Delete t where id = 1"]),
    (['op.execute(f"DROP TABLE {NAME}")'], ["DropTable orders"]),
    (['op.execute("DROP TABLE " + NAME)'], ["DropTable orders"]),
    (['op.execute("DROP TABLE {}".format(NAME))'], ["DropTable orders"]),
    (['op.execute("DROP TABLE {name}".format(name=NAME))'], ["DropTable orders"]),
    (['op.execute(f"DELETE FROM t WHERE kind = \'{NAME}\'")'], ["Delete t where kind = 'orders'"]),
    (['for name in ["a", "b"]:', '    sql = sa.text(f"UPDATE {name} SET x = 1")', "    op.execute(sql)"], ["Update a x", "Update b x"]),
    (['for name, n in COUNTS.items():', '    op.execute(f"INSERT INTO t VALUES (\'{uuid.uuid4()}\', \'{name}\', {n})")'], ["Insert t"]),
    (['op.execute("INSERT INTO t VALUES (\'{}\', \'{}\')".format(uuid.uuid4(), now()))'], ["Insert t"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "acts"), PUT_TOGETHER)
def test_what_the_file_itself_puts_together_is_read(lines: list[str], acts: list[str]) -> None:
    constants = 'NAME = "orders"\nCOUNTS = {"a": 20_000}\nimport uuid\n'
    found = migration(file_of(*lines, before=constants), PATH)

    assert said(found) == acts
    assert unread(found) == []


UNREAD = [
    ("name = 'a' if x else 'b'\n    op.execute(f'DROP TABLE {name}')", "its SQL is put together when it runs"),
    (
        "if x:\n        name = 'a'\n    else:\n        name = 'b'\n    op.execute(f'DROP TABLE {name}')",
        "its SQL is put together when it runs",
    ),
    ("op.execute(f\"DO $$ BEGIN EXECUTE '{sql}'; END $$\")", "its SQL is put together when it runs"),
    ("op.execute(f\"DELETE FROM t WHERE a = '{x}'; DROP TABLE {y}\")", "its SQL is put together when it runs"),
    ('op.execute(f"DROP TABLE {name}")', "its SQL is put together when it runs"),
    ('op.execute("DROP TABLE " + name)', "its SQL is put together when it runs"),
    ("op.execute(statement)", "its SQL is put together when it runs"),
    ("op.drop_table(name)", "the table's name is not written here"),
    ('op.sync_enum_values("s", "t", [], [])', "what `op.sync_enum_values` does is not known here"),
    (
        "session = Session(bind=op.get_bind())\n    for row in session.query(Gone).all():\n        row.a = 1",
        "which table `Gone` is of is not known here",
    ),
    ("for name in tables():\n        op.drop_table(name)", "the table's name is not written here"),
]


@pytest.mark.parametrize(("operation", "why"), UNREAD)
def test_what_is_not_written_there_is_said(operation: str, why: str) -> None:
    found = migration(file_of(operation), PATH)

    assert why in [each for _, each in unread(found)]


def test_of_sql_with_holes_what_is_plain_is_judged_all_the_same() -> None:
    found = migration(file_of('op.execute(f"DELETE FROM t WHERE a = {x}; DROP TABLE {y}")'), PATH)

    assert said(found) == ["Delete t where a = {}"]
    assert found.missing is not None


def test_the_type_that_a_column_had_is_taken_from_where_it_is_said() -> None:
    (step,) = migration(file_of('op.alter_column("t", "a", type_=sa.Text(), existing_type=sa.String(9))'), PATH).steps

    assert isinstance(step.act, ChangeType)
    assert step.act.was == Type("varchar", ("9",))


@pytest.mark.parametrize("path", ["alembic/env.py", "alembic/versions/__init__.py", "app/models.py"])
def test_other_files_are_no_migrations(path: str) -> None:
    text = file_of('op.drop_table("t")') if path != "alembic/env.py" else "def upgrade():\n    pass\n"

    assert sql_change(text, path).migrations == ()


def test_a_new_tables_keys_are_what_they_are_in_sql() -> None:
    path = "alembic/versions/abc_next.py"
    columns = 'sa.Column("id", sa.Integer()), sa.Column("user_id", sa.Integer())'
    keys = (
        'sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("to_user")), sa.PrimaryKeyConstraint("id"), '
        'sa.UniqueConstraint("user_id", "id", name="once")'
    )
    by_alembic = judged_tree({path: file_of(f'op.create_table("notes", {columns}, {keys})')}).findings
    by_sql = judged_tree(
        {
            "migrations/0009_change.sql": "CREATE TABLE notes (id integer, user_id integer, CONSTRAINT to_user FOREIGN KEY (user_id)"
            " REFERENCES users (id), PRIMARY KEY (id), CONSTRAINT once UNIQUE (user_id, id));\n"
        }
    ).findings

    told = [(each.rule, each.severity, each.message.partition(" (")[0]) for each in by_alembic]
    assert ("sql/no-lock-timeout", "low") in [(rule, severity) for rule, severity, _ in told]
    assert [(each.rule, each.severity, each.message.partition(" (")[0]) for each in by_sql] == told

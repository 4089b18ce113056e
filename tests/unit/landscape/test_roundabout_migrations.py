"""Migrations that reach the database by a detour: what they do is told, or that it could not be told; never nothing."""

import time

import pytest
from tests.unit.landscape.migrated import migration, said, sql_change, unread
from tests.unit.landscape.touched import Touched

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import Reason

DJANGO = "app/migrations/0002_next.py"
FIRST = (
    "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel("
    'name="User", fields=[("id", models.BigAutoField(primary_key=True)), ("email", models.TextField())])]\n'
)
BEFORE = {"app/migrations/0001_initial.py": FIRST, "app/migrations/__init__.py": "", "app/util.py": ""}
DROPS = ["DropTable app_user cascading"]


def django(body: str, before: str = "", *, behind: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return (
        f"from django.db import migrations, models\n{before}\nclass Migration(migrations.Migration):\n{lines}{behind}"
    )


def running(code: str, before: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in code.split("\n"))
    return django("operations = [migrations.RunPython(run)]", f"{before}\ndef run(apps, editor):\n{lines}")


OPERATIONS = {
    "appended": django('operations = []\noperations.append(migrations.DeleteModel("User"))'),
    "extended": django('operations = []\noperations.extend([migrations.DeleteModel("User")])'),
    "behind the class": django("operations = []", behind='Migration.operations = [migrations.DeleteModel("User")]\n'),
    "under a condition": django('operations = []\nif True:\n    operations = [migrations.DeleteModel("User")]'),
    "replaces what never was": django(
        'replaces = [("app", "0000_none")]\noperations = [migrations.DeleteModel("User")]'
    ),
    "replaces in prose": django('"""\nreplaces = [x]\n"""\noperations = [migrations.DeleteModel("User")]'),
    "spread": django('operations = [*[migrations.DeleteModel("User")]]'),
    "handed out by a function": django(
        "operations = made()", 'def made():\n    return [migrations.DeleteModel("User")]'
    ),
    "under another name": django(
        'operations = [CreateModel("User")]', "from django.db.migrations import DeleteModel as CreateModel"
    ),
    "by the schema editor": running('editor.delete_model(apps.get_model("app", "User"))'),
}


@pytest.mark.parametrize("text", OPERATIONS.values(), ids=OPERATIONS)
def test_operations_of_django_are_found_wherever_they_are_said(text: str) -> None:
    assert [each for each in said(migration(text, DJANGO, others=BEFORE)) if "Run" not in each] == DROPS


SQL = {
    "a statement called noop": django("operations = [migrations.RunSQL(noop)]", 'noop = "DROP TABLE t"'),
    "a function given another name": running('do = editor.execute\ndo("DROP TABLE t")'),
    "a cursor called q": running(
        'with connection.cursor() as q:\n    q.execute("DROP TABLE t")', "from django.db import connection"
    ),
    "a lambda": django('operations = [migrations.RunPython(lambda a, s: s.execute("DROP TABLE t"))]'),
    "at once": django(
        "operations = []", 'from django.db import connection\nconnection.cursor().execute("DROP TABLE t")'
    ),
    "a function near": running("zap(editor)", "from app.zap import zap"),
}


@pytest.mark.parametrize("text", SQL.values(), ids=SQL)
def test_statements_that_code_of_django_runs_are_found(text: str) -> None:
    others = {**BEFORE, "app/zap.py": 'def zap(editor):\n    editor.execute("DROP TABLE t")\n'}

    assert "DropTable t" in said(migration(text, DJANGO, others=others))


UNSURE_OF_DJANGO = {
    "imported": running("zap()", "from app.util import zap"),
    "the system": running('os.system("dropdb app")', "import os"),
    "a command": running('call_command("flush")', "from django.core.management import call_command"),
    "apply": django('operations = []\ndef apply(self, state, editor):\n    editor.execute("DROP TABLE t")'),
    "made by type": 'from django.db import migrations\nMigration = type("Migration", (migrations.Migration,), {})\n',
    "evaluated": running("eval(code)"),
    "an editor's method": running("editor.remove_everything()"),
    "given away": running("thing.take(editor)", "import thing"),
    "operations changed": django("operations = [migrations.RunSQL('SELECT 1')]\noperations.sort(key=len)"),
    "rows that nobody knows": running("apps.team.delete()"),
    "deeper than is followed": running(
        "a0(editor)",
        "".join(f"def a{i}(e):\n    a{i + 1}(e)\n" for i in range(12)) + "def a12(e):\n    e.execute('DROP TABLE t')\n",
    ),
}


@pytest.mark.parametrize("text", UNSURE_OF_DJANGO.values(), ids=UNSURE_OF_DJANGO)
def test_what_django_may_do_besides_is_said_to_be_unknown(text: str) -> None:
    assert migration(text, DJANGO, others=BEFORE).missing is not None


PLAIN = {
    "values": running(
        'for user in apps.get_model("app", "User").objects.filter(email=""):\n    user.email = user.email.strip().lower()\n    user.save()'
    ),
    "a package": running('print(slugify("x"), uuid.uuid4(), len([1]))', "import uuid\nfrom slugify import slugify"),
    "a query": running(
        'User = apps.get_model("app", "User")\nrows = list(User.objects.values_list("id", flat=True))\nprint(rows[0])'
    ),
    "a transaction": running("with transaction.atomic():\n    pass", "from django.db import transaction"),
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_does_nothing_else_raises_no_doubt(text: str) -> None:
    assert unread(migration(text, DJANGO, others=BEFORE)) == []


@pytest.mark.parametrize(("app", "name"), [("app", "0001_initial"), ("formerly", "0007_users")])
def test_a_squash_whose_parts_are_there_does_nothing_to_a_database_in_use(app: str, name: str) -> None:
    text = django(f'replaces = [("{app}", "{name}")]\noperations = [migrations.DeleteModel("User")]')
    others = {**BEFORE, "src/formerly/migrations/0007_users.py": FIRST}

    assert said(migration(text, DJANGO, others=others)) == []


ALEMBIC = "alembic/versions/a.py"


def alembic(body: str, before: str = "", *, behind: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f'from alembic import op\nimport sqlalchemy as sa\nrevision = "a"\n{before}\ndef upgrade():\n{lines}{behind}'


OF_ALEMBIC = {
    "imported": alembic('drop_table("t")', "from alembic.op import drop_table"),
    "imported under a name": alembic('o.drop_table("t")', "from alembic import op as o"),
    "a module under a name": alembic('o.drop_table("t")', "import alembic.op as o"),
    "a variable": alembic('o = op\no.drop_table("t")'),
    "a function in a variable": alembic('f = op.drop_table\nf("t")'),
    "getattr": alembic('getattr(op, "drop_table")("t")'),
    "a list of calls": alembic('x = [op.execute("SELECT 1"), op.drop_table("t")]'),
    "a function called at once": alembic('(lambda: op.drop_table("t"))()'),
    "through seven functions": alembic(
        "a0()", "".join(f"def a{i}():\n    a{i + 1}()\n" for i in range(6)) + 'def a6():\n    op.drop_table("t")\n'
    ),
    "upgrade is a lambda": 'from alembic import op\nrevision = "a"\nupgrade = lambda: op.drop_table("t")\n',
    "at once": alembic("pass", 'op.drop_table("t")'),
    "a table's own method": alembic('sa.Table("t", sa.MetaData()).drop(op.get_bind())'),
    "joined": alembic('op.get_bind().exec_driver_sql(" ".join(["DROP TABLE", "t"]))'),
}


@pytest.mark.parametrize("text", OF_ALEMBIC.values(), ids=OF_ALEMBIC)
def test_operations_of_alembic_are_found_wherever_they_are_said(text: str) -> None:
    assert "DropTable t" in said(migration(text, ALEMBIC))


def test_rows_of_a_class_that_the_migration_defines_are_of_its_table() -> None:
    users = 'class User(Base):\n    __tablename__ = "users"\n'

    found = migration(
        alembic("session = sa.orm.Session(bind=op.get_bind())\nsession.query(User).delete()", users), ALEMBIC
    )

    assert said(found) == ["Delete users"]


UNSURE_OF_ALEMBIC = {
    "all tables": alembic("sa.MetaData().drop_all(op.get_bind())"),
    "an operation that is invoked": alembic('op.invoke(DropTableOp("t"))'),
    "another file": alembic("h.run()", "from . import helpers as h"),
    "a session's rows": alembic(
        "s = orm.Session(bind=op.get_bind())\ns.query(User).delete()", "from sqlalchemy import orm"
    ),
    "put together": alembic('op.get_bind().exec_driver_sql("DROP TABLE " + "t" if yes else "")'),
    "no upgrade": 'from alembic import op\nrevision = "a"\ndown_revision = None\nglobals()["up" + "grade"] = 1\n',
}


@pytest.mark.parametrize("text", UNSURE_OF_ALEMBIC.values(), ids=UNSURE_OF_ALEMBIC)
def test_what_alembic_may_do_besides_is_said_to_be_unknown(text: str) -> None:
    assert migration(text, ALEMBIC).missing is not None


RAILS = "db/migrate/20240101000000_x.rb"


def rails(*lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"class X < ActiveRecord::Migration[7.0]\n  def up\n{body}  end\nend\n"


OF_RAILS = {
    "sent": rails("send(:drop_table, :t)"),
    "a connection in a variable": rails("c = ActiveRecord::Base.connection", 'c.execute("DROP TABLE t")'),
    "of the connection": rails("ActiveRecord::Base.connection.drop_table(:t)"),
    "by `define_method`": "class X < ActiveRecord::Migration[7.0]\n  define_method(:up) { drop_table :t }\nend\n",
    "by `Class.new`": "X = Class.new(ActiveRecord::Migration[7.0]) do\n  def up\n    drop_table :t\n  end\nend\n",
    "the first of two": rails("drop_table :t") + rails("add_column :a, :b, :integer").replace("class X", "class Y"),
    "by `update`": rails('update("DROP TABLE t")'),
    "by `select_value`": rails('select_value("DROP TABLE t")'),
}


@pytest.mark.parametrize("text", OF_RAILS.values(), ids=OF_RAILS)
def test_operations_of_rails_are_found_wherever_they_are_said(text: str) -> None:
    assert "DropTable t" in said(migration(text, RAILS))


UNSURE_OF_RAILS = {
    "the system": rails("`dropdb app`"),
    "a file that is loaded": rails('load Rails.root.join("db/zap.rb")'),
    "a service": rails("Zap.new.call"),
    "a class's own": rails("User.recalculate!"),
    "a name alone": rails("zap_everything"),
    "nothing but a module": "class X < ActiveRecord::Migration[7.0]\n  include Zap\nend\n",
    "evaluated": rails("eval(code)"),
}


@pytest.mark.parametrize("text", UNSURE_OF_RAILS.values(), ids=UNSURE_OF_RAILS)
def test_what_rails_may_do_besides_is_said_to_be_unknown(text: str) -> None:
    assert migration(text, RAILS).missing is not None


KNEX = "migrations/20240101_next.js"
OF_KNEX = {
    "in brackets": 'exports.up = (knex) => knex.schema["dropTable"]("t");',
    "a variable": 'exports.up = async (knex) => { const s = knex.schema; await s.dropTable("t"); };',
    "taken apart": 'exports.up = async ({ schema: s }) => { await s.dropTable("t"); }; // knex',
    "taken apart later": 'exports.up = async (knex) => { const { raw: r } = knex; await r("DROP TABLE t"); };',
    "bound": 'exports.up = async (knex) => { const r = knex.raw.bind(knex); await r("DROP TABLE t"); };',
    "by name": 'function up(knex) { return knex.schema.dropTable("t"); }\nmodule.exports = { up };',
}


@pytest.mark.parametrize("text", OF_KNEX.values(), ids=OF_KNEX)
def test_calls_of_knex_are_found_wherever_they_are_said(text: str) -> None:
    assert "DropTable t" in said(migration(text, KNEX))


UNSURE_OF_SCRIPTS = [
    ("const zap = require('../zap');\nexports.up = (knex) => zap(knex);", KNEX),
    ("import zap from './zap';\nexport const up = async (knex) => { await zap.run(); };", KNEX),
    ("exports.up = (knex) => knex.obliterate('t');", KNEX),
    ("exports.up = wrapped(async (knex) => knex.schema.dropTable('t'));", KNEX),
    (
        "export class X implements MigrationInterface { async up(q: QueryRunner) { await q.obliterate(); } }",
        "src/migrations/1-X.ts",
    ),
    (
        "export class X implements MigrationInterface { async up(q: QueryRunner) { await zap(q); } }",
        "src/migrations/1-X.ts",
    ),
]


@pytest.mark.parametrize(("text", "path"), UNSURE_OF_SCRIPTS)
def test_what_a_script_may_do_besides_is_said_to_be_unknown(text: str, path: str) -> None:
    assert migration(text, path).missing is not None


def test_a_query_runners_method_may_be_bound() -> None:
    body = 'const q = runner.query.bind(runner); await q("DROP TABLE t");'
    text = f"export class X implements MigrationInterface {{ async up(runner: QueryRunner) {{ {body} }} }}"

    assert said(migration(text, "src/migrations/1-X.ts")) == ["DropTable t"]


LOG = '{"databaseChangeLog":[{"changeSet":{"id":"1","author":"a","changes":[{"dropTable":{"tableName":"t"}}]}}]}'
XML = '<databaseChangeLog><changeSet id="1"><dropTable tableName="t"/></changeSet></databaseChangeLog>'


@pytest.mark.parametrize(("text", "path"), [(LOG, "db/changelog/a.json"), (XML, "db/parts/first.xml")])
def test_a_change_log_may_be_json_and_lie_anywhere(text: str, path: str) -> None:
    assert said(migration(text, path)) == ["DropTable t"]


CHANGE_LOG = "src/main/resources/db/changelog/root.xml"
BELOW = {"src/main/resources/db/changelog/changes/1.xml": "", "src/main/resources/db/changelog/changes/3.xml": ""}
MISSING = [
    '<include file="changes/2.xml" relativeToChangelogFile="true"/>',
    '<include file="db/changelog/changes/2.xml"/>',
    '<includeAll path="more/" relativeToChangelogFile="true"/>',
]
THERE = [
    '<include file="classpath:db/changelog/changes/3.xml"/>',
    '<include file="changes/1.xml" relativeToChangelogFile="true"/>',
    '<include file="db/changelog/changes/3.xml"/>',
    '<includeAll path="changes/" relativeToChangelogFile="true"/>',
    '<include file="${folder}/9.xml"/>',
]


@pytest.mark.parametrize("line", MISSING)
def test_what_a_change_log_includes_and_is_not_there_is_said(line: str) -> None:
    found = migration(f"<databaseChangeLog>{line}</databaseChangeLog>", CHANGE_LOG, others=BELOW)

    assert found.missing is not None
    assert "is not in the repository" in found.missing.detail


@pytest.mark.parametrize("line", THERE)
def test_what_a_change_log_includes_and_is_there_is_read_for_itself(line: str) -> None:
    assert migration(f"<databaseChangeLog>{line}</databaseChangeLog>", CHANGE_LOG, others=BELOW).missing is None


def test_what_a_change_log_includes_is_said_where_nobody_reads_it() -> None:
    text = '<databaseChangeLog><include file="zap.groovy"/></databaseChangeLog>'

    assert migration(text, "changelog/a.xml").missing is not None


TEN = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
AGAIN_AND_AGAIN = {
    ALEMBIC: alembic(
        "\n".join("    " * i + f"for a{i} in {TEN}:" for i in range(7)) + "\n" + "    " * 7 + 'op.drop_table("t")'
    ),
    "alembic/versions/b.py": alembic(
        "f0()",
        "".join(f"def f{i}():\n" + f"    f{i + 1}()\n" * 40 for i in range(6)) + 'def f6():\n    op.drop_table("t")\n',
    ),
    RAILS: rails(*[f"{TEN}.each do |a|"] * 7, "drop_table :t", *["end"] * 7),
    KNEX: "exports.up = (knex) => {"
    + f"for (const a of {TEN}) {{" * 7
    + 'knex.schema.dropTable("t");'
    + "}" * 7
    + "};",
}


@pytest.mark.parametrize("path", AGAIN_AND_AGAIN)
def test_what_is_done_again_and_again_is_followed_so_far_and_then_said_to_be_unread(path: str) -> None:
    began = time.process_time()
    found = migration(AGAIN_AND_AGAIN[path], path)

    assert time.process_time() - began < 1
    assert said(found) == ["DropTable t"]
    assert "again and again" in unread(found)[0][1]


def test_a_library_that_has_to_do_with_migrations_is_none() -> None:
    text = "class Migration(object):\n    def __init__(self):\n        self.hints = []\n"

    assert sql_change(text, "data/migrations/operator.py").migrations == ()


UNSUPPORTED = {
    "db/migration/V2__Zap.java": "public class V2__Zap extends BaseJavaMigration { public void migrate(Context c) {} }",
    "database/migrations/2024_01_01_zap.php": "return new class extends Migration { public function up() {} };",
    "Migrations/20240101_Zap.cs": "public partial class Zap : Migration { void Up(MigrationBuilder b) {} }",
    "priv/repo/migrations/2024_zap.exs": "defmodule Zap do\n  use Ecto.Migration\nend\n",
    "migrations/20240101-zap.js": "module.exports = { up: (queryInterface) => queryInterface.dropTable('t') };",
    "src/migrations/Migration2024.ts": "export class Zap extends Migration {\n  async up() { this.addSql('DROP TABLE t'); }\n}\n",
}


@pytest.mark.parametrize("path", UNSUPPORTED)
def test_tools_that_nobody_here_reads_are_called_by_name(path: str) -> None:
    found = migration(UNSUPPORTED[path], path)

    assert found.missing is not None
    assert found.missing.reason is Reason.UNSUPPORTED
    assert "not read yet" in found.missing.detail


IN_GO = """package migration

func init() {
    migrations = append(migrations, &xormigrate.Migration{
        ID: "2024",
        Migrate: func(tx *xorm.Engine) error {
            query := "CREATE INDEX IF NOT EXISTS by_a ON t (a)"
            if db.Type() == schemas.MYSQL {
                query = "CREATE INDEX by_a ON t (a)"
            }
            // "DROP TABLE commented"
            _, err := tx.Exec(query + `update it`)
            tx.Exec(`
ALTER TABLE t
    DROP COLUMN b`)
            return err
        },
        Rollback: func(tx *xorm.Engine) error { tx.Exec("DROP INDEX by_a"); return nil },
    })
}
"""


def test_sql_that_stands_in_a_migration_in_go_is_read_and_the_rest_is_not_known() -> None:
    found = migration(IN_GO, "pkg/migration/2024.go")

    assert said(found) == ["CreateIndex t by_a a conditional", "DropColumn t b"]
    assert [act.line for deed in found.deeds for act in deed.acts] == [7, 15]
    assert [type(act).__name__ for deed in found.undoing for act in deed.acts] == ["DropIndex"]
    assert found.missing is not None
    assert "besides the SQL that stands in it is not read" in found.missing.detail


def test_a_migration_in_go_without_sql_is_not_known() -> None:
    found = migration("func init() { goose.AddMigrationContext(up, down) }", "migrations/2_zap.go")

    assert said(found) == []
    assert found.missing is not None


def test_their_files_count_as_not_examined() -> None:
    path = RepoPath("migrations/20240101-zap.js")
    told = {path: migration(UNSUPPORTED[path], path).missing}

    (file,) = Touched({path: (None, UNSUPPORTED[path])}).coverage(told).files

    assert file.missing is not None
    assert "Sequelize" in file.missing.detail

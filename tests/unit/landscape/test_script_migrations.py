"""What migrations of Knex and TypeORM do to a database."""

import pytest
from tests.unit.landscape.migrated import migration, said, sql_change, unread

from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.migrations import Together

KNEX = "migrations/20240102_next.js"
TYPEORM = "src/migration/1690000000000-Next.ts"


def knex(*lines: str, more: str = "") -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f"exports.up = async function (knex) {{\n{body}}};\n\nexports.down = (knex) => knex.schema.dropTable('back');\n{more}"


def typeorm(*lines: str, more: str = "") -> str:
    body = "".join(f"        {line}\n" for line in lines)
    head = 'import { MigrationInterface, QueryRunner } from "typeorm";\n\nexport class Next1690 implements MigrationInterface {\n'
    down = '    public async down(queryRunner: QueryRunner): Promise<void> {\n        await queryRunner.query("SELECT 1");\n    }\n}\n'
    return f"{head}{more}    public async up(queryRunner: QueryRunner): Promise<void> {{\n{body}    }}\n{down}"


OF_KNEX = [
    (
        "await knex.schema.createTable('users', (t) => { t.increments(); t.string('name', 20).notNullable(); });",
        ["CreateTable users id integer identity primary key, name varchar(20) not null"],
    ),
    (
        "await knex.schema.alterTable('users', function (table) {\n    table.integer('age');\n    table.dropColumn('name');\n  });",
        ["AddColumn users age integer", "DropColumn users name"],
    ),
    (
        "await knex.schema.table('users', t => t.integer('team').unsigned().references('id').inTable('teams').index())",
        ["AddColumn users team integer foreign key -> teams", "CreateIndex users team"],
    ),
    (
        "await knex.schema.alterTable('users', (t) => { t.string('name').notNullable().alter(); });",
        ["ChangeType users name varchar(255) redefined", "SetNotNull users name"],
    ),
    (
        "await knex.schema.alterTable('users', (t) => { t.renameColumn('a', 'b'); t.unique(['b']); t.index(['a', 'b'], 'i'); });",
        ["RenameColumn users a b", "AddConstraint users unique", "CreateIndex users i a, b"],
    ),
    (
        "await knex.schema.alterTable('users', (t) => { t.foreign('a').references('teams.id'); t.dropForeign('b'); t.setNullable('c'); t.dropNullable('d'); });",
        [
            "AddConstraint users foreign key -> teams",
            "DropConstraint users of b",
            "DropNotNull users c",
            "SetNotNull users d",
        ],
    ),
    ("await knex.schema.dropTableIfExists('users').dropTable('teams');", ["DropTable users conditional", "DropTable teams"]),
    ("await knex.schema.renameTable('users', 'people');", ["RenameTable users people"]),
    ("await knex.raw('UPDATE users SET age = 1');", ["Update users age"]),
    ("await knex.schema.raw(`DROP TABLE a; DROP TABLE b`);", ["DropTable a", "DropTable b"]),
    ("await knex('users').where({ age: null }).update({ age: 1 });", ["Update users where …"]),
    ("await knex('users').del();", ["Delete users"]),
    ("return knex.schema.hasTable('users').then((exists) => {\n    if (exists) { return knex.schema.dropTable('users'); }\n  });", ["DropTable users"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "acts"), OF_KNEX)
def test_a_call_of_knex_is_what_it_does(line: str, acts: list[str]) -> None:
    found = migration(knex(line), KNEX)

    assert said(found) == acts
    assert unread(found) == []
    assert len(found.undoing) == 1


def test_a_module_of_typescript_hands_its_functions_out() -> None:
    text = 'import { Knex } from "knex";\nexport async function up(knex: Knex): Promise<void> {\n  await knex.schema.dropTable("a");\n}\n'

    assert said(migration(text, "migrations/1_a.ts")) == ["DropTable a"]


OF_TYPEORM = [
    ('await queryRunner.query(`ALTER TABLE "users" ADD "age" integer NOT NULL`);', ["AddColumn users age integer not null"]),
    ('await queryRunner.addColumn("users", new TableColumn({ name: "age", type: "int", isNullable: true }));', ["AddColumn users age int"]),
    ('await queryRunner.dropColumn("users", "age");', ["DropColumn users age"]),
    ('await queryRunner.renameColumn("users", "age", "years");', ["RenameColumn users age years"]),
    ('await queryRunner.createIndex("users", new TableIndex({ name: "i", columnNames: ["age"] }));', ["CreateIndex users i age"]),
    (
        'await queryRunner.createForeignKey("users", new TableForeignKey({ columnNames: ["team"], referencedTableName: "teams", referencedColumnNames: ["id"] }));',
        ["AddConstraint users foreign key -> teams"],
    ),
    (
        'await queryRunner.createTable(new Table({ name: "users", columns: [{ name: "id", type: "int", isPrimary: true }] }), true);',
        ["CreateTable users id int not null conditional"],
    ),
    (
        'await queryRunner.createUniqueConstraints("users", [new TableUnique({ name: "u", columnNames: ["a", "b"] })]);',
        ["AddConstraint users unique"],
    ),
    (
        'await queryRunner.createCheckConstraint("users", new TableCheck({ name: "c", expression: "age > 0" }));',
        ["AddConstraint users check age > 0"],
    ),
    (
        'await queryRunner.createExclusionConstraints("users", [new TableExclusion({ expression: "USING gist (a WITH =)" })]);',
        ["AddConstraint users exclusion USING gist (a WITH =)"],
    ),
    ('await queryRunner.createPrimaryKey("users", ["a"]);', ["AddConstraint users primary key"]),
    (
        'await queryRunner.updatePrimaryKeys("users", [new TableColumn({ name: "b", type: "uuid" })]);',
        ["DropConstraint users primary key", "AddConstraint users primary key"],
    ),
    ('await queryRunner.dropForeignKeys("users", ["f", "g"]);', ["DropConstraint users f", "DropConstraint users g"]),
    ('await queryRunner.dropIndices("users", [new TableIndex({ name: "i", columnNames: ["a"] })]);', ["DropIndex users i"]),
    ('await queryRunner.dropView("people");', ["Drop view people"]),
    (
        'await queryRunner.addColumns("users", [new TableColumn({ name: "n", type: "varchar", length: "80", isNullable: true })]);',
        ["AddColumn users n varchar(80)"],
    ),
    (
        'await queryRunner.changeColumn("users", "a", new TableColumn({ name: "b", type: "numeric", precision: 8, scale: 2 }));',
        ["ChangeType users a numeric(8,2) redefined remade", "RenameColumn users a b", "SetNotNull users b"],
    ),
    ('await queryRunner.dropTable("users");', ["DropTable users"]),
    ('await queryRunner.clearTable("users");', ["Truncate users"]),
    ('for (const name of ["a", "b"]) {\n            await queryRunner.dropTable(name);\n        }', ["DropTable a", "DropTable b"]),
    ("await this.tidy(queryRunner);", ["DropTable tidy"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "acts"), OF_TYPEORM)
def test_a_call_of_a_query_runner_is_what_it_does(line: str, acts: list[str]) -> None:
    tidy = '    async tidy(runner: QueryRunner) {\n        await runner.dropTable("tidy");\n    }\n\n'

    found = migration(typeorm(line, more=tidy), TYPEORM)

    assert said(found) == acts
    assert unread(found) == []
    assert len(found.undoing) == 1


def test_a_transaction_is_left_out_where_it_says_so() -> None:
    assert migration(knex("await knex.raw('VACUUM');"), KNEX).together is Together.YES
    assert migration(knex(more="exports.config = { transaction: false };\n"), KNEX).together is Together.NO
    assert migration(typeorm(more="    transaction = false;\n"), TYPEORM).together is Together.NO


def test_the_database_is_told_by_the_folder() -> None:
    assert migration(typeorm(), "src/migrations/sqlite/1-Next.ts").dialect is Dialect.SQLITE


def test_lines_are_those_of_the_source() -> None:
    found = migration(typeorm("await queryRunner.query(`", "DROP TABLE a;", "DROP TABLE b;", "`);"), TYPEORM)

    assert [deed.line for deed in found.deeds] == [6, 7]


UNREAD = [
    (knex("await knex.raw(`DROP TABLE ${name}`);"), KNEX),
    (knex("await knex.schema.dropTable(name);"), KNEX),
    (knex("await knex.schema.alterTable('users', work);"), KNEX),
    ("const knex = require('knex');\nmodule.exports = { ...steps };\n", KNEX),
    (typeorm("await queryRunner.query(`DROP TABLE ${name}`);"), TYPEORM),
    (typeorm("await queryRunner.query(statement);"), TYPEORM),
    (typeorm("await queryRunner.dropTable(name);"), TYPEORM),
    (typeorm('await queryRunner.changeColumn("users", "a", changed);'), TYPEORM),
]


@pytest.mark.parametrize(("text", "path"), UNREAD)
def test_what_is_not_written_there_is_said(text: str, path: str) -> None:
    assert migration(text, path).missing is not None


@pytest.mark.parametrize("path", ["src/users.ts", "migrations/index.js", "src/migrations/types.ts"])
def test_other_files_are_no_migrations(path: str) -> None:
    assert sql_change("export const tables = ['users'];\nexport type Up = () => void;\n", path).migrations == ()


LIB = {
    "lib/rebuild.js": (
        "const { drop } = require('./more/drop');\n"
        "exports.rebuild = async (knex, table) => {\n"
        "  await knex.raw('LOCK TABLE ?? IN ACCESS EXCLUSIVE MODE', [table]);\n"
        "  await drop(knex, table);\n"
        "  await knex.raw('ALTER TABLE ?? RENAME TO ??', [`${table}_copy`, table]);\n"
        "};\n"
        "module.exports.clear = (knex, table) => knex(table).del();\n"
        "exports.built = async (knex, name) => { await knex.raw(name()); };\n"
    ),
    "lib/more/drop.ts": "export async function drop(knex: Knex, table: string) { await knex.raw('DROP TABLE :name: CASCADE', { name: table }); }\n",
    "lib/only.ts": "export default async function only(knex: Knex) { await knex.schema.dropTable('only'); }\n",
    "lib/index.js": "module.exports = { all };\nasync function all(knex) { await knex.schema.dropTable('all'); }\n",
}
REBUILT = ["Lock guests access exclusive", "DropTable guests cascading", "RenameTable guests_copy guests"]
ELSEWHERE = [
    ("const { rebuild } = require('../lib/rebuild');", "await rebuild(knex, 'guests');", REBUILT),
    ("const lib = require('../lib/rebuild.js');", "await lib.rebuild(knex, 'guests');", REBUILT),
    ("import { clear as empty } from '../lib/rebuild';", "await empty(knex, 'guests');", ["Delete guests"]),
    ("import only from '../lib/only.js';", "await only(knex);", ["DropTable only"]),
    ("const { all } = require('../lib');", "await all(knex);", ["DropTable all"]),
    ("", "await require('../lib/rebuild').clear(knex, 'guests');", ["Delete guests"]),
]


@pytest.mark.parametrize(("head", "line", "acts"), ELSEWHERE)
def test_a_function_of_another_file_of_the_repository_is_followed(head: str, line: str, acts: list[str]) -> None:
    found = migration(f"{head}\n{knex(line)}", KNEX, others=LIB)

    assert said(found) == acts
    assert {deed.line for deed in found.deeds} == {3}
    assert unread(found) == []


def test_a_query_runner_is_followed_into_another_file() -> None:
    others = {
        "src/lib/tables.ts": "export async function gone(runner: QueryRunner) { await runner.dropTable('gone'); }\n"
    }
    text = 'import { gone } from "../lib/tables";\n' + typeorm("await gone(queryRunner);")

    assert said(migration(text, TYPEORM, others=others)) == ["DropTable gone"]


NOT_FOLLOWED = [
    ("const { rebuild } = require('../lib/nowhere');", "await rebuild(knex, 'guests');"),
    ("const { other } = require('../lib/rebuild');", "await other(knex);"),
    ("const { built } = require('../lib/rebuild');", "await built(knex, name);"),
    ("const { clear } = require('../lib/rebuild');", "await clear(knex, table);"),
]


@pytest.mark.parametrize(("head", "line"), NOT_FOLLOWED)
def test_what_cannot_be_followed_is_said(head: str, line: str) -> None:
    assert migration(f"{head}\n{knex(line)}", KNEX, others=LIB).missing is not None


FILLED = [
    ("await knex.raw('DROP TABLE ?? /* ? */', ['a']);", ["DropTable a"]),
    ("await knex.raw('UPDATE ?? SET b = ? WHERE ?? = 1', ['a', 2, 'c']);", ["Update a b where c = 1"]),
    ("await knex.raw('UPDATE :t: SET b = :v WHERE c = 1::int', { t: 'a', v: 2 });", ["Update a b where c = 1::int"]),
]


@pytest.mark.parametrize(("line", "acts"), FILLED)
def test_names_that_are_bound_into_a_statement_are_its_names(line: str, acts: list[str]) -> None:
    assert said(migration(knex(line), KNEX)) == acts


NAME = "a table whose name is not written here"
ANY_TABLE = [
    (
        knex("await knex.schema.alterTable(name, (t) => { t.uuid('key').defaultTo(knex.raw('gen_random_uuid()')); t.dropColumn('a'); });"),
        KNEX,
        [f"AddColumn {NAME} key uuid default gen_random_uuid()"],
    ),
    (
        typeorm("for (const t of await queryRunner.getTables()) {", "await queryRunner.createIndex(t, new TableIndex({ columnNames: ['a'] }));", "}"),
        TYPEORM,
        [f"CreateIndex {NAME} a"],
    ),
    (knex("await knex.schema.dropTable(name);"), KNEX, []),
    (
        knex("await knex.schema.createTable(name, (t) => { t.increments(); });", "await knex.schema.alterTable(name, (t) => { t.index(['a']); });"),
        KNEX,
        [],
    ),
    (
        ("from alembic import op\nimport sqlalchemy as sa\nrevision = 'a'\ndown_revision = None\n\n\ndef upgrade():\n    for name in tables():\n"
        "        op.create_index(f'ix_{name}', name, ['a'])\n        op.drop_column(name, 'b')\n"),
        "alembic/versions/a_next.py",
        [f"CreateIndex {NAME} ix_… a"],
    ),
    (
        ("class Next < ActiveRecord::Migration[7.1]\n  def change\n    connection.tables.each do |name|\n      add_index name, :a\n"
        "      remove_column name, :b\n    end\n  end\nend\n"),
        "db/migrate/20240102030405_next.rb",
        [f"CreateIndex {NAME} a"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "acts"), ANY_TABLE)
def test_what_is_done_to_any_table_is_known_beside_what_is_not(text: str, path: str, acts: list[str]) -> None:
    found = migration(text, path)

    assert said(found) == acts
    assert found.missing is not None

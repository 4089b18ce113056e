"""What the methods of a Rails migration do to a database."""

import pytest
from tests.unit.landscape.migrated import migration, said, sql_change, unread

from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.migrations import Together

PATH = "db/migrate/20240102030405_next.rb"


def file_of(*lines: str, method: str = "change", more: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"class Next < ActiveRecord::Migration[7.1]\n{more}  def {method}\n{body}  end\nend\n"


OPERATIONS = [
    ("add_column :users, :age, :integer", ["AddColumn users age integer"]),
    ("add_column :users, :age, :integer, null: false", ["AddColumn users age integer not null"]),
    ('add_column("users", "name", :string, limit: 20, default: "")', ["AddColumn users name varchar(20) default ''"]),
    (
        'add_column :users, :key, :uuid, default: -> { "gen_random_uuid()" }',
        ["AddColumn users key uuid default gen_random_uuid()"],
    ),
    ("add_column :users, :rate, :decimal, :precision => 8, :scale => 2", ["AddColumn users rate numeric(8,2)"]),
    ('add_column :users, :full, :virtual, type: :string, as: "a || b", stored: true', ["AddColumn users full stored"]),
    ("remove_column :users, :age, :integer", ["DropColumn users age"]),
    ("remove_columns :users, :age, :name", ["DropColumn users age", "DropColumn users name"]),
    ("rename_column :users, :age, :years", ["RenameColumn users age years"]),
    ("rename_table :users, :people", ["RenameTable users people"]),
    ("change_column :users, :age, :bigint", ["ChangeType users age bigint"]),
    ("change_column_null :users, :age, false", ["SetNotNull users age"]),
    ("change_column_null :users, :age, false, 0", ["Update users age where age IS NULL", "SetNotNull users age"]),
    ("change_column_null :users, :age, true", ["DropNotNull users age"]),
    ("change_column_default :users, :age, from: nil, to: 1", ["SetDefault users age 1"]),
    ("add_index :users, :age", ["CreateIndex users age"]),
    (
        "add_index :users, %i[age name], unique: true, algorithm: :concurrently",
        ["CreateIndex users age, name unique concurrent"],
    ),
    ("remove_index :users, :age", ["DropIndex users index_users_on_age"]),
    ("remove_index :users, name: :by_age, algorithm: :concurrently", ["DropIndex users by_age concurrent"]),
    ("add_foreign_key :users, :teams", ["AddConstraint users foreign key -> teams"]),
    ("add_foreign_key :users, :teams, validate: false", ["AddConstraint users foreign key -> teams not valid"]),
    ("validate_foreign_key :users, :teams", ["ValidateConstraint users teams"]),
    ('add_check_constraint :users, "age > 0", name: "c", validate: false', ["AddConstraint users check age > 0 not valid"]),
    (
        "add_reference :users, :team, foreign_key: true",
        ["AddColumn users team_id bigint", "CreateIndex users team_id", "AddConstraint users foreign key -> teams"],
    ),
    (
        "add_reference :users, :boss, index: { algorithm: :concurrently }, foreign_key: { to_table: :users, validate: false }",
        [
            "AddColumn users boss_id bigint",
            "CreateIndex users boss_id concurrent",
            "AddConstraint users foreign key -> users not valid",
        ],
    ),
    ("add_belongs_to :users, :team, index: false", ["AddColumn users team_id bigint"]),
    (
        "create_table :users do |t|\n      t.string :name, null: false\n      t.timestamps\n    end",
        ["CreateTable users name varchar not null"],
    ),
    ("create_table :users, force: :cascade do |t|\n    end", ["DropTable users conditional cascading", "CreateTable users"]),
    ("drop_table :users", ["DropTable users"]),
    ("drop_table :users do |t|\n      t.string :name\n    end", ["DropTable users"]),
    (
        "change_table :users, bulk: true do |t|\n      t.remove :age\n      t.string :name\n      t.change_null :key, false\n      t.index [:a, :b]\n    end",
        ["DropColumn users age", "AddColumn users name varchar", "SetNotNull users key", "CreateIndex users a, b"],
    ),
    ('execute "DROP TABLE old"', ["DropTable old"]),
    ("execute <<~SQL.squish\n      UPDATE users\n      SET age = 1;\n    SQL", ["Update users age"]),
    ("safety_assured { remove_column :users, :age }", ["DropColumn users age"]),
    ("safety_assured do\n      drop_table :users\n    end", ["DropTable users"]),
    ('User.update_all("age = 1")', ["Update users"]),
    ("User.where(age: nil).update_all(age: 1)", ["Update users where age IS NULL"]),
    ("User.where(age: nil).in_batches.update_all(age: 1)", ["Update users where age IS NULL limited in_turn"]),
    ("LineItem.unscoped.delete_all", ["Delete line_items"]),
    ("User.find_each { |user| user.update!(age: 1) }", ["Update users limited in_turn"]),
    ('ActiveRecord::Base.connection.execute("DROP TABLE old")', ["DropTable old"]),
    ("add_column :users, :age, :integer unless column_exists?(:users, :age)", ["AddColumn users age integer"]),
    ("if connection.supports?\n      drop_table :users\n    else\n      drop_table :people\n    end", ["DropTable users", "DropTable people"]),
    ("[:users, :teams].each { |t| drop_table t }", ["DropTable users", "DropTable teams"]),
    ("reversible do |dir|\n      dir.up { drop_table :users }\n      dir.down { create_table :users }\n    end", ["DropTable users"]),
    ("enable_extension :citext", ["Create extension citext"]),
    ('say "done"', []),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "acts"), OPERATIONS)
def test_a_method_is_what_it_does(operation: str, acts: list[str]) -> None:
    found = migration(file_of(operation), PATH)

    assert said(found) == acts
    assert unread(found) == []


def test_up_is_done_and_down_takes_it_back() -> None:
    text = file_of("drop_table :a", method="up").replace(
        "  end\nend", "  end\n\n  def down\n    create_table :a\n  end\nend"
    )

    found = migration(text, PATH)

    assert said(found) == ["DropTable a"]
    assert len(found.undoing) == 1


def test_methods_of_the_class_are_followed() -> None:
    found = migration(
        file_of(
            "tidy",
            "drop :b",
            more="  def tidy\n    drop_table :a\n  end\n\n  def drop(name)\n    drop_table name\n  end\n",
        ),
        PATH,
    )

    assert said(found) == ["DropTable a", "DropTable b"]


def test_a_class_of_its_own_says_its_table() -> None:
    own = '  class Person < ActiveRecord::Base\n    self.table_name = "humans"\n  end\n'

    assert said(migration(file_of("Person.delete_all", more=own), PATH)) == ["Delete humans"]


def test_a_transaction_is_left_out_where_the_class_says_so() -> None:
    assert migration(file_of(), PATH).together is Together.YES
    assert migration(file_of(more="  disable_ddl_transaction!\n"), PATH).together is Together.NO


def test_the_database_is_told_by_its_configuration() -> None:
    others = {"config/database.yml": "default: &default\n  adapter: mysql2\n"}

    assert migration(file_of("drop_table :a"), PATH, others=others).dialect is Dialect.MYSQL


def test_lines_are_those_of_the_source() -> None:
    found = migration(file_of("execute <<~SQL", "  DROP TABLE a;", "", "  DROP TABLE b;", "SQL", "drop_table :c"), PATH)

    assert [deed.line for deed in found.deeds] == [4, 6, 8]


UNREAD = [
    ('execute "DROP TABLE #{name}"', "its SQL is put together when it runs"),
    ("execute(statement)", "its SQL is put together when it runs"),
    ("drop_table name", "the table's name is not written here"),
    ("tables.each { |t| drop_table t }", "the table's name is not written here"),
    ("change_table(:users, &work)", "what is done to `users` is not written here"),
    ("revert do\n      create_table :a\n    end", "it does the contrary of what stands there"),
]


@pytest.mark.parametrize(("operation", "why"), UNREAD)
def test_what_is_not_written_there_is_said(operation: str, why: str) -> None:
    assert why in [each for _, each in unread(migration(file_of(operation), PATH))]


@pytest.mark.parametrize("path", ["app/models/user.rb", "db/seeds.rb", "db/schema.rb"])
def test_other_files_are_no_migrations(path: str) -> None:
    assert sql_change(file_of("drop_table :a"), path).migrations == ()


SCHEMA = {
    "db/schema.rb": 'ActiveRecord::Schema[7.1].define(version: 1) do\n  create_table "spree_payments" do |t|\n  end\nend\n'
}


@pytest.mark.parametrize(
    ("line", "others", "table"),
    [
        ("Spree::Payment.update_all(a: 1)", SCHEMA, "spree_payments"),
        ("Spree::Payment.update_all(a: 1)", {}, "payments"),
        ("Spree::Order.update_all(a: 1)", SCHEMA, "orders"),
        ("ActiveStorage::Blob.update_all(a: 1)", {}, "active_storage_blobs"),
    ],
)
def test_a_class_in_a_module_is_of_the_table_that_is_there(line: str, others: dict[str, str], table: str) -> None:
    found = migration(file_of(line), PATH, others=others)

    assert said(found) == [f"Update {table}"]


def test_what_a_changed_table_does_without_its_block_s_name_is_done_too() -> None:
    text = file_of("change_table :users, bulk: true do", "  remove_column :users, :age, :integer", "  t.nothing", "end")

    found = migration(text, PATH)

    assert said(found) == ["DropColumn users age"]


def test_flags_and_settings_are_no_doubt() -> None:
    text = file_of("Flipper.enable_group(:a, :b)", "name = ActiveStorage::Blob.service.name")

    assert unread(migration(text, PATH)) == []


BROKEN = [
    "    execute <<~SQL\n      UPDATE users SET locale = 'de'\n        WHERE locale IS NULL",
    "    add_column :users, :locale, 'string",
    "    add_index :users, [:locale, :name",
    "    add_column :users, :locale, :string\n    end\n    drop_table :people",
    "    if true\n    add_column :users, :locale, :string",
]


@pytest.mark.parametrize("lines", BROKEN)
def test_what_ruby_itself_cannot_read_is_said(lines: str) -> None:
    found = migration(f"class Next < ActiveRecord::Migration[7.1]\n  def change\n{lines}\n  end\nend\n", PATH)

    assert found.missing is not None
    assert found.missing.detail.startswith("Ruby cannot read it")


WHOLE = [
    "    return if column_exists?(:users, :locale)\n    add_column :users, :locale, :string",
    "    [1].each do |one|\n      next unless one\n      return\n    end\n    add_column :users, :locale, :string",
    "    add_column :users, :locale, :string if true # that's it {",
    "    add_column :users, :locale, :string, comment: %q(it's (so))",
]


@pytest.mark.parametrize("lines", WHOLE)
def test_what_ruby_reads_is_read_to_its_end(lines: str) -> None:
    text = f"class Next < ActiveRecord::Migration[7.1]\n  def change\n{lines}\n    drop_table :people\n  end\nend\n"

    found = migration(text, PATH)

    assert found.missing is None
    assert said(found) == ["AddColumn users locale varchar", "DropTable people"]


MODULES = {
    "lib/migration_tools.rb": (
        "module MigrationTools\n  def link(table, to, **options)\n    add_reference table, to, foreign_key: true, **options\n  end\n\n"
        "  def gone(*names)\n    dropped names\n  end\n\n  def dropped(name)\n    drop_table name\n  end\n\n"
        '  def twice(table:, column:)\n    link table, column\n    execute "UPDATE #{table} SET #{column}_id = 1"\n  end\nend\n'
    ),
    "app/lib/tools/table_words.rb": "module Tools\n  module TableWords\n    def said(table)\n      drop_table table\n    end\n  end\nend\n",
    "lib/hooked.rb": "module Hooked\n  def self.included(base)\n    base.drop_table :a\n  end\n\n  def harmless\n  end\nend\n",
}
LINKED = [
    "AddColumn offers order_id bigint",
    "CreateIndex offers order_id",
    "AddConstraint offers foreign key -> orders",
]
TAKEN_IN = [
    ("  include MigrationTools\n\n", "link :offers, :order", LINKED),
    ("  extend MigrationTools\n\n", "self.link :offers, :order", LINKED),
    ("  include MigrationTools\n\n", "twice table: :offers, column: :order", [*LINKED, "Update offers order_id"]),
    ("  include Tools::TableWords\n\n", "said :offers", ["DropTable offers"]),
]


@pytest.mark.parametrize(("more", "line", "acts"), TAKEN_IN)
def test_a_method_of_a_module_that_is_taken_in_is_followed(more: str, line: str, acts: list[str]) -> None:
    found = migration(file_of(line, more=more), PATH, others=MODULES)

    assert said(found) == acts
    assert unread(found) == []


NOT_KNOWN = [
    ("", "link :offers, :order"),
    ("  include MigrationTools\n\n", "other :offers"),
    ("  include MigrationTools\n\n", "gone :offers"),
    ("  include Elsewhere\n\n", "link :offers, :order"),
    ("  include Hooked\n\n", "harmless"),
]


@pytest.mark.parametrize(("more", "line"), NOT_KNOWN)
def test_a_method_that_no_module_here_has_is_said(more: str, line: str) -> None:
    assert migration(file_of(line, more=more), PATH, others=MODULES).missing is not None

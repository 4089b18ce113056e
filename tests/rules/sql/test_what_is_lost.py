"""What a change can lose: nothing of what was emptied, of what another file says word by word, or of what ran before."""

import pytest
from tests.rules.sql.judging import blocking, judged_tree

from weighbridge.domain.change import Blob, FileChange, FileStatus, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.sql.migrations import ran_before

CONSTANTS = "CREATE TABLE kinds (name text PRIMARY KEY);\nINSERT INTO kinds VALUES ('basket'), ('list');\n"
CARTS = "CREATE TABLE carts (id bigint, owner text, total numeric);\n"


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        ({"migrations/2.sql": CARTS, "migrations/3.sql": "TRUNCATE carts;\n"}, "DROP TABLE carts;\n"),
        (
            {"migrations/2.sql": CARTS + "INSERT INTO carts VALUES (1, 'a', 2);\nDELETE FROM carts;\n"},
            "DROP TABLE carts;\n",
        ),
        ({"migrations/2.sql": CONSTANTS}, "DROP TABLE kinds;\n"),
    ],
)
def test_a_table_with_nothing_in_it_that_is_lost_may_go(before: dict[str, str], drop: str) -> None:
    findings = judged_tree({"migrations/9.sql": drop}, before).findings

    assert any("with nothing in it that is lost" in each.message for each in findings)
    assert not blocking(findings)


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        ({"migrations/2.sql": CARTS}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CARTS + "INSERT INTO carts VALUES (1, 'a', 2);\n"}, "DROP TABLE carts;\n"),
        (
            {"migrations/2.sql": CARTS, "migrations/3.sql": "TRUNCATE carts;\nINSERT INTO carts SELECT 1;\n"},
            "DROP TABLE carts;\n",
        ),
        ({"migrations/2.sql": CARTS, "migrations/3.sql": "DELETE FROM carts WHERE id = 1;\n"}, "DROP TABLE carts;\n"),
        (
            {"migrations/2.sql": CONSTANTS, "migrations/3.sql": "INSERT INTO kinds SELECT name FROM carts;\n"},
            "DROP TABLE kinds;\n",
        ),
        (
            {
                "migrations/2.sql": CARTS,
                "migrations/3.sql": "TRUNCATE carts;\n",
                "a.py": "db.execute('INSERT INTO carts VALUES (1)')\n",
            },
            "DROP TABLE carts;\n",
        ),
        ({"migrations/2.sql": CARTS}, "TRUNCATE carts;\nDROP TABLE carts;\n"),
    ],
)
def test_a_table_that_may_hold_something_may_not(before: dict[str, str], drop: str) -> None:
    assert blocking(judged_tree({"migrations/9.sql": drop}, before).findings)


def test_what_two_kinds_of_installation_say_alike_is_told_once() -> None:
    head = {f"db/migrations/{kind}/0044_drop.up.sql": "DROP TABLE events;\n" for kind in ("clustered", "unclustered")}
    found = [each for each in judged_tree(head).findings if each.rule == "sql/drop-table"]

    assert [each.place.path for each in found] == ["db/migrations/clustered/0044_drop.up.sql"]


@pytest.mark.parametrize(
    "head",
    [
        {
            "db/migrations/a/0044_drop.up.sql": "DROP TABLE events;\n",
            "db/migrations/b/0044_drop.up.sql": "DROP TABLE users;\n",
        },
        {
            "db/migrations/1_a/migration.sql": "DROP TABLE events;\n",
            "db/migrations/2_b/migration.sql": "DROP TABLE events;\n",
        },
        {"db/mysql/0044_drop.sql": "DROP TABLE events;\n", "db/postgres/0044_drop.sql": "DROP TABLE events;\n"},
    ],
)
def test_what_differs_is_told_of_each(head: dict[str, str]) -> None:
    found = [each for each in judged_tree(head).findings if each.rule == "sql/drop-table"]

    assert len(found) == 2


RAN = 'DROP INDEX "public"."by_a";\nCREATE INDEX "by_b" ON "orders"("b");\n'


def test_a_statement_of_a_migration_that_ran_is_none_for_its_guard() -> None:
    head = 'DROP INDEX IF EXISTS "by_a";\nCREATE INDEX IF NOT EXISTS "by_b" ON "orders"("b");\n'
    path = "prisma/migrations/20260101000000_a/migration.sql"
    found = judged_tree({path: head}, {path: RAN}).findings

    assert not [each for each in found if "locked" in each.message]


def _renamed(old: str, new: str) -> FileChange:
    base, head = (Blob(path=RepoPath(path), oid=ObjectId("0" * 40), mode=Mode.REGULAR, size=1) for path in (old, new))
    return FileChange(status=FileStatus.RENAMED, base=base, head=head)


def test_a_migration_under_another_name_does_what_it_did() -> None:
    old, new = (f"prisma/migrations/{name}/migration.sql" for name in ("20260101000000_a", "20260101000000_b"))

    assert ran_before(_renamed(old, new), RAN, before=RAN)
    assert not ran_before(_renamed(old, new), RAN + "DROP TABLE a;\n", before=RAN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("db/migrations/0005_a.down.sql", "db/migrations/0006_a.up.sql"),
        ("db/drafts/0005_a.sql", "db/migrations/0005_a.sql"),
        ("docs/0005_a.sql", "db/migrations/0005_a.sql"),
    ],
)
def test_what_was_none_before_does_so_for_the_first_time(old: str, new: str) -> None:
    assert not ran_before(_renamed(old, new), RAN, before=RAN)
    assert blocking(judged_tree({new: RAN}, {old: RAN}, gone=[old]).findings)


def test_an_index_of_a_table_that_the_change_makes_holds_nobody_up() -> None:
    head = {
        "prisma/migrations/20260101000000_a/migration.sql": "CREATE TABLE d (id text, name text);\nCREATE UNIQUE INDEX d_key ON d (name);\n",
        "prisma/migrations/20260102000000_b/migration.sql": "DROP INDEX d_key;\n",
    }

    assert not blocking(judged_tree(head).findings)


CLICKHOUSE = "import { client } from '@clickhouse/client';\nexport const all = () => client.query('SELECT id FROM traces WHERE 1 = 1');\n"
POSTGRES = "import { pool } from './pool';\nexport const all = () => pool.query('SELECT id FROM traces WHERE 1 = 1');\n"


@pytest.mark.parametrize(
    ("code", "path", "words"),
    [
        (CLICKHOUSE, "prisma/migrations/20260101000000_a/migration.sql", "may read it"),
        (CLICKHOUSE, "clickhouse/migrations/0001_a.up.sql", "while SQL in src/traces.ts:2 still names it"),
        (POSTGRES, "prisma/migrations/20260101000000_a/migration.sql", "while SQL in src/traces.ts:2 still names it"),
    ],
)
def test_a_reader_counts_for_the_database_that_it_speaks_to(code: str, path: str, words: str) -> None:
    (found,) = (
        e
        for e in judged_tree({path: "DROP TABLE traces;\n"}, {"src/traces.ts": code}).findings
        if e.rule == "sql/drop-table"
    )

    assert words in found.message


def test_a_member_that_anything_may_have_is_no_reader() -> None:
    code = "export const prune = (cache) => cache.filter((value) => value.expiresAt > now);\n"
    sql = "ALTER TABLE installs DROP COLUMN expires_at;\n"
    (found,) = (
        e
        for e in judged_tree({"migrations/9.sql": sql}, {"src/cache.ts": code}).findings
        if e.rule == "sql/drop-column"
    )

    assert "cache.ts" not in found.message


OLD = "class Template < ApplicationRecord\n  def fields = schema.keys\nend\n"


def test_a_reader_that_is_changed_to_meet_what_is_empty_has_met_it() -> None:
    sql = {"migrations/9.sql": "ALTER TABLE templates ALTER COLUMN schema DROP NOT NULL;\n"}
    model = "app/models/template.rb"

    assert blocking(judged_tree(sql, {model: OLD}).findings)
    assert not blocking(judged_tree({**sql, model: OLD.replace(".keys", "&.keys")}, {model: OLD}).findings)


ADDED = "BEGIN;\nALTER TABLE keys ADD COLUMN by_key bigint, ADD COLUMN by_user bigint;\n"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            ADDED + "CREATE INDEX a ON keys (by_key);\nCOMMIT;\n",
            "`keys` is locked against reads and writes, as line 2 locked it until the transaction ends",
        ),
        ("CREATE INDEX a ON keys (by_key);\n", "`keys` is locked against writes while the index is built"),
        (
            ADDED + "ALTER TABLE keys ADD FOREIGN KEY (by_user) REFERENCES users (id);\nCOMMIT;\n",
            "line 2 keeps out who reads `keys` as well",
        ),
        (
            "ALTER TABLE keys ADD FOREIGN KEY (by_key) REFERENCES keys (id);\n",
            "every row of `keys` is looked up in itself while it may not be written to",
        ),
        (
            "CREATE TYPE state_new AS ENUM ('a');\nALTER TABLE keys ALTER COLUMN state TYPE state_new USING (state::text::state_new);\n",
            "`state` stays of the type state, whose values become others",
        ),
    ],
)
def test_a_message_says_what_is_so(sql: str, words: str) -> None:
    base = {
        "migrations/1.sql": "CREATE TYPE state AS ENUM ('a', 'b');\nCREATE TABLE keys (id bigint, state state);\nCREATE TABLE users (id bigint);\n"
    }

    assert any(words in each.message for each in judged_tree({"migrations/9.sql": sql}, base).findings)


@pytest.mark.parametrize(
    ("code", "is_grave"),
    [
        ("db.execute(\"SELECT nextval('numbers') FROM orders\")\n", True),
        ("db.execute('SELECT 1 FROM orders')\n", False),
        ("", True),
    ],
)
def test_a_sequence_that_no_code_names_is_missed_by_none_here(code: str, *, is_grave: bool) -> None:
    base = {"shop/orders.py": code} if code else {}

    assert bool(blocking(judged_tree({"migrations/9.sql": "DROP SEQUENCE numbers;\n"}, base).findings)) == is_grave


@pytest.mark.parametrize(("second", "count"), [("keys", 1), ("users", 1), ("shops", 2)])
def test_a_key_that_holds_up_no_other_table_is_not_told_again(second: str, count: int) -> None:
    sql = "".join(
        f"ALTER TABLE keys ADD FOREIGN KEY (by_{each}) REFERENCES {each} (id);\n" for each in ("users", second)
    )
    found = judged_tree({"migrations/9.sql": sql}).findings

    assert len([each for each in found if each.rule == "sql/foreign-key-validates"]) == count


def test_one_condition_on_many_tables_is_told_once() -> None:
    tables = ("events", "keys", "mails", "notes", "orders")
    sql = "".join(f"DELETE FROM {each} WHERE shop_id IN :shops;\n" for each in tables)
    found = [each for each in judged_tree({"migrations/9.sql": sql}).findings if each.rule == "sql/unbatched-write"]

    assert len(found) == 1
    assert "`events`, `keys`, `mails` and 2 other tables" in found[0].message
    assert len(found[0].related) == 4


def test_rows_that_are_written_while_their_table_is_locked_are_told_once() -> None:
    sql = "BEGIN;\nALTER TABLE users ADD COLUMN tier int;\nUPDATE users SET tier = 1 WHERE tier IS NULL;\nCOMMIT;\n"
    found = judged_tree({"migrations/9.sql": sql}).findings

    assert [each.rule for each in found if each.place.line == 3] == ["sql/backfill-with-schema"]


PRISMA = 'model Slack {\n  id String @id\n  tokenHash String? @map("token_hash")\n  old String? @ignore\n  @@map("slack_integrations")\n}\n'
MODEL = "class QuoteVersion < ApplicationRecord\n  self.ignored_columns += %w[start_date]\nend\n"
RAILS = "class A < ActiveRecord::Migration[8.0]\n  def change\n    remove_column :quote_versions, :start_date, :date\n  end\nend\n"


@pytest.mark.parametrize(
    ("path", "text", "base", "words"),
    [
        (
            "p/migrations/20260101000000_a/migration.sql",
            "ALTER TABLE slack_integrations DROP COLUMN token_hash;\n",
            {"p/schema.prisma": PRISMA},
            "in every query of `Slack`",
        ),
        (
            "p/migrations/20260101000000_a/migration.sql",
            "ALTER TABLE slack_integrations DROP COLUMN old;\n",
            {"p/schema.prisma": PRISMA},
            "",
        ),
        (
            "db/migrate/20260101000000_a.rb",
            RAILS,
            {"app/models/quote_version.rb": "class QuoteVersion\nend\n"},
            "name it in `ignored_columns`",
        ),
        ("db/migrate/20260101000000_a.rb", RAILS, {"app/models/quote_version.rb": MODEL}, ""),
    ],
)
def test_a_mapper_asks_for_columns_that_no_line_names(path: str, text: str, base: dict[str, str], words: str) -> None:
    (found,) = (each for each in judged_tree({path: text}, base).findings if each.rule == "sql/drop-column")

    assert words in found.message
    assert ("release before" in found.message) == (bool(words) or "copies of the release before" in found.message)


MODELS = {
    "shop/models.py": 'from django.db import models\n\n\nclass Order(models.Model):\n    class Meta:\n        db_table = "orders"\n',
    "shop/serializers.py": "from rest_framework import serializers\nfrom shop.models import Order\n\n\nclass OrderSerializer(serializers.ModelSerializer):\n"
    '    region = serializers.SerializerMethodField()\n\n    class Meta:\n        model = Order\n        fields = ("region",)\n',
}  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        {"cmd/list.go": 'package cmd\n\nvar list = add("list", "List the region of orders from a provider")\n'},
        {
            "cmd/ask.go": 'package cmd\n\nvar ask = say("You are about to take the region of orders from %s, as from=%s", 1)\n'
        },
        {"cmd/keys.py": 'REGION = "region"\n'},
        {"ui/ask.ts": "toast({ title: say(`Failed to update orders of this region`) })\n"},
        {"ui/made.ts": "toast({ title: say(`An invoice for the region was made from orders.`) })\n"},
        {"db/migrations_old/0003.py": 'def up(db):\n    db.execute("SELECT region FROM orders")\n'},
        MODELS,
    ],
)
def test_what_only_is_called_so_asks_for_no_column(code: dict[str, str]) -> None:
    (found,) = (
        e
        for e in judged_tree({"migrations/9.sql": "ALTER TABLE orders DROP COLUMN region;\n"}, code).findings
        if e.rule == "sql/drop-column"
    )

    assert "nothing here names it" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "select region from orders where id = $1",
        "select region from orders",
        "SELECT region FROM orders",
        "orders.region is null order by id",
        "update orders set region = 'eu'",
    ],
)
def test_what_is_asked_in_sql_however_it_is_written_is_a_reader(text: str) -> None:
    code = {"read.go": f'package read\n\nfunc read(db DB) error {{ return db.Query("{text}") }}\n'}

    (found,) = (
        e
        for e in judged_tree({"migrations/9.sql": "ALTER TABLE orders DROP COLUMN region;\n"}, code).findings
        if e.rule == "sql/drop-column"
    )

    assert "SQL in read.go:3 still names it" in found.message


@pytest.mark.parametrize(
    ("body", "is_grave"),
    [
        ("def self.named(name)\n    name.upcase\n  end", False),
        ("def shown\n    name = title\n    name.upcase\n  end", False),
        ("def shown\n    name.upcase\n  end", True),
        ("def shown(other)\n    other.name.upcase\n  end", False),
        ("def shown(user)\n    user.name.upcase\n  end", True),
    ],
)
def test_what_is_asked_of_a_variable_is_not_asked_of_the_column(body: str, *, is_grave: bool) -> None:
    sql = {"db/migrate/9.sql": "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;\n"}

    found = judged_tree(sql, {"app/models/user.rb": f"class User < ApplicationRecord\n  {body}\nend\n"}).findings

    assert bool(blocking(found)) == is_grave


def test_a_method_of_a_module_that_a_class_takes_in_is_no_column() -> None:
    base = {
        "app/models/user.rb": "class User < ApplicationRecord\n  include Syncable\nend\n",
        "app/models/concerns/syncable.rb": "module Syncable\n  def last_synced_at\n    syncs.last&.at\n  end\nend\n",
        "app/views/users/_user.html.erb": '<%= user.last_synced_at ? t(".at", at: user.last_synced_at) : t(".never") %>\n',
    }
    sql = {"db/migrate/9.sql": "ALTER TABLE users DROP COLUMN last_synced_at;\n"}

    (found,) = (e for e in judged_tree(sql, base).findings if e.rule == "sql/drop-column")

    assert "still" not in found.message.partition("copies")[0]


UNIQUE = {"migrations/1.sql": "CREATE TABLE users (id int);\n"}


@pytest.mark.parametrize(
    ("sql", "is_told"),
    [
        ("ALTER TABLE users DROP CONSTRAINT users_code_key;\nALTER TABLE public.users DROP COLUMN code;\n", False),
        ("ALTER TABLE users DROP CONSTRAINT users_code_key;\nALTER TABLE users DROP COLUMN other;\n", True),
    ],
)
def test_a_key_goes_with_its_column_also_where_only_its_name_says_which(sql: str, *, is_told: bool) -> None:
    found = judged_tree({"migrations/9.sql": sql}, UNIQUE).findings

    assert any(e.rule == "sql/drop-constraint" for e in found) == is_told

"""What one transaction does to one table stops a change once; every other danger, and every other table, by itself."""

from tests.rules.sql.judging import blocking, judged, judged_tree

from weighbridge.domain.findings import Finding, Severity

SEARCHED_AND_INDEXED = "BEGIN;\n{}ALTER TABLE orders ALTER COLUMN region SET NOT NULL;\nCREATE INDEX by_region ON orders (region);\nCOMMIT;"
FILLED = "ALTER TABLE orders DROP CONSTRAINT by_hand;\nUPDATE orders SET region = lower(region) WHERE region <> '';\n"


def _of(rule: str, found: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in found if each.rule == rule]


def test_rows_that_are_written_under_a_lock_are_graver_than_their_search_and_an_index_after_them() -> None:
    found = judged(SEARCHED_AND_INDEXED.format(FILLED)).findings

    stops = [each for each in blocking(found) if "drop-constraint" not in each]
    assert [each.partition(":")[0] for each in stops] == ["sql/backfill-with-schema"]


def test_what_does_not_stop_any_more_points_to_what_does_and_is_a_related_place_of_it() -> None:
    found = judged(SEARCHED_AND_INDEXED.format(FILLED)).findings

    index, backfill = _of("sql/index-blocks-writes", found)[0], _of("sql/backfill-with-schema", found)[0]
    assert index.severity is Severity.MEDIUM
    assert index.message.endswith("; one danger with line 3, which is told as the graver (sql/backfill-with-schema)")
    assert [each.place.line for each in backfill.related] == [4, 5]


def test_without_the_graver_one_the_next_stops_it() -> None:
    stops = blocking(judged(SEARCHED_AND_INDEXED.format("")).findings)

    assert [each.partition(":")[0] for each in stops] == ["sql/index-blocks-writes"]


def test_another_table_is_another_danger() -> None:
    stops = blocking(judged("BEGIN;\nCREATE INDEX a ON orders (a);\nCREATE INDEX b ON users (b);\nCOMMIT;").findings)

    assert len(stops) == 2


def test_another_script_is_another_danger() -> None:
    index = "BEGIN;\nCREATE INDEX {} ON orders (a);\nCOMMIT;\n"

    found = judged_tree({f"migrations/000{n}_by.sql": index.format(f"by_{n}") for n in (1, 2)}).findings

    assert len(blocking(found)) == 2


def test_statements_that_are_committed_each_by_itself_are_told_each_by_itself() -> None:
    index = "add_index :orders, :{}\n"
    script = (
        "class Two < ActiveRecord::Migration[7.1]\n  disable_ddl_transaction!\n\n  def change\n    {}    {}  end\nend\n"
    )

    found = judged_tree({"db/migrate/20240201000000_two.rb": script.format(index.format("a"), index.format("b"))})

    assert len(blocking(found.findings)) == 2


def test_a_key_that_also_holds_up_another_table_is_told_beside_what_holds_up_its_own() -> None:
    key = "ALTER TABLE orders ADD CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users (id);\n"

    stops = blocking(judged(SEARCHED_AND_INDEXED.format(FILLED + key)).findings)

    assert "sql/foreign-key-validates" in {each.partition(":")[0] for each in stops}


def test_indexes_that_are_told_as_one_for_several_tables_stay_where_only_one_of_these_waits_for_longer() -> None:
    more = "".join(f"CREATE INDEX i{n} ON t{n} (a);\n" for n in range(4))

    stops = blocking(judged(SEARCHED_AND_INDEXED.format(FILLED + more)).findings)

    assert "sql/index-blocks-writes" in {each.partition(":")[0] for each in stops}


def test_a_column_that_code_must_give_from_now_on_is_a_danger_of_its_own() -> None:
    added = "ALTER TABLE orders ADD COLUMN region text;\nUPDATE orders SET region = 'none' WHERE total > 0;\n"

    stops = blocking(judged(SEARCHED_AND_INDEXED.format(added)).findings)

    assert {each.partition(":")[0] for each in stops} == {"sql/backfill-with-schema", "sql/set-not-null"}


def test_a_type_that_code_meets_is_a_danger_of_its_own() -> None:
    typed = "ALTER TABLE orders ALTER COLUMN total TYPE text;\nALTER TABLE orders ALTER COLUMN tax TYPE text USING tax::text;\n"

    stops = blocking(judged(SEARCHED_AND_INDEXED.format(FILLED + typed)).findings)

    assert "sql/change-type" in {each.partition(":")[0] for each in stops}


def test_rows_that_are_deleted_are_a_danger_of_their_own() -> None:
    deleted = "BEGIN;\nCREATE INDEX a ON orders (a);\nDELETE FROM orders;\nCOMMIT;"

    stops = blocking(judged(deleted).findings)

    assert {each.partition(":")[0] for each in stops} == {"sql/index-blocks-writes", "sql/write-without-where"}


PRISMA = "prisma/migrations/20250102000000_change/migration.sql"
SCHEMA = {"prisma/schema.prisma": "model Field {\n  id Int @id\n  documentId Int\n}\n"}
MUST_BE_GIVEN = 'ALTER TABLE "Field" ADD COLUMN "envelopeId" TEXT;\nUPDATE "Field" SET "envelopeId" = \'x\' WHERE id > 0;\nALTER TABLE "Field" ALTER COLUMN "envelopeId" SET NOT NULL;\n'
DROPPED = 'ALTER TABLE "Field" DROP COLUMN "documentId";\n'


def test_a_value_that_must_be_given_is_no_more_where_all_that_old_code_asks_of_the_table_fails_and_its_lock_is_told() -> (
    None
):
    stops = blocking(judged_tree({PRISMA: MUST_BE_GIVEN + DROPPED}, SCHEMA).findings)

    assert {each.partition(":")[0] for each in stops} == {"sql/backfill-with-schema", "sql/drop-column"}


def test_columns_of_several_tables_that_must_be_given_from_now_on_are_one_finding() -> None:
    each = "ALTER TABLE {0} ADD COLUMN region text;\nALTER TABLE {0} ALTER COLUMN region SET NOT NULL;\n"

    found = judged("BEGIN;\n" + "".join(each.format(f"t{n}") for n in range(5)) + "COMMIT;").findings

    (one,) = _of("sql/set-not-null", found)
    assert one.message.endswith("; and the same holds for 4 more columns of this script")


def test_every_drop_of_a_column_stays_whatever_else_fails() -> None:
    two = DROPPED + 'ALTER TABLE "Field" DROP COLUMN "id";\n'

    assert len(blocking(judged_tree({PRISMA: two}, SCHEMA).findings)) == 2


def test_a_column_that_the_change_itself_adds_and_drops_again_loses_nothing() -> None:
    added = "ALTER TABLE orders ADD COLUMN spare text;\n"
    dropped = "ALTER TABLE orders DROP COLUMN spare;\n"

    found = judged_tree({"migrations/0001_add.sql": added, "migrations/0002_drop.sql": dropped}).findings

    assert _of("sql/drop-column", found) == []


def test_a_column_that_may_have_been_there_or_that_an_older_script_adds_is_lost() -> None:
    dropped = "ALTER TABLE orders DROP COLUMN spare;\n"
    maybe = "ALTER TABLE orders ADD COLUMN IF NOT EXISTS spare text;\n"
    old = "ALTER TABLE orders ADD COLUMN spare text;\n"

    new = judged_tree({"migrations/0001_add.sql": maybe, "migrations/0002_drop.sql": dropped}).findings
    edited = judged_tree({"migrations/0001_add.sql": old + dropped}, {"migrations/0001_add.sql": old}).findings

    assert len(_of("sql/drop-column", new)) == 1
    assert len(_of("sql/drop-column", edited)) == 1


def test_a_key_that_besides_holds_up_a_list_of_few_rows_is_told_in_full_by_what_holds_up_its_own_table() -> None:
    key = "ALTER TABLE orders ADD CONSTRAINT of_plan FOREIGN KEY (plan_id) REFERENCES plans (id);\n"

    stops = blocking(judged(SEARCHED_AND_INDEXED.format(FILLED + key)).findings)

    assert "sql/foreign-key-validates" not in {each.partition(":")[0] for each in stops}

"""Which code a dropped column is said to be missed by: queries before members, these before what a log or an error says."""

import pytest
from tests.rules.sql.judging import judged_tree

from weighbridge.domain.findings import Finding, Severity

GO = """\
package store

import sq "github.com/Masterminds/squirrel"

func Regions(b sq.StatementBuilderType, region string) (string, []any, error) {
	query := b.Select("id", "region").From("orders")
	if region != "" {
		query = query.Where(sq.Eq{"COALESCE(region, '')": region})
	}
	return query.ToSql()
}

func Put(b sq.StatementBuilderType, region string) sq.InsertBuilder {
	return b.Insert("public.orders").Columns("id", "region").Values(1, region)
}
"""
LOG = """\
package store

func audit(log Logger, region string) {
	log.Infof("UPDATE orders SET region = %s WHERE id = 1", region)
	log.Info("orders", zap.String("region", region))
}
"""
ERROR = """\
package store

import "fmt"

func wrap(err error) error {
	return fmt.Errorf("select region from orders where id: %w", err)
}
"""
MEMBERS = """\
package store

func label(row map[string]string) string {
	if row["region"] == "orders" {
		return "?"
	}
	return row["region"]
}
"""


def dropped(files: dict[str, str]) -> Finding:
    """What is said of a script that drops `region` of `orders` in a tree of these files."""
    found = judged_tree({"migrations/9.sql": "ALTER TABLE orders DROP COLUMN region;\n"}, files).findings
    return next(each for each in found if each.rule == "sql/drop-column")


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("store/orders.go", GO, "queries built in store/orders.go:6 and 2 more places still name it"),
        (
            "a.js",
            "const a = knex('orders').where({ region }).select('id');\n",
            "code in a.js:1 still asks for it",
        ),
        (
            "a.ts",
            "const a = (db: any) => db.selectFrom('orders').select(['id', 'region']).execute();\n",
            "code in a.ts:1 still asks for it",
        ),
        (
            "a.py",
            "def of(q):\n    return q.from_('orders').select('id').where('orders.region = 1')\n",
            "a query built in a.py:2 still names it",
        ),
        ("a.js", "log.error(await db.query('SELECT region FROM orders'));\n", "SQL in a.js:1 still names it"),
    ],
)
def test_a_query_that_is_made_by_calls_surely_asks_for_what_it_names(path: str, text: str, words: str) -> None:
    finding = dropped({path: text})

    assert words in finding.message
    assert finding.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "const a = Array.from('orders').map('region');\n",
        "const a = knex('baskets').where({ region }).select('orders');\n",
        "const a = knex('orders').where({ id }).select('id');\nconst b = row['region'];\n",
        "const orders = knex('baskets').select('region');\n",
        "throw new Error('select region from orders where id');\n",
        "logger.warn('UPDATE orders SET region = 1');\n",
    ],
)
def test_what_asks_another_table_or_for_another_column_surely_does_not(text: str) -> None:
    finding = dropped({"a.js": text})

    assert finding.severity is Severity.HIGH
    assert "while" not in finding.message


def test_a_query_is_named_before_the_log_that_says_the_same() -> None:
    finding = dropped({"a/audit.go": LOG, "store/errors.go": ERROR, "store/orders.go": GO})

    assert "queries built in store/orders.go:6 and 2 more places" in finding.message
    assert [str(each.place) for each in finding.related][:3] == [f"store/orders.go:{line}" for line in (6, 8, 14)]
    assert finding.related[-1].message == "a log or an error says its name here"


def test_members_of_its_name_are_counted_without_what_is_only_said() -> None:
    finding = dropped({"a/audit.go": LOG, "store/errors.go": ERROR, "store/labels.go": MEMBERS})

    assert "store/labels.go:4 and 1 more place use a member of that name" in finding.message


def test_where_nothing_but_logs_and_errors_say_it_that_is_said() -> None:
    assert "store/errors.go:6 says its name in a log or an error" in dropped({"store/errors.go": ERROR}).message


def test_of_more_readers_than_are_looked_for_the_least_number_is_told() -> None:
    reader = "    q.from_('orders').select('region')\n"

    finding = dropped({"a.py": "def of(q):\n" + reader * 40})

    assert "queries built in a.py:2 and at least 24 more places still name it" in finding.message

"""A table that nobody measured stops a change where it may be large, and is medium where it likely holds few rows."""

import pytest
from tests.rules.sql.judging import blocking, judged_tree

from weighbridge.landscape.sql.likely_small import holds_few

CLAIMS = "CREATE TABLE claims (id text PRIMARY KEY, name text);\n"
ROWS = "INSERT INTO claims (id, name) VALUES {};\n"
THREE = "('free', 'Free'), ('team', 'Team'), ('all', 'All')"


def _is_stopped(*scripts: str) -> bool:
    base = {f"migrations/000{number}_before.sql": text for number, text in enumerate(scripts, 1)}
    head = {"migrations/0009_change.sql": "CREATE INDEX by_name ON claims (name);\n"}
    return bool(blocking(judged_tree({**base, **head}, base).findings))


@pytest.mark.parametrize(
    "table",
    [
        "shop_settings",
        "OrganisationGlobalSettings",
        "household_preferences",
        "service_permissions",
        "subscription_plans",
        "dcim_moduletype",
        "ipam_servicetemplate",
        "slack_integrations",
    ],
)
def test_a_list_that_people_keep_and_what_is_set_for_each_tenant_holds_few_rows(table: str) -> None:
    assert holds_few(table)


@pytest.mark.parametrize(
    "table",
    [
        "community_language",
        "site_language",
        "workspace_permissions",
        "worker_slot_config",
        "postLanguages",
        "user_settings",
        "usersettings",
        "customer_preferences",
        "user_permissions",
        "team_members",
        "project_events",
        "order_templates",
        "orders",
        "organisations",
        "producttype_prices",
    ],
)
def test_what_may_be_there_for_each_of_many_does_not(table: str) -> None:
    assert not holds_few(table)


def test_three_rows_that_a_script_writes_down_are_a_list() -> None:
    assert not _is_stopped(CLAIMS, ROWS.format(THREE))


def test_rows_that_several_scripts_write_down_are_counted_together() -> None:
    assert not _is_stopped(CLAIMS, *(ROWS.format(f"('{each}', 'x')") for each in "abc"))


def test_two_rows_may_be_the_first_of_many() -> None:
    assert _is_stopped(CLAIMS, ROWS.format("('free', 'Free'), ('team', 'Team')"))


def test_a_table_that_scripts_also_fill_from_another_is_no_list() -> None:
    assert _is_stopped(CLAIMS, ROWS.format(THREE), "INSERT INTO claims SELECT id, name FROM offers;\n")


def test_a_table_whose_rows_belong_to_others_is_no_list() -> None:
    owned = "CREATE TABLE claims (id text PRIMARY KEY, name text, user_id bigint REFERENCES users (id));\n"

    assert _is_stopped(owned, ROWS.format(THREE))


def test_people_whose_first_are_written_down_are_many() -> None:
    script = "CREATE TABLE users (id text, name text);\n" + ROWS.replace("claims", "users").format(THREE)

    found = judged_tree(
        {"migrations/0001_users.sql": script, "migrations/0009_change.sql": "CREATE INDEX n ON users (name);\n"},
        {"migrations/0001_users.sql": script},
    ).findings

    assert blocking(found)


@pytest.mark.parametrize(
    ("columns", "is_stopped"),
    [
        ("id bigint PRIMARY KEY, user_id bigint UNIQUE, name text", True),
        ("user_id bigint, kind text, name text, PRIMARY KEY (user_id, kind)", True),
        ('"customerId" uuid PRIMARY KEY, name text', True),
        ("id bigint PRIMARY KEY, updated_by_user_id bigint, name text", False),
        ("tenant_id bigint PRIMARY KEY, name text", False),
        ("id bigint PRIMARY KEY, user_name text UNIQUE, name text", False),
        ("key text PRIMARY KEY, name text", False),
    ],
)
def test_what_is_set_for_each_of_many_by_its_key_is_not_few(columns: str, *, is_stopped: bool) -> None:
    base = {"migrations/0001_before.sql": f"CREATE TABLE privacy_settings ({columns});\n"}
    head = {"migrations/0009_change.sql": "CREATE INDEX by_name ON privacy_settings (name);\n"}

    assert bool(blocking(judged_tree({**base, **head}, base).findings)) is is_stopped


def test_a_unique_index_is_a_key_too_and_other_lists_are_lists_whatever_tells_them_apart() -> None:
    made = "CREATE TABLE {0} (id bigint PRIMARY KEY, user_id bigint, name text);\nCREATE UNIQUE INDEX u ON {0} (user_id);\n"
    for table, is_stopped in (("privacy_settings", True), ("pricing_plans", False)):
        base = {"migrations/0001_before.sql": made.format(table)}
        head = {"migrations/0009_change.sql": f"CREATE INDEX by_name ON {table} (name);\n"}

        assert bool(blocking(judged_tree({**base, **head}, base).findings)) is is_stopped

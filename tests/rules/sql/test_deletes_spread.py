"""What a migration tool says that a foreign key does by itself is read in each tool's own words."""

import pytest
from tests.rules.sql.judging import judged_tree

MADE = {
    "migrations/1.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user_fk REFERENCES users (id));\n"
}
ALEMBIC = """from alembic import op

revision = "b"
down_revision = "a"


def upgrade():
    op.drop_constraint("orders_user_fk", "orders", type_="foreignkey")
    op.create_foreign_key("orders_user_fk", "orders", "users", ["user_id"], ["id"]{more})


def downgrade():
    pass
"""
TYPEORM = """import {{ MigrationInterface, QueryRunner, TableForeignKey }} from "typeorm";

export class Next1700000000000 implements MigrationInterface {{
  public async up(queryRunner: QueryRunner): Promise<void> {{
    await queryRunner.dropForeignKey("orders", "orders_user_fk");
    await queryRunner.createForeignKey("orders", new TableForeignKey({{
      name: "orders_user_fk", columnNames: ["user_id"], referencedTableName: "users", referencedColumnNames: ["id"]{more}
    }}));
  }}

  public async down(queryRunner: QueryRunner): Promise<void> {{}}
}}
"""
LIQUIBASE = """<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <changeSet id="2" author="a">
    <dropForeignKeyConstraint baseTableName="orders" constraintName="orders_user_fk"/>
    <addForeignKeyConstraint constraintName="orders_user_fk" baseTableName="orders" baseColumnNames="user_id"
      referencedTableName="users" referencedColumnNames="id"{more}/>
  </changeSet>
</databaseChangeLog>
"""


@pytest.mark.parametrize(
    ("path", "text", "more"),
    [
        ("alembic/versions/b.py", ALEMBIC, ', ondelete="CASCADE"'),
        ("src/migrations/1700000000000-Next.ts", TYPEORM, ', onDelete: "CASCADE"'),
        ("db/changelog/2.xml", LIQUIBASE, ' onDelete="CASCADE"'),
    ],
)
def test_a_key_that_cascades_from_now_on_is_told_and_one_that_does_not_is_not(path: str, text: str, more: str) -> None:
    told, untold = (
        [each.rule for each in judged_tree({path: text.format(more=said)}, MADE).findings] for said in (more, "")
    )

    assert "sql/deletes-spread" in told
    assert "sql/deletes-spread" not in untold

"""What change sets of Liquibase do to a database."""

import pytest
from tests.unit.landscape.migrated import migration, said, sql_change, unread

from weighbridge.domain.system import Dialect

PATH = "src/main/resources/db/changelog/0002-next.xml"


def log(*changes: str, stated: str = "") -> str:
    body = "".join(f"        {each}\n" for each in changes)
    return f'<?xml version="1.0"?>\n<databaseChangeLog>\n    <changeSet id="1" author="a"{stated}>\n{body}    </changeSet>\n</databaseChangeLog>\n'


CHANGES = [
    (
        '<addColumn tableName="USERS"><column name="age" type="int"><constraints nullable="false"/></column></addColumn>',
        ["AddColumn users age int not null"],
    ),
    (
        '<addColumn tableName="users"><column name="age" type="int" defaultValueNumeric="0"/></addColumn>',
        ["AddColumn users age int default '0'"],
    ),
    ('<dropColumn tableName="users" columnName="age"/>', ["DropColumn users age"]),
    ('<dropColumn tableName="users"><column name="a"/><column name="b"/></dropColumn>', ["DropColumn users a", "DropColumn users b"]),
    ('<renameColumn tableName="users" oldColumnName="a" newColumnName="b"/>', ["RenameColumn users a b"]),
    ('<modifyDataType tableName="users" columnName="age" newDataType="bigint"/>', ["ChangeType users age bigint"]),
    ('<addNotNullConstraint tableName="users" columnName="age"/>', ["SetNotNull users age"]),
    (
        '<addNotNullConstraint tableName="users" columnName="age" defaultNullValue="0"/>',
        ["Update users age where age IS NULL", "SetNotNull users age"],
    ),
    (
        '<createTable tableName="users"><column name="id" type="bigint" autoIncrement="true"><constraints primaryKey="true"/></column></createTable>',
        ["CreateTable users id bigint not null identity primary key"],
    ),
    ('<dropTable tableName="users" cascadeConstraints="true"/>', ["DropTable users cascading"]),
    ('<renameTable oldTableName="users" newTableName="people"/>', ["RenameTable users people"]),
    ('<createIndex tableName="users" indexName="i" unique="true"><column name="a"/></createIndex>', ["CreateIndex users i a unique"]),
    (
        '<addForeignKeyConstraint baseTableName="users" baseColumnNames="team" referencedTableName="teams" referencedColumnNames="id" constraintName="f" validate="false"/>',
        ["AddConstraint users foreign key -> teams not valid"],
    ),
    (
        '<mergeColumns tableName="users" column1Name="a" column2Name="b" finalColumnName="c" finalColumnType="text"/>',
        ["AddColumn users c text", "Update users c", "DropColumn users a", "DropColumn users b"],
    ),
    (
        '<addLookupTable existingTableName="users" existingColumnName="team" newTableName="teams" newColumnName="name" constraintName="f"/>',
        ["CreateTable teams has_query", "AddConstraint users foreign key -> teams"],
    ),
    ('<addUniqueConstraint tableName="users" columnNames="a, b"/>', ["AddConstraint users unique"]),
    ('<update tableName="users"><column name="age" valueNumeric="1"/><where>age IS NULL</where></update>', ["Update users age where age IS NULL"]),
    ('<delete tableName="users"/>', ["Delete users"]),
    ("<sql>DROP TABLE a; DROP TABLE b</sql>", ["DropTable a", "DropTable b"]),
    ("<sql><![CDATA[DELETE FROM a WHERE b < 1]]></sql>", ["Delete a where b < 1"]),
    ("<preConditions><sqlCheck expectedResult='0'>SELECT 1</sqlCheck></preConditions>", []),
]  # fmt: skip


@pytest.mark.parametrize(("change", "acts"), CHANGES)
def test_a_change_is_what_it_does(change: str, acts: list[str]) -> None:
    found = migration(log(change), PATH)

    assert said(found) == acts
    assert unread(found) == []


def test_a_rollback_takes_it_back() -> None:
    found = migration(log('<dropTable tableName="a"/>', '<rollback><createTable tableName="a"/></rollback>'), PATH)

    assert said(found) == ["DropTable a"]
    assert len(found.undoing) == 1


def test_each_change_set_is_committed_for_itself() -> None:
    both = log('<dropTable tableName="a"/>').replace(
        "</databaseChangeLog>",
        '<changeSet id="2" author="a" runInTransaction="false"><dropTable tableName="b"/></changeSet></databaseChangeLog>',
    )

    first, second = migration(both, PATH).steps

    assert first.is_uncommitted
    assert not second.is_uncommitted


def test_a_change_log_in_yaml_says_the_same() -> None:
    text = """databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      changes:
        - addColumn:
            tableName: users
            columns:
              - column: {name: age, type: int, constraints: {nullable: false}}
        - sql:
            sql: DROP TABLE a
"""

    found = migration(text, "db/changelog/0002.yaml")

    assert said(found) == ["AddColumn users age int not null", "DropTable a"]


def test_the_database_is_told_by_the_change_sets() -> None:
    assert migration(log(stated=' dbms="mysql,mariadb"'), PATH).dialect is Dialect.MYSQL


def test_of_twins_for_two_databases_that_for_postgresql_is_judged() -> None:
    both = log('<dropTable tableName="a"/>', stated=' context="postgresql"').replace(
        "</databaseChangeLog>",
        '<changeSet id="2" author="a" context="mysql"><dropTable tableName="b"/></changeSet></databaseChangeLog>',
    )

    found = migration(both, PATH)

    assert said(found) == ["DropTable a"]
    assert found.dialect is Dialect.POSTGRES


UNREAD = [
    log('<sqlFile path="a.sql"/>'),
    log('<customChange class="x.Y"/>'),
    log("<sql>DROP TABLE ${name}</sql>").replace("<sql>", "<sql>UPDATE ${t} SET a = 1;"),
    log().replace("</changeSet>", ""),
    log().replace("</changeSet>", "</changeset>"),
]


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_written_there_is_said(text: str) -> None:
    assert migration(text, PATH).missing is not None


@pytest.mark.parametrize("path", ["db/changelog/master.xml", "pom.xml", "db/changelog/values.yaml"])
def test_other_files_are_no_change_logs(path: str) -> None:
    assert sql_change("<project><databaseChangeLog/></project>", path).migrations == ()

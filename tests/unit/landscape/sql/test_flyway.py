"""Which of Flyway's scripts only development and tests run, by the settings of the tree."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.sql.flyway import FlywaySettings

DEFAULT = {
    "src/main/resources/application.yml": 'spring:\n  flyway:\n    sql-migration-prefix: ""\n    locations: classpath:db/migration/all\n'
}
DEV = {
    "deploy/values-development.yaml": "env:\n  SPRING_FLYWAY_LOCATIONS: classpath:db/migration/all,classpath:db/migration/dev\n"
}
SCRIPT = "src/main/resources/db/migration/{}/20240101__clear.sql"


def settings(files: dict[str, str]) -> FlywaySettings:
    return FlywaySettings(lambda: [RepoPath(path) for path in files], lambda path: files[path])


@pytest.mark.parametrize(
    ("files", "folder", "is_for_work"),
    [
        ({**DEFAULT, **DEV}, "dev", True),
        ({**DEFAULT, **DEV}, "dev/more-dev", True),
        ({**DEFAULT, **DEV}, "all", False),
        ({**DEFAULT, **DEV}, "test", False),  # no list has it
        (DEV, "dev", False),  # what is used elsewhere is in no list
        ({**DEFAULT, "deploy/values-prod.yaml": DEV["deploy/values-development.yaml"]}, "dev", False),
        ({**DEFAULT, **DEV, "values-prod.yaml": "FLYWAY_LOCATIONS: ${LOCATIONS}\n"}, "dev", False),
        (
            {"application.yml": "spring:\n  flyway:\n    locations:\n      - classpath:db/migration\n", **DEV},
            "dev",
            False,
        ),
        (
            {
                "application.properties": "spring.flyway.locations=classpath:db/migration/all\n",
                "application-local.properties": "spring.flyway.locations=classpath:db/migration/dev\n",
            },
            "dev",
            True,
        ),
        (
            {
                **DEFAULT,
                "src/test/resources/application.yml": "flyway:\n  locations:\n  - classpath:db/migration/dev\n",
            },
            "dev",
            True,
        ),
    ],
)
def test_a_folder_is_for_work_where_every_list_that_has_it_is(
    *, files: dict[str, str], folder: str, is_for_work: bool
) -> None:
    assert settings(files).is_for_work(RepoPath(SCRIPT.format(folder))) == is_for_work


@pytest.mark.parametrize(
    ("files", "name", "is_script"),
    [
        (DEFAULT, "20240101__clear.sql", True),
        (DEFAULT, "R__views.sql", False),
        (DEFAULT, "V1__a.sql", False),
        ({"flyway.toml": 'sqlMigrationPrefix = "M"\n[flyway]\n'}, "M1__a.sql", True),
        ({}, "20240101__clear.sql", False),
    ],
)
def test_a_script_is_flyways_by_the_prefix_of_the_settings(
    *, files: dict[str, str], name: str, is_script: bool
) -> None:
    assert settings(files).is_script(RepoPath(f"db/migration/{name}")) == is_script

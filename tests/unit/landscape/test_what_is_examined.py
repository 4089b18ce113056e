"""What counts as examined: migrations in any language that were read, no other database, no pipeline of another service."""

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.outcomes import FileCoverage

PATH = "db/migrate/20260101000000_change_orders.rb"


def covered(path: str, text: str) -> FileCoverage:
    (file,) = sight({}, {path: text}).coverage.files
    return file


def migration(body: str) -> str:
    return f"class ChangeOrders < ActiveRecord::Migration[7.1]\n  def change\n    {body}\n  end\nend\n"


def test_a_migration_in_ruby_that_was_read_is_examined() -> None:
    assert covered(PATH, migration("add_column :orders, :note, :text")).examined


def test_one_that_is_put_together_when_it_runs_is_not_examined() -> None:
    file = covered(PATH, migration('execute("DROP TABLE #{name_of_the_day}")'))

    assert not file.examined
    assert file.missing is not None
    assert "3" in file.missing.detail


def test_other_ruby_is_not_examined() -> None:
    assert not covered("lib/orders.rb", "class Orders\nend\n").examined


def test_a_script_for_another_database_is_not_examined() -> None:
    file = covered("db/mssql/003_next.sql", "ALTER TABLE dbo.users ALTER COLUMN email nvarchar(10) NOT NULL;\n")

    assert not file.examined
    assert file.missing is not None
    assert "SQLite" in file.missing.detail


@pytest.mark.parametrize("path", [".circleci/config.yml", "azure-pipelines.yml", "ci/cloudbuild.prod.yaml"])
def test_a_pipeline_of_another_service_is_not_examined(path: str) -> None:
    file = covered(path, "steps:\n  - run: curl https://get.example.org | sh\n")

    assert file.missing is not None
    assert "pipeline" in file.missing.detail


PLAY = "- name: Web\n  hosts: web\n  become: true\n  tasks:\n    - name: Stop\n      service: {name: nginx, state: stopped}\n"
ARM = (
    '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}\n'
)


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("site.yml", PLAY, "Ansible"),
        ("all.yaml", "- import_playbook: web.yml\n", "Ansible"),
        ("roles/web/tasks/main.yml", "---\n- name: Stop\n  ansible.builtin.service:\n    name: nginx\n", "Ansible"),
        ("api/serverless.yml", "service: api\nprovider:\n  name: aws\n", "Serverless"),
        ("azuredeploy.json", ARM, "Azure"),
        ("infra/Pulumi.prod.yaml", "config:\n  aws:region: eu-west-1\n", "Pulumi"),
        ("infra/index.ts", 'import * as aws from "@pulumi/aws";\nexport const b = new aws.s3.Bucket("b");\n', "Pulumi"),
        ("infra/__main__.py", "import pulumi\nimport pulumi_aws as aws\naws.s3.Bucket('b')\n", "Pulumi"),
    ],
)
def test_infrastructure_of_a_tool_that_is_not_read_is_not_examined(path: str, text: str, tool: str) -> None:
    file = covered(path, text)

    assert file.missing is not None
    assert tool in file.missing.detail


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("people.yml", "- name: Ada\n  hosts: web\n- name: Bob\n  tasks: 3\n"),
        ("ingress.yaml", "tls:\n- hosts: [a]\n  secretName: x\n"),
        ("config/serverless.yml", "- a\n- b\n"),
        ("roles/admin.yml", "- name: admin\n"),
        ("package.json", '{"name": "pulumi", "version": "1.0.0"}\n'),
        ("schema.json", '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}\n'),
        ("a.py", "import pulumination\nimport os\n"),
    ],
)
def test_what_only_looks_like_it_is_examined(path: str, text: str) -> None:
    assert covered(path, text).examined


SCRIPT = "db/migration/V7__by_email.sql"
CONCURRENTLY = "CREATE INDEX CONCURRENTLY by_email ON users (email);\n"


@pytest.mark.parametrize(
    "text",
    [
        "executeInTransaction=false",
        "# an index is built beside the traffic\n\nexecuteInTransaction = false\r\nencoding=UTF-8\n",
        "shouldExecute=true\nplaceholderReplacement=false\n",
    ],
)
def test_what_says_how_flyway_runs_a_script_is_examined_with_it(text: str) -> None:
    files = sight({}, {SCRIPT: CONCURRENTLY, f"{SCRIPT}.conf": text}).coverage.files

    assert [file.examined for file in files] == [True, True]


@pytest.mark.parametrize(
    "text", ["shouldExecute=${profile}", "encoding=UTF-16", "executeInTransaction=false\nbatch=true"]
)
def test_what_says_more_of_a_script_than_is_known_here_is_not_examined(text: str) -> None:
    files = sight({}, {SCRIPT: CONCURRENTLY, f"{SCRIPT}.conf": text}).coverage.files

    assert [file.examined for file in files] == [True, False]


def test_what_says_how_a_script_is_run_that_does_not_change_is_not_examined() -> None:
    assert not covered(f"{SCRIPT}.conf", "executeInTransaction=true\n").examined

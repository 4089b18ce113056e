"""What a change does to infrastructure: who relies on what goes, what sources say beside a plan, and what is first."""

import json
import subprocess
import sys
from typing import Any

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.findings import Confidence, Finding, Severity, by_importance
from weighbridge.domain.ids import RepoPath, RuleId, digest
from weighbridge.domain.inputs import Input, InputRecord, Inputs
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.places import Place
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.exposure import Door, doors
from weighbridge.landscape.infrastructure.kinds import IRREVERSIBLE, Holds, kind_of
from weighbridge.landscape.infrastructure.references import References
from weighbridge.landscape.tree import Tree


def given_plan(content: object) -> Input:
    data = json.dumps(content).encode()
    return Input(record=InputRecord(kind="terraform-plan", digest=digest(data), size=len(data)), data=data)


def infrastructure(texts: dict[str, tuple[str | None, str | None]], *plans: object) -> Infrastructure:
    touched = Touched(texts)
    blobs = {blob.oid: text for file in touched.change.files for blob, text in _texts(file, texts[file.path])}
    contents = ChangedBytes(touched.change, lambda oid, _: blobs[oid].encode())
    inputs = Inputs(given_plan(each) for each in plans)
    return Infrastructure(touched.change, contents, inputs=inputs, base=lambda: (Tree(), lambda *_: b""))


def _texts(file: Any, texts: tuple[str | None, str | None]) -> list[tuple[Any, str]]:  # noqa: ANN401 - pairs of a file
    return [
        (blob, text)
        for blob, text in zip((file.base, file.head), texts, strict=True)
        if blob is not None and text is not None
    ]


def actions(found: Infrastructure) -> list[tuple[str, Action, Confidence]]:
    return [(each.change.address, each.change.action, each.confidence) for each in found.alterations]


DATABASE = 'resource "aws_db_instance" "main" {\n  engine = "mysql"\n}\n'


def test_who_relies_on_a_resource_is_found_through_modules() -> None:
    def refers(*names: str) -> dict[str, Any]:
        return {"x": {"references": list(names)}}

    database = {"address": "aws_db_instance.main", "expressions": {}}
    inner = {
        "resources": [database],
        "outputs": {"url": {"expression": {"references": ["aws_db_instance.main.endpoint", "aws_db_instance.main"]}}},
    }
    service = {
        "resources": [{"address": "aws_ecs_service.api", "expressions": {"a": [{"b": {"references": ["var.url"]}}]}}]
    }
    calls = {
        "db": {"module": inner},
        "api": {"expressions": {"url": {"references": ["module.db.url", "module.db"]}}, "module": service},
    }
    root = {
        "module_calls": calls,
        "resources": [{"address": "aws_alarm.a", "depends_on": ["module.db"], "expressions": refers("module.api.id")}],
    }
    change = ResourceChange(
        address="module.db[0].aws_db_instance.main",
        type="aws_db_instance",
        name="main",
        module="module.db[0]",
        action=Action.DELETE,
    )
    assert References({"root_module": root}).dependents(change) == ("module.api.aws_ecs_service.api",)


def planned(action: str, *, before: dict[str, Any], after: dict[str, Any] | None, **more: str) -> dict[str, Any]:
    change = {"actions": [action], "before": before, "after": after}
    entry = {"address": "aws_db_instance.main", "type": "aws_db_instance", "name": "main", "change": change, **more}
    return {"format_version": "1.2", "resource_changes": [entry]}


MYSQL = {"engine": "mysql", "identifier": "orders"}


@pytest.mark.parametrize(
    ("head", "plan", "is_told"),
    [
        ("# none\n", planned("delete", before=MYSQL, after=None), False),
        ("# none\n", planned("no-op", before=MYSQL, after=MYSQL), True),
        ("# none\n", planned("delete", before={"engine": "postgres"}, after=None), True),
        ("# none\n", planned("no-op", before=MYSQL, after=MYSQL, module_address="module.sandbox"), True),
        (DATABASE.replace("mysql", "mariadb"), planned("update", before=MYSQL, after={"engine": "mariadb"}), False),
        (DATABASE.replace("mysql", "mariadb"), planned("no-op", before=MYSQL, after=MYSQL), False),
        (DATABASE.replace("mysql", "mariadb"), planned("no-op", before={"engine": "x"}, after={"engine": "x"}), True),
    ],
)
def test_a_plan_silences_only_what_it_agrees_with(head: str, plan: dict[str, Any], *, is_told: bool) -> None:
    found = [each for each in infrastructure({"main.tf": (DATABASE, head)}, plan).alterations if not each.is_planned]
    assert bool(found) is is_told
    assert all("the plan that was given does not say so" in each.caveat for each in found)


def test_files_that_others_read_are_known_by_who_reads_them() -> None:
    template = '{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}'
    found = infrastructure(
        {
            "infra/stack.json": (template, template.replace("Jobs", "Work")),
            "infra/policy.json": (None, '{"Statement": []}'),
            "infra/broken.json": (template, template.rstrip("}")),
            "src/names.json": (None, '{"Statement": []}'),
        }
    )
    assert found.roles == {
        "infra/stack.json": "cloudformation",
        "infra/policy.json": "terraform",
        "infra/broken.json": "cloudformation",
    }
    assert [path for path, missing in found.templates.items() if missing is not None] == ["infra/broken.json"]


BROKEN = 'resource "aws_x" "y" {\n  n = \n}\n'


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"a/main.tf": (DATABASE, None)}, [Confidence.LOW]),
        ({"a/main.tf": (DATABASE, "# none\n"), "b/main.tf": (None, DATABASE)}, [Confidence.MEDIUM, Confidence.MEDIUM]),
        ({"a/main.tf": (DATABASE, "# none\n"), "a/db.tf": (None, DATABASE)}, []),
        ({"a/main.tf": (DATABASE, BROKEN)}, [Confidence.MEDIUM]),
        ({"a/main.tf": (DATABASE + BROKEN, BROKEN)}, [Confidence.LOW]),
        ({"a/main.tf": (DATABASE, "# none\n"), "a/b.tf": (None, BROKEN)}, [Confidence.LOW, Confidence.MEDIUM]),
        ({"a/main.tf": (DATABASE, DATABASE.rstrip("}\n") + "\n")}, []),
        ({"a/main.tf.json": ('{"resource": {"aws_sqs_queue": {"q": {}}}}', "{")}, []),
        ({"tests/main.tf": (DATABASE, "# none\n")}, []),
        ({"test/main.tf": (DATABASE, "# none\n")}, [Confidence.MEDIUM]),
    ],
)
def test_where_a_block_went_says_how_sure_it_is_gone(
    texts: dict[str, tuple[str | None, str | None]], expected: list[Confidence]
) -> None:
    assert [each for _, _, each in actions(infrastructure(texts))] == expected


def test_an_argument_that_only_running_tells_is_less_sure() -> None:
    before = DATABASE.replace('"mysql"', "var.engine")
    assert actions(infrastructure({"main.tf": (before, DATABASE.replace('"mysql"', "local.engine"))})) == [
        ("aws_db_instance.main", Action.REPLACE, Confidence.LOW)
    ]


def test_a_second_plan_is_called_by_its_number() -> None:
    broken = Input(record=InputRecord(kind="terraform-plan", digest=digest(b"{"), size=1), data=b"{", number=2)
    found = Infrastructure(
        Touched({}).change,
        ChangedBytes(Touched({}).change, lambda *_: b""),
        inputs=Inputs([given_plan({"format_version": "1.2", "resource_changes": []}), broken]),
        base=lambda: (Tree(), lambda *_: b""),
    )
    assert [(path, missing.reason) for path, missing in found.unread.items()] == [
        ("input:terraform-plan#2", Reason.UNPARSED)
    ]


def test_an_environment_that_is_recreated_comes_before_everything_else() -> None:
    def finding(rule: str, path: str, *, severity: Severity) -> Finding:
        place = Place(path=RepoPath(path))
        return Finding(
            rule=RuleId(rule), message="m", place=place, severity=severity, confidence=Confidence.MEDIUM, anchor="a"
        )

    first = finding("infrastructure/environment-recreated", "z.tf", severity=Severity.CRITICAL)
    others = [
        finding("a/b", "a.py", severity=Severity.CRITICAL),
        finding("sql/drop-table", "b.sql", severity=Severity.HIGH),
    ]
    assert sorted([*others, first], key=by_importance)[0] is first


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            "aws_vpc_security_group_ingress_rule",
            {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"},
            [Door(protocol="", first=0, last=65535)],
        ),
        ("aws_security_group_rule", {"type": "egress", "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}, []),
        (
            "google_compute_firewall",
            {"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": ["22", "8000-8010"]}]},
            [Door(protocol="tcp", first=22, last=22), Door(protocol="tcp", first=8000, last=8010)],
        ),
        ("google_compute_firewall", {"source_tags": ["a"], "allow": [{"protocol": "tcp"}]}, []),
        (
            "azurerm_network_security_rule",
            {
                "direction": "Inbound",
                "access": "Allow",
                "protocol": "Tcp",
                "source_address_prefix": "Internet",
                "destination_port_range": "3389",
            },
            [Door(protocol="tcp", first=3389, last=3389)],
        ),
        (
            "azurerm_network_security_rule",
            {"direction": "Inbound", "access": "Deny", "source_address_prefix": "*", "destination_port_range": "*"},
            [],
        ),
    ],
)
def test_doors_are_read_as_each_provider_writes_them(
    kind: str, values: dict[str, Any], *, expected: list[Door]
) -> None:
    assert list(doors(kind, values)) == expected


def test_every_kind_has_a_page_and_a_word_for_what_is_lost() -> None:
    for name in (
        "aws_db_instance",
        "google_sql_database_instance",
        "azurerm_postgresql_flexible_server",
        "cloudflare_zone",
        "digitalocean_volume",
    ):
        kind = kind_of(name)
        assert kind is not None
        assert kind.is_grave
        assert kind.source.startswith("https://registry.terraform.io/")
        assert kind.lost
    assert Holds.COMPUTE not in IRREVERSIBLE


def test_a_check_of_other_files_loads_nothing_of_this() -> None:
    code = (
        "import sys, weighbridge.app.sight;"
        "print([name for name in sys.modules if 'terraform' in name or '.infrastructure.' in name or 'hcl' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sorted(done.stdout.strip("[]\n").replace("'", "").split(", ")) == [
        "weighbridge.landscape.infrastructure.change",
        "weighbridge.landscape.infrastructure.cloudformation",
        "weighbridge.landscape.infrastructure.cloudformation.recognise",
        "weighbridge.landscape.infrastructure.images",
        "weighbridge.landscape.infrastructure.images.changed",
        "weighbridge.landscape.infrastructure.kubernetes",
        "weighbridge.landscape.infrastructure.kubernetes.manifests",
        "weighbridge.landscape.infrastructure.kubernetes.objects",
        "weighbridge.landscape.infrastructure.kubernetes.reading",
        "weighbridge.landscape.infrastructure.kubernetes.selection",
        "weighbridge.landscape.infrastructure.kubernetes.standing",
        "weighbridge.landscape.infrastructure.kubernetes.whole_files",
        "weighbridge.landscape.infrastructure.pipelines",
        "weighbridge.landscape.infrastructure.pipelines.changed",
        "weighbridge.landscape.infrastructure.pipelines.scans",
    ]


def test_what_is_put_off_is_told_with_less_surety() -> None:
    change = {"actions": ["delete"], "before": {"engine": "mysql"}, "after": None}
    resource = {
        "address": "aws_db_instance.main",
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "main",
        "change": change,
    }
    deferred = [{"reason": "provider_config_unknown", "resource_change": resource}]
    found = infrastructure({}, {"format_version": "1.2", "resource_changes": [], "deferred_changes": deferred})
    assert actions(found) == [("aws_db_instance.main", Action.DELETE, Confidence.MEDIUM)]
    assert "it is put off (provider config unknown)" in found.alterations[0].caveat

"""Templates and change sets of CloudFormation: what each says of a resource, and what it cannot be asked."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.growing import MOST, growth
from tests.unit.infrastructure.test_changes_of_infrastructure import actions, infrastructure
from tests.unit.landscape.touched import Touched

from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.inputs import Input, InputRecord, Inputs
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.conditions import holds
from weighbridge.landscape.infrastructure.cloudformation.declared import template_alterations
from weighbridge.landscape.infrastructure.cloudformation.exports import importers
from weighbridge.landscape.infrastructure.cloudformation.template import Template, read_template
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.infrastructure.cloudformation.translated import called, translated
from weighbridge.landscape.infrastructure.cloudformation.types import type_of
from weighbridge.landscape.infrastructure.cloudformation.values import settled
from weighbridge.landscape.infrastructure.kinds import IRREVERSIBLE, kind_of
from weighbridge.landscape.tree import Tree

TABLE = """\
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      Tags: []
"""
QUEUE = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n"


def read(text: str) -> Template:
    found = read_template(text.encode(), is_json=text.startswith("{"))
    assert isinstance(found, Template), found
    return found


def given_sets(*contents: object) -> Infrastructure:
    inputs = []
    for number, content in enumerate(contents, 1):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        record = InputRecord(kind="change-set", digest=digest(data), size=len(data))
        inputs.append(Input(record=record, data=data, number=number))
    change = Touched({}).change
    return Infrastructure(
        change, ChangedBytes(change, lambda *_: b""), inputs=Inputs(inputs), base=lambda: (Tree(), lambda *_: b"")
    )


def page(*changes: Mapping[str, Any], **more: object) -> dict[str, Any]:
    entries = [{"Type": "Resource", "ResourceChange": each} for each in changes]
    return {"ChangeSetId": "arn:1", "StackName": "shop", "Status": "CREATE_COMPLETE", "Changes": entries, **more}


def entry(action: str, kind: str = "AWS::DynamoDB::Table", **more: object) -> dict[str, Any]:
    return {"Action": action, "LogicalResourceId": "Orders", "ResourceType": kind, **more}


def detail(name: str, recreation: str, *, evaluation: str = "Static", cause: str = "") -> dict[str, Any]:
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    return {"Target": target, "Evaluation": evaluation, "CausingEntity": cause or None}


def test_short_and_long_forms_of_functions_are_one_value() -> None:
    short = read("""\
Resources:
  A:
    Type: AWS::S3::Bucket
    Properties:
      a: !Ref X
      b: !GetAtt X.Arn
      c: !Sub "${X.Arn}/*"
      d: !Join ["", [!GetAtt X.Arn, "/*"]]
      e: !If [C, !Ref X, !Ref AWS::NoValue]
      f: [!If [C, 1, !Ref AWS::NoValue], 2]
      g: !Ref AWS::NoValue
      h: "true"
""")
    long = read(
        json.dumps(
            {
                "Resources": {
                    "A": {
                        "Type": "AWS::S3::Bucket",
                        "Properties": {
                            "a": {"Ref": "X"},
                            "b": {"Fn::GetAtt": ["X", "Arn"]},
                            "c": {"Fn::Sub": "${X.Arn}/*"},
                            "d": {"Fn::Join": ["", [{"Fn::GetAtt": "X.Arn"}, "/*"]]},
                            "e": {"Fn::If": ["C", {"Ref": "X"}, {"Ref": "AWS::NoValue"}]},
                            "f": [{"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}, 2],
                            "g": {"Ref": "AWS::NoValue"},
                            "h": True,
                        },
                    }
                }
            }
        )
    )
    values = settled(short.resources["A"].properties)
    assert values == settled(long.resources["A"].properties)
    assert isinstance(values, dict)
    assert values["c"] == values["d"] == Expression("${X.Arn}/*", is_template=True)
    assert values["f"] == [1, 2]
    assert "g" not in values


def test_a_partition_is_the_same_whether_it_is_written_out_or_not() -> None:
    assert settled({"Fn::Sub": "arn:${AWS::Partition}:iam::1:root"}) == "arn:aws:iam::1:root"
    assert settled({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "s3"]]}) == "arn:aws:s3"


def test_a_list_that_a_condition_decides_is_one_side_or_both() -> None:
    value = {"Fn::If": ["C", [{"a": 1}], [{"b": 2}]]}
    assert settled(value) == [{"a": 1}, {"b": 2}]
    assert settled(value, lambda _: True) == [{"a": 1}]
    assert settled({"p": {"Fn::If": ["C", {"a": 1}, {"Ref": "AWS::NoValue"}]}}, lambda _: False) == {}


def test_names_are_those_of_terraform_and_findings_write_the_templates_own() -> None:
    found = translated("AWS::S3::Bucket", {"Properties": {"VersioningConfiguration": {"Status": "Enabled"}}})
    assert found.values == {
        "versioning_configuration": {"status": "Enabled"},
        "deletion_policy": "Delete",
        "update_replace_policy": "Delete",
    }
    assert found.spelled["versioning_configuration"] == "VersioningConfiguration"
    assert [called(name) for name in ("KMSMasterKeyId", "EnforceHTTPS", "DBInstanceClass", "CidrIpv6")] == [
        "kms_master_key_id",
        "enforce_https",
        "db_instance_class",
        "cidr_ipv6",
    ]


def test_conditions_are_told_by_their_text_and_by_defaults() -> None:
    template = read("""\
Parameters: {Env: {Type: String, Default: prod}, Free: {Type: String}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  NotProd: !Not [!Condition Prod]
  Both: !And [!Condition Prod, !Condition NotProd]
  Either: !Or [!Equals [!Ref Free, a], !Condition Prod]
  Open: !Equals [!Ref Free, a]
  Round: !Not [!Condition Round]
Resources: {A: {Type: AWS::SNS::Topic}}
""")
    said = {name: holds(template, name) for name in template.conditions}
    assert said == {"Prod": True, "NotProd": False, "Both": False, "Either": True, "Open": None, "Round": None}


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (TABLE + "  Jobs:\n    Type: AWS::SQS::Queue\n", QUEUE, [(Action.DELETE, Confidence.MEDIUM)]),
        (TABLE, None, [(Action.DELETE, Confidence.LOW)]),
        (
            TABLE,
            TABLE.replace("    Properties", "    Condition: C\n    Properties"),
            [(Action.DELETE, Confidence.LOW)],
        ),
        (
            TABLE,
            "Conditions: {C: !Equals [a, b]}\n" + TABLE.replace("    Properties", "    Condition: C\n    Properties"),
            [(Action.DELETE, Confidence.MEDIUM)],
        ),
        (
            "Conditions: {C: !Equals [a, a]}\n" + TABLE.replace("    Properties", "    Condition: C\n    Properties"),
            "Conditions: {C: !Equals [a, b]}\n" + TABLE.replace("    Properties", "    Condition: C\n    Properties"),
            [(Action.DELETE, Confidence.MEDIUM)],
        ),
        (
            TABLE,
            "Conditions: {C: !Equals [a, a]}\n" + TABLE.replace("    Properties", "    Condition: C\n    Properties"),
            [(Action.UPDATE, Confidence.MEDIUM)],
        ),
        (TABLE, TABLE.replace("orders", "!Ref Name"), [(Action.REPLACE, Confidence.LOW)]),
        (TABLE, TABLE.replace("orders", '!Sub "${AWS::StackName}-o"'), [(Action.REPLACE, Confidence.LOW)]),
        (TABLE, TABLE.replace("      TableName: orders\n", ""), [(Action.REPLACE, Confidence.MEDIUM)]),
        (TABLE, TABLE.replace("DynamoDB::Table", "DynamoDB::GlobalTable"), []),
        (
            TABLE,
            TABLE.replace("orders", "o2").replace("    Properties", "    UpdateReplacePolicy: Retain\n    Properties"),
            [(Action.FORGET, Confidence.MEDIUM)],
        ),
        (TABLE, TABLE.replace("Tags: []", "Tags: [{Key: a, Value: b}]"), [(Action.UPDATE, Confidence.MEDIUM)]),
        (TABLE, "# only a comment more\n" + TABLE, []),
    ],
)
def test_what_becomes_of_a_resource(base: str, head: str | None, expected: list[tuple[Action, Confidence]]) -> None:
    found = infrastructure({"stack.yaml": (base, head)})
    orders = [each for each in found.alterations if each.change.name == "Orders"]
    assert [(each.change.action, each.confidence) for each in orders] == expected


def test_a_resource_that_another_template_declares_anew_is_less_surely_gone() -> None:
    both = TABLE + "  Jobs:\n    Type: AWS::SQS::Queue\n"
    found = infrastructure({"a.yaml": (both, QUEUE), "b.yaml": (None, TABLE)})
    assert actions(found)[0] == ("Orders (AWS::DynamoDB::Table)", Action.DELETE, Confidence.LOW)


def test_a_name_of_its_own_keeps_a_resource_from_being_replaced() -> None:
    keyed = TABLE + "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
    found = infrastructure({"a.yaml": (keyed, keyed.replace("AttributeName: id", "AttributeName: no"))})
    assert [each.is_name_taken for each in found.alterations] == [True]


@pytest.mark.parametrize(
    ("path", "text", "is_one"),
    [
        ("stack.yaml", TABLE, True),
        ("serverless.yml", "service: x\nresources:\n" + "".join(f"  {line}\n" for line in TABLE.splitlines()), True),
        ("cdk.out/a.template.json", '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}', True),
        ("tests/stack.yaml", TABLE, False),
        ("values.yaml", "Resources: [a]\n", False),
        ("package.json", '{"name": "Resources"}', False),
        ("main.py", TABLE, False),
    ],
)
def test_a_template_is_known_by_a_few_words(path: str, text: str, *, is_one: bool) -> None:
    found = infrastructure({path: (text, text + "\n")})
    assert (list(found.roles) == [path]) is is_one


def test_a_template_of_the_serverless_framework_is_read() -> None:
    text = "service: x\nresources:\n" + "".join(f"  {line}\n" for line in TABLE.splitlines())
    found = infrastructure({"serverless.yml": (text, text.replace("orders", "orders2"))})
    assert actions(found) == [("Orders (AWS::DynamoDB::Table)", Action.REPLACE, Confidence.MEDIUM)]
    assert found.alterations[0].place.line == 4


def test_lines_of_json_are_those_of_its_keys() -> None:
    text = json.dumps(
        json.loads('{"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}}}'), indent=1
    )
    template = read(text)
    assert template.resources["A"].line == 3
    assert template.resources["A"].lines["TopicName"] == 6
    assert template.resources["A"].end_line == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Resources:\n  A:\n    Type: AWS::SNS::Topic\n   B: [\n", "no YAML"),
        ('{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}', "no whole JSON"),
        ("Transform: [AWS::Serverless-2016-10-31, Mine]\n" + TABLE, "the macro `Mine`"),
        ("Transform: AWS::LanguageExtensions\n" + TABLE + "  Fn::ForEach::Q: [I, [a], {}]\n", "`Fn::ForEach::Q`"),
        (
            "Transform: {Name: 'AWS::Include', Parameters: {Location: s3://a/b}}\n" + TABLE,
            "the macro `AWS::Include`",
        ),
    ],
)
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    found = infrastructure({"stack.template": (None, text)})
    assert words in found.unread[next(iter(found.roles))].detail


def test_a_loop_that_stays_as_it_was_hides_nothing() -> None:
    loop = (
        "  Fn::ForEach::Q: [I, !Ref Names, {'T${I}': {Type: 'AWS::SNS::Topic'}}]\n  Web:\n    Type: AWS::SNS::Topic\n"
    )
    before = "Transform: AWS::LanguageExtensions\n" + TABLE + loop
    found = infrastructure({"stack.template": (before, before.replace(TABLE, "Resources:\n"))})
    assert not found.unread
    assert [each.confidence for each in found.alterations] == [Confidence.MEDIUM]


def test_a_loop_over_a_parameter_with_another_default_could_not_be_looked_at() -> None:
    loop = "  Fn::ForEach::Q: [I, !Ref Names, {'T${I}': {Type: 'AWS::SNS::Topic'}}]\n"
    before = "Parameters: {Names: {Type: CommaDelimitedList, Default: 'a,b'}}\n" + TABLE + loop
    found = infrastructure({"stack.template": (before, before.replace("a,b", "a"))})
    assert "`Fn::ForEach::Q`" in found.unread[next(iter(found.roles))].detail


def test_nothing_is_compared_with_a_side_that_cannot_be_read() -> None:
    found = infrastructure({"stack.yaml": (TABLE, "Resources: {A: {Type: AWS::SNS::Topic}")})
    assert found.alterations == ()
    assert len(found.unread) == 1


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (b"{", Reason.UNPARSED, "no whole JSON"),
        ({"Stacks": []}, Reason.UNPARSED, "no `Changes`"),
        (page(Status="FAILED", StatusReason="Template error"), Reason.UNPARSED, "failed"),
        (page(Status="CREATE_IN_PROGRESS"), Reason.STALE_DATA, "CREATE_IN_PROGRESS"),
        (page(ExecutionStatus="OBSOLETE"), Reason.STALE_DATA, "OBSOLETE"),
        (page(entry("Add"), NextToken="x"), Reason.LIMIT, "another page"),
        (page(entry("Dynamic")), Reason.UNSUPPORTED, "known only when"),
        (page(entry("Modify", Scope=["Properties"], Replacement="False")), Reason.NOT_CONFIGURED, "Orders were"),
        (
            page(entry("Modify", "AWS::CloudFormation::Stack", ChangeSetId="arn:2")),
            Reason.NOT_CONFIGURED,
            "the change set arn:2, which was not given",
        ),
        (page(entry("Modify", "AWS::CloudFormation::Stack")), Reason.NOT_CONFIGURED, "stands in no change set"),
    ],
)
def test_what_a_change_set_does_not_tell_is_said(content: object, reason: Reason, words: str) -> None:
    (missing,) = given_sets(content).unread.values()
    assert missing.reason is reason
    assert words in missing.detail


@pytest.mark.parametrize(
    "content",
    [
        page(
            Status="FAILED",
            StatusReason="The submitted information didn't contain changes. Submit different information",
        ),
        page(Status="FAILED", StatusReason="No updates are to be performed."),
        page(entry("Add", AfterContext="{}")),
        [page(entry("Add"), NextToken="x"), page(entry("Remove"))],
    ],
)
def test_a_whole_change_set_leaves_nothing_to_say(content: object) -> None:
    assert given_sets(content).unread == {}


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [None], {"Target": None}, [{"Target": {"Path": 3}}]])
@pytest.mark.parametrize("name", ["Scope", "Details", "BeforeContext", "ModuleInfo", "Replacement", "ResourceType"])
def test_a_change_set_of_odd_values_is_read_all_the_same(name: str, odd: object) -> None:
    change = entry("Modify", Replacement="Conditional", Details=[detail("KeySchema", "Always")])
    found = given_sets(page({**change, name: odd}))
    assert len(found.alterations) <= 1
    assert found.unread is not None


def test_nested_change_sets_are_known_by_each_other() -> None:
    outer = page(entry("Modify", "AWS::CloudFormation::Stack", ChangeSetId="arn:2"))
    found = given_sets(outer, page(entry("Remove"), ChangeSetId="arn:2"))
    assert found.unread == {}
    assert [each.change.address for each in found.alterations if each.change.ends] == [
        "#2 Orders (AWS::DynamoDB::Table)"
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (entry("Remove", PolicyAction="Delete"), (Action.DELETE, Confidence.HIGH)),
        (entry("Remove"), (Action.DELETE, Confidence.HIGH)),
        (entry("Remove", PolicyAction="Snapshot"), (Action.DELETE, Confidence.HIGH)),
        (entry("Remove", PolicyAction="Retain"), (Action.FORGET, Confidence.HIGH)),
        (entry("Modify", Replacement="True", PolicyAction="ReplaceAndDelete"), (Action.REPLACE, Confidence.HIGH)),
        (entry("Modify", Replacement="True", PolicyAction="ReplaceAndRetain"), (Action.FORGET, Confidence.HIGH)),
        (entry("Modify", Replacement="False"), (Action.UPDATE, Confidence.HIGH)),
        (
            entry("Modify", Replacement="Conditional", Details=[detail("KeySchema", "Conditionally")]),
            (Action.REPLACE, Confidence.MEDIUM),
        ),
        (
            entry("Modify", Replacement="Conditional", Details=[detail("KeySchema", "Always", evaluation="Dynamic")]),
            (Action.REPLACE, Confidence.LOW),
        ),
        (entry("Add"), (Action.CREATE, Confidence.HIGH)),
    ],
)
def test_what_a_change_set_says_is_done(change: dict[str, Any], expected: tuple[Action, Confidence]) -> None:
    (found,) = given_sets(page(change)).alterations
    assert (found.change.action, found.confidence) == expected


@pytest.mark.parametrize("action", ["Import", "SyncWithActual", "Dynamic"])
def test_what_a_change_set_only_notes_is_no_change(action: str) -> None:
    assert given_sets(page(entry(action))).alterations == ()


def test_what_may_be_replaced_is_so_where_its_cause_is() -> None:
    cause = {**entry("Modify", "AWS::RDS::DBSubnetGroup", Replacement="True"), "LogicalResourceId": "Subnets"}
    details = [detail("DBSubnetGroupName", "Always", evaluation="Dynamic", cause="Subnets")]
    found = given_sets(page(cause, entry("Modify", "AWS::RDS::DBInstance", Replacement="Conditional", Details=details)))
    assert found.alterations[1].confidence is Confidence.HIGH


def test_a_change_set_tells_what_sources_only_let_expect() -> None:
    def both(*changes: dict[str, Any]) -> Infrastructure:
        data = json.dumps(page(*changes)).encode()
        given = Input(record=InputRecord(kind="change-set", digest=digest(data), size=len(data)), data=data)
        touched = Touched({"a.yaml": (TABLE, TABLE.replace("orders", "o2"))})
        texts = {
            blob.oid: text
            for file in touched.change.files
            for blob, text in ((file.base, TABLE), (file.head, TABLE.replace("orders", "o2")))
            if blob
        }
        contents = ChangedBytes(touched.change, lambda oid, _: texts[oid].encode())
        return Infrastructure(touched.change, contents, inputs=Inputs([given]), base=lambda: (Tree(), lambda *_: b""))

    told = both(entry("Modify", Replacement="False"))
    assert [each.change.action for each in told.alterations] == [Action.UPDATE]
    assert [each.change.action for each in both().alterations] == [Action.REPLACE]
    assert [each.caveat for each in both().alterations] == [
        "; read from the sources: the change set that was given does not say so"
    ]


def test_a_plan_of_another_tool_is_not_said_to_be_silent() -> None:
    plan = {"format_version": "1.2", "resource_changes": []}
    found = infrastructure({"a.yaml": (TABLE, TABLE.replace("orders", "o2"))}, plan)
    assert [each.caveat for each in found.alterations] == ["; read from the sources: no change set was given"]


def test_importers_are_found_by_the_part_of_a_name_that_no_stack_fills_in() -> None:
    template = b"Resources:\n  A:\n    VpcId:\n      Fn::ImportValue: !Sub '${Net}-VpcId'\n"
    touched = Touched(
        {"shop.yaml": (template.decode(), template.decode() + "\n"), "other.yaml": ("VpcId: 1", "VpcId: 2")}
    )
    texts = {
        file.base.oid: data
        for file, data in zip(touched.change.files, (template, b"VpcId: 1"), strict=True)
        if file.base
    }
    tree = Tree({file.path: file.base for file in touched.change.files if file.base})
    found = importers("${AWS::StackName}-VpcId", tree, read=lambda oid, _: texts[oid])
    assert found == ["shop.yaml"]
    assert importers("${AWS::StackName}-${X}", tree, read=lambda oid, _: texts[oid]) == []


def test_types_that_hold_something_are_known_by_it() -> None:
    for name in ("AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::Backup::BackupVault"):
        kind = kind_of(type_of(name).like)
        assert kind is not None
        assert kind.holds in IRREVERSIBLE


def test_a_body_that_is_no_template_is_none() -> None:
    assert read_template(b"Resources:\n  A: {Type: x}\n", is_json=False) is None
    assert read_template(b"- 1\n", is_json=False) is None
    assert isinstance(read_template(b'{"Resources": {"A": ' + b"[" * 3000, is_json=True), CouldNotLook)


def instances(count: int, *, name: str = "Db", engine: str = "postgres") -> Template:
    """Databases, each of which refers to the one before."""
    made = (
        f"  {name}{n}:\n    Type: AWS::RDS::DBInstance\n    DependsOn: {name}{max(n - 1, 0)}\n    Properties:\n"
        f"      AllocatedStorage: '{n}'\n      DBInstanceClass: db.m5.large\n      Engine: {engine}\n"
        for n in range(count)
    )
    return read("Resources:\n" + "".join(made))


@pytest.mark.parametrize(("name", "engine"), [("Other", "postgres"), ("Db", "mysql"), ("Other", "mysql")])
def test_many_resources_are_compared_in_time_that_grows_with_their_number(name: str, engine: str) -> None:
    def work(count: int) -> None:
        before, after = made[count]
        file = TemplateFile(path=RepoPath("a.yaml"), base_path=RepoPath("a.yaml"), before=before, after=after)
        assert len([*template_alterations([file])]) >= count

    made = {count: (instances(count), instances(count, name=name, engine=engine)) for count in (100, 800)}

    assert growth(work, 100) < MOST


def test_a_renamed_resource_is_the_one_that_is_declared_as_it_was() -> None:
    before, after = instances(3), instances(3, name="Other")
    file = TemplateFile(path=RepoPath("a.yaml"), base_path=RepoPath("a.yaml"), before=before, after=after)

    notes = [each.note for each in template_alterations([file]) if each.change.name == "Db2"]

    assert len(notes) == 1
    assert notes[0].startswith("`Other2` is declared as it was")

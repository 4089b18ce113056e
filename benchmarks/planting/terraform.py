"""Dangers in sources of Terraform: what a resource that is there loses, or lets in."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.planting.danger import Danger, Ground, Plant

_HOLDS_DATA: Final = (
    "aws_db_instance|aws_rds_cluster|aws_dynamodb_table|aws_s3_bucket|aws_efs_file_system|aws_kms_key|aws_sqs_queue|aws_ebs_volume"
    "|aws_elasticache_replication_group|aws_route53_zone|aws_opensearch_domain|aws_ecr_repository|aws_secretsmanager_secret"
    "|google_sql_database_instance|google_storage_bucket|azurerm_storage_account|azurerm_key_vault"
)
_RESOURCE: Final = re.compile(
    rf'^resource "(?P<type>{_HOLDS_DATA})" "(?P<name>[^"]+)" \{{\n(?P<body>.*?)^\}}\n', re.M | re.S
)
_NAMED_BY: Final = {
    "aws_db_instance": "db_name|engine",
    "aws_rds_cluster": "cluster_identifier|database_name",
    "aws_dynamodb_table": "name|hash_key",
    "aws_s3_bucket": "bucket",
    "aws_sqs_queue": "name",
    "aws_ecr_repository": "name",
    "aws_route53_zone": "name",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_efs_file_system": "creation_token|encrypted",
    "aws_secretsmanager_secret": "name",
    "google_sql_database_instance": "name",
    "google_storage_bucket": "name|location",
    "azurerm_storage_account": "name",
    "azurerm_key_vault": "name",
}


_FOR_TRIALS: Final = re.compile(
    r'^  (?:count|for_each)\s*=[^\n]*(?:==\s*"[^"\n]*(?:stag|dev|test|sandbox|qa|demo|preview|trial)[^"\n]*"\s*\?[^\n:]*:\s*(?:0|\[\]|\{\}|toset\(\[\]\))'
    r'|!=\s*"prod[^"\n]*"\s*\?[^\n:]*:\s*(?:0|\[\]|\{\}|toset\(\[\]\))|==\s*"prod[^"\n]*"\s*\?\s*(?:0|\[\]|\{\}|toset\(\[\]\))\s*:)',
    re.M,
)
"""A resource that by its own words is made for trials alone: what happens to it is no danger to what is in use."""


def _within(change: Callable[[re.Match[str], Ground], str | None]) -> Plant:
    """Change one resource that holds data."""

    def plant(ground: Ground) -> str | None:
        found = [each for each in _RESOURCE.finditer(ground.text) if not _FOR_TRIALS.search(each["body"])]
        ground.chance.shuffle(found)
        for each in found:
            changed = change(each, ground)
            if changed is not None:
                return ground.text[: each.start()] + changed + ground.text[each.end() :]
        return None

    return plant


def _renamed(found: re.Match[str], ground: Ground) -> str | None:
    """Not where something says that it was moved."""
    name = found["name"]
    return None if "moved {" in ground.text else found.group().replace(f'"{name}" {{', f'"{name}_planted" {{', 1)


def _named_otherwise(found: re.Match[str], _: Ground) -> str | None:
    pattern = rf'^(  (?:{_NAMED_BY.get(found["type"], "no key")})\s*=\s*)"([^"$]+)"'
    body, times = re.subn(pattern, r'\1"\2-planted"', found["body"], count=1, flags=re.M)
    return found.group().replace(found["body"], body) if times else None


def _counted_down(found: re.Match[str], _: Ground) -> str | None:
    if re.search(r"^  (?:count|for_each)\s*=", found["body"], re.M):
        return None
    head, brace, rest = found.group().partition("{\n")
    return f"{head}{brace}  count = 0\n\n{rest}"


def _unprotected(found: re.Match[str], _: Ground) -> str | None:
    text, times = re.subn(r"^(  deletion_protection\s*=\s*)true\b", r"\1false", found.group(), flags=re.M)
    return text if times else None


def _gone(_: re.Match[str], __: Ground) -> str | None:
    return ""


_IS_OPEN_OR_ABSENT: Final = re.compile(r"0\.0\.0\.0/0|^ +count\s*=", re.M)
"""What is open already opens no further, and what may not be there loses nothing."""


def _replaced(pattern: str, instead: str) -> Plant:
    def plant(ground: Ground) -> str | None:
        found = list(re.finditer(pattern, ground.text, re.M))
        if not found or _IS_OPEN_OR_ABSENT.search(ground.text):
            return None
        each = ground.chance.choice(found)
        return ground.text[: each.start()] + each.expand(instead) + ground.text[each.end() :]

    return plant


_STATEMENT: Final = re.compile(r"^(?P<indent> +)statement \{\n(?P<body>.*?)^(?P=indent)\}\n", re.M | re.S)


def _may_do_everything(ground: Ground) -> str | None:
    """A statement about what a role may do; what others may do to one resource is another thing."""
    for each in _STATEMENT.finditer(ground.text):
        if re.search(r'principals|Deny|not_|\w\["', each["body"]):
            continue
        body, times = re.subn(r"^( +(?:actions|resources)\s*=\s*)\[[^\]]*\]", r'\1["*"]', each["body"], flags=re.M)
        if times == 2 and body != each["body"]:
            return ground.text[: each.start("body")] + body + ground.text[each.end("body") :]
    return None


def dangers() -> Iterator[Danger]:
    """All of them."""
    yield Danger(name="a resource that holds data is taken out", plant=_within(_gone))
    yield Danger(name="a resource that holds data has another name in the code", plant=_within(_renamed))
    yield Danger(name="a resource that holds data has another name in the cloud", plant=_within(_named_otherwise))
    yield Danger(name="none is left of a resource that holds data", plant=_within(_counted_down))
    yield Danger(name="a role may do everything", plant=_may_do_everything)
    yield Danger(name="deletion is no longer refused by the cloud", plant=_within(_unprotected))
    for name, pattern, instead in _SETTINGS:
        yield Danger(name=name, plant=_replaced(pattern, instead))


_SETTINGS: Final = (
    ("deletion is no longer refused by Terraform", r"^( +prevent_destroy\s*=\s*)true\b", r"\1false"),
    ("backups are kept for no day", r"^( +backup_retention_period\s*=\s*)[1-9]\d*$", r"\g<1>0"),
    (
        "what is stored is no longer encrypted",
        r"^( +(?:storage_encrypted|at_rest_encryption_enabled)\s*=\s*)true\b",
        r"\1false",
    ),
    ("a database has an address on the internet", r"^( +publicly_accessible\s*=\s*)false\b", r"\1true"),
    ("a bucket may be opened", r"^( +(?:block_public_policy|restrict_public_buckets)\s*=\s*)true\b", r"\1false"),
    (
        "everybody may connect",
        r"^(  ingress \{\n(?:    [^\n}]*\n)*?    from_port\s*=\s*)\d+(\n    to_port\s*=\s*)\d+(\n(?:    [^\n}]*\n)*?    cidr_blocks\s*=\s*)\[[^\]\n]*\]",
        r'\g<1>22\g<2>22\g<3>["0.0.0.0/0"]',
    ),
)

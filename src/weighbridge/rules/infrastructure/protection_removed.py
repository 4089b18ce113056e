"""What keeps a resource from being deleted, or keeps copies of it, is taken away."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.kept_blocks import ended_blocks
from weighbridge.landscape.infrastructure.kinds import Holds, carries
from weighbridge.landscape.infrastructure.locks import loosened_lock
from weighbridge.landscape.infrastructure.protections import KEEPERS, prevents_destroy, removals

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss", "protection"),
)

_OF_STORES: Final = ("aws_s3_bucket_versioning", "aws_s3_bucket_object_lock_configuration", "aws_efs_backup_policy")
"""Types that say how a store is kept, beside it."""
_OF_BACKUPS: Final = (
    "aws_backup_plan", "aws_dlm_lifecycle_policy", "azurerm_backup_policy_vm", "azurerm_backup_policy_file_share", "azurerm_backup_policy_vm_workload",
    "azurerm_data_protection_backup_policy_blob_storage", "google_gke_backup_backup_plan", "google_compute_resource_policy",
)  # fmt: skip
"""Types that say for how long copies are kept."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each protection; what only the sources know, such as `prevent_destroy`, is taken from them.

    By itself it loses nothing: where no production is meant, it is graver nowhere.
    """
    found = case[Infrastructure]
    gone = {
        each.change.name
        for each in found.alterations
        if each.change.ends and each.kind is not None and each.kind.is_irreversible
    }
    companions = Companions(found.alterations)
    for each in found.alterations:
        for removal in (*removals(each), *ended_blocks(each)):
            if companions.is_moved_out(each, removal.setting.partition(".")[0]):
                continue
            is_store = each.kind is not None and (each.kind.is_grave or each.kind.holds is Holds.ENVIRONMENT)
            is_ended = removal.is_total and (is_store or each.change.type in _OF_STORES)
            is_grave = is_ended or (removal.is_drastic and (is_store or each.change.type in _OF_BACKUPS))
            yield RULE.finding(
                f"{each.name}: `{removal.setting}` is set so that {removal.words}{each.caveat_of(removal.name)}"
                if not removal.words.startswith("`")
                else f"{each.name}: {removal.words}{each.caveat_of(removal.name)}",
                each.at(removal.name),
                anchor=each.anchor(removal.setting),
                severity=Severity.HIGH if is_grave and not each.realm else Severity.MEDIUM,
                confidence=each.confidence,
            )
        lock = loosened_lock(each.change)
        if lock is not None:
            yield RULE.finding(
                f"{each.name}: {lock.words}{each.caveat_of(lock.name)}",
                each.at(lock.name),
                anchor=each.anchor(lock.setting),
                severity=Severity.HIGH if lock.is_drastic and not each.realm else Severity.MEDIUM,
                confidence=each.confidence,
            )
        words = KEEPERS.get(each.change.type, "")
        if words and each.change.action is Action.DELETE and each.change.name not in gone:
            yield RULE.finding(
                f"{each.name} is destroyed: {words}{each.caveat}",
                each.place,
                anchor=each.anchor(),
                confidence=each.confidence,
            )
    yield from _refusals(found)
    if any(_names_tags(found)):
        yield from _unselected(found)


def _names_tags(found: Infrastructure) -> Iterable[bool]:
    """Whether tags are among what is otherwise: then something may be picked by them no longer."""
    for each in found.alterations:
        was, now = each.change.before, each.change.after
        yield any(was.get(name) and was[name] != now.get(name) for name in ("tags", "tags_all"))
    for folder in (*found.sources.folders, *found.sources.uses):
        yield any(
            pair.old is not None and "default_tags" in pair.old.block.values for pair in folder.changes("provider")
        )


def _unselected(found: Infrastructure) -> Iterable[Finding]:
    """What is picked for backups by a tag that it bears no longer."""
    from weighbridge.landscape.infrastructure.tagged import unselected  # noqa: PLC0415 - few changes touch tags

    for each in unselected(found):
        yield RULE.finding(
            each.words,
            each.place,
            anchor=each.anchor,
            severity=Severity.MEDIUM if each.is_elsewhere else Severity.HIGH,
            confidence=each.confidence,
        )


def _refusals(found: Infrastructure) -> Iterable[Finding]:
    """Resources that Terraform itself refused to destroy, and destroys from now on."""
    for each in found.declared:
        if not each.change.after or not prevents_destroy(each.change.before) or prevents_destroy(each.change.after):
            continue
        is_lived_by = each.kind is not None and (each.kind.holds is Holds.ENVIRONMENT or carries(each.kind.type))
        is_grave = each.kind is None or each.kind.is_grave or is_lived_by
        yield RULE.finding(
            f"{each.name}: `prevent_destroy` is gone, and the next plan that wants to destroy it is not refused any more",
            each.at("lifecycle"),
            anchor=each.anchor("prevent_destroy"),
            severity=Severity.HIGH if is_grave and not each.realm else Severity.MEDIUM,
            confidence=Confidence.HIGH,
        )

"""Rights that are no policies of AWS and no bindings of known roles: roles of one's own, vaults' lists, who may act by a token."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.iam.expressions import asks_as_much, tells_one
from weighbridge.landscape.infrastructure.iam.grants import Grant, widened
from weighbridge.landscape.infrastructure.iam.patterns import Names
from weighbridge.landscape.infrastructure.iam.powers import Power
from weighbridge.landscape.infrastructure.iam.widening import Widening

_MOST_SAID: Final = 4
_RIGHTS: Final = (
    "microsoft.authorization/roleassignments/write",
    "microsoft.authorization/roledefinitions/write",
    "microsoft.authorization/elevateaccess/action",
    "microsoft.managedidentity/userassignedidentities/assign/action",
)
_SECRETS: Final = (
    "microsoft.keyvault/vaults/secrets/getsecret/action",
    "microsoft.storage/storageaccounts/listkeys/action",
    "microsoft.containerservice/managedclusters/listclusteradmincredential/action",
    "microsoft.compute/virtualmachines/runcommand/action",
    "microsoft.documentdb/databaseaccounts/listkeys/action",
)
"""Actions of Azure's that change who may do what, and that read what opens the rest."""
_GOOGLE_RIGHTS: Final = LatePattern(
    r".+\.setIamPolicy|iam\.roles\.(?:update|create)|iam\.serviceAccounts\.(?:actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)"
    r"|iam\.serviceAccountKeys\.create|cloudbuild\.builds\.create|deploymentmanager\.deployments\.(?:create|update)"
)
_GOOGLE_SECRETS: Final = frozenset({"secretmanager.versions.access", "cloudkms.cryptoKeyVersions.useToDecrypt"})
_VAULT_LISTS: Final = (
    "secret_permissions",
    "key_permissions",
    "certificate_permissions",
    "storage_permissions",
)
_VAULT_READS: Final = frozenset({"get", "decrypt", "unwrapkey", "sign", "backup", "all"})
_VAULT_ENDS: Final = frozenset({"delete", "purge"})
_ISSUERS: Final = LatePattern(
    r"https://(?:token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|agent\.buildkite\.com|oidc\.circleci\.com|api\.bitbucket\.org).*"
)
"""Who gives tokens to everybody's pipelines alike."""
_DIRECTORY_ROLES: Final = {
    "62e90394-69f5-4237-9190-012177145e10": (Power.ADMIN, "Global Administrator"),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": (Power.ADMIN, "Privileged Role Administrator"),
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": (Power.PERMISSIONS, "Privileged Authentication Administrator"),
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": (Power.PERMISSIONS, "Application Administrator"),
    "158c047a-c907-4556-b7ef-446551a6b5f7": (Power.PERMISSIONS, "Cloud Application Administrator"),
}
"""Roles of a directory, which have the same ids everywhere (https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference)."""
_ANYBODY: Final = ("allUsers", "allAuthenticatedUsers")
_CLUSTER_POLICIES: Final = {
    "AmazonEKSClusterAdminPolicy": Power.PERMISSIONS,
    "AmazonEKSAdminPolicy": Power.MANY,
    "AmazonEKSSecretReaderPolicy": Power.SECRETS,
}


def custom_widenings(change: ResourceChange) -> Iterator[Widening]:
    """What such a resource grants more than before."""
    reader = _READERS.get(change.type)
    if reader is not None and not change.is_data and change.action in (Action.CREATE, Action.UPDATE, Action.REPLACE):
        yield from reader(change)


def _of_azure_role(change: ResourceChange) -> Iterator[Widening]:
    if change.is_unknown("permissions"):
        return
    before, after = (list(_azure_grants(each)) for each in (change.before, change.after))
    found = widened(before, after).granted
    if not found:
        return
    powers = [_azure_power(each) for each in found]
    power = max(powers)
    worst = [each for each, its in zip(found, powers, strict=True) if its is power]
    said = ", ".join(f"`{each.action.words}`" for each in worst[:_MOST_SAID])
    yield Widening(
        power=_of_new(power, change), words=said, argument="permissions", opens=_by_itself(change), is_new=not before
    )


def _azure_grants(values: Mapping[str, Any]) -> Iterator[Grant]:
    for block in nested(values, "permissions"):
        for kind, denied in (("actions", "not_actions"), ("data_actions", "not_data_actions")):
            listed, without = block.get(kind), block.get(denied)
            excluded = tuple(_plain(without))
            resource = Names("data") if kind == "data_actions" else Names("management")
            for each in _plain(listed):
                is_all_but = each == "*" and bool(excluded)
                lowered = tuple(name.lower() for name in excluded) if is_all_but else ()
                action = Names(each.lower(), lowered, written=excluded if is_all_but else (each,))
                yield Grant(allows=True, action=action, resource=resource)


def _azure_power(grant: Grant) -> Power:
    if grant.resource.pattern == "data":
        return Power.MANY if grant.action.is_all else Power.SOME
    can_grant = any(grant.action.meets(each) for each in _RIGHTS)
    if grant.action.pattern == "*" and not grant.action.excluded:
        return Power.ADMIN
    if can_grant:
        return Power.PERMISSIONS
    if any(grant.action.meets(each) for each in _SECRETS):
        return Power.SECRETS
    return Power.MANY if "*" in grant.action.pattern else Power.SOME


def _of_google_role(change: ResourceChange) -> Iterator[Widening]:
    was, now = (set(_plain(each.get("permissions"))) for each in (change.before, change.after))
    more = sorted(now - was) if not change.is_unknown("permissions") else []
    for power, wanted in (
        (Power.PERMISSIONS, [each for each in more if _GOOGLE_RIGHTS.fullmatch(each)]),
        (Power.SECRETS, [each for each in more if each in _GOOGLE_SECRETS]),
    ):
        if wanted:
            said = ", ".join(f"`{each}`" for each in wanted[:_MOST_SAID])
            yield Widening(
                power=_of_new(power, change),
                words=said,
                argument="permissions",
                opens=_by_itself(change),
                is_new=not was,
            )
            return


def _of_new(power: Power, change: ResourceChange) -> Power:
    """A role that is new is nobody's yet: what it opens is told with whom it is given to."""
    return min(power, Power.MANY) if change.action is Action.CREATE else power


def _by_itself(change: ResourceChange) -> str:
    return "whoever is given the role" if change.action is Action.CREATE else ""


def _of_vault(change: ResourceChange) -> Iterator[Widening]:
    """Lists of what one may do in a vault of keys, each as a resource or within the vault."""
    if change.type == "azurerm_key_vault":
        old = {str(each.get("object_id")): each for each in nested(change.before, "access_policy")}
        for each in () if change.is_unknown("access_policy") else nested(change.after, "access_policy"):
            yield from _in_vault(old.get(str(each.get("object_id")), {}), each, argument="access_policy")
    else:
        yield from _in_vault(change.before, change.after, argument=_VAULT_LISTS[0])


def _in_vault(was: Mapping[str, Any], now: Mapping[str, Any], *, argument: str) -> Iterator[Widening]:
    more: dict[str, str] = {}
    for name in _VAULT_LISTS:
        had = {each.lower() for each in _plain(was.get(name))}
        if "all" not in had:
            kind = name.partition("_")[0]
            more |= {f"{kind} {each}": each.lower() for each in _plain(now.get(name)) if each.lower() not in had}
    ends = [said for said, each in more.items() if each in _VAULT_ENDS]
    reads = [said for said, each in more.items() if each in _VAULT_READS and not said.startswith("certificate")]
    if not ends and not (reads and was):
        return
    said = ", ".join(f"`{each}`" for each in (ends + reads)[:_MOST_SAID])
    what = "what is encrypted by a key that is purged can never be read again" if ends else ""
    yield Widening(power=Power.SECRETS, words=said, argument=argument, opens=what, is_new=not was)


def _of_federation(change: ResourceChange) -> Iterator[Widening]:
    for name in ("subject", "issuer"):
        was, now = change.before.get(name), change.after.get(name)
        if isinstance(was, str) and isinstance(now, str) and was and now and was != now:
            yield Widening(power=Power.PRINCIPAL, words=f"its tokens to `{now}`", argument=name, is_trust=True)
            return


def _of_pool(change: ResourceChange) -> Iterator[Widening]:
    was, now = change.before.get("attribute_condition"), change.after.get("attribute_condition")
    if change.is_unknown("attribute_condition") or not was or isinstance(now, Expression) or was == now:
        return
    issuer = next((str(each.get("issuer_uri")) for each in nested(change.after, "oidc")), "")
    if now in (None, ""):
        is_shared = _ISSUERS.fullmatch(issuer) is not None
        yield Widening(
            power=Power.PUBLIC if is_shared else Power.PRINCIPAL,
            words="its tokens to whoever its issuer knows, which a condition did not allow before",
            argument="attribute_condition",
            opens="everybody's pipelines there, as far as its bindings name no one" if is_shared else "",
            is_trust=True,
        )
    elif not (isinstance(was, str) and isinstance(now, str)) or not asks_as_much(now, was):
        is_wide = isinstance(was, str) and isinstance(now, str) and tells_one(was) and not tells_one(now)
        yield Widening(
            power=Power.PRINCIPAL if is_wide else Power.SOME,
            words="its tokens, which were under a condition on single repositories"
            if is_wide
            else "its tokens, which were under another condition",
            argument="attribute_condition",
            opens="every repository and pipeline that meets what is asked now, as far as its bindings name no one"
            if is_wide
            else "",
            is_trust=is_wide,
            is_condition=True,
        )


def _of_cluster(change: ResourceChange) -> Iterator[Widening]:
    was, now = (str(each.get("policy_arn") or "").rpartition("/")[2] for each in (change.before, change.after))
    power = _CLUSTER_POLICIES.get(now)
    scopes = {str(each.get("type")) for each in nested(change.after, "access_scope")}
    if power is None or now == was:
        return
    power = Power.MANY if scopes == {"namespace"} else power
    who = change.after.get("principal_arn")
    words = f"the policy `{now}`" + (f" to `{who}`" if isinstance(who, str) else "")
    opens = "everything in the cluster, every secret among it" if power is Power.PERMISSIONS else ""
    yield Widening(power=power, words=words, argument="policy_arn", opens=opens)


def _of_directory(change: ResourceChange) -> Iterator[Widening]:
    role = change.after.get("role_id")
    power, called = _DIRECTORY_ROLES.get(role, (None, "")) if isinstance(role, str) else (None, "")
    if power is not None and role != change.before.get("role_id"):
        opens = "everything in the directory, and by it every subscription" if power is Power.ADMIN else ""
        yield Widening(power=power, words=f"the role `{called}`", argument="role_id", opens=opens)


def _of_dataset(change: ResourceChange) -> Iterator[Widening]:
    was, now = (set(_readers(each)) for each in (change.before, change.after))
    for role, whom in sorted(now - was):
        yield Widening(power=Power.PUBLIC, words=f"`{role}` to `{whom}`", argument="access")


def _readers(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in (values, *nested(values, "access")):
        for name in ("special_group", "iam_member"):
            if each.get(name) in _ANYBODY:
                yield str(each.get("role")), str(each[name])


def _of_legacy(change: ResourceChange) -> Iterator[Widening]:
    name = "enable_legacy_abac"
    if change.after.get(name) is True and change.before.get(name) is not True:
        yield Widening(
            power=Power.PERMISSIONS,
            words=f"what `{name}` lets every account do",
            argument=name,
            opens="nearly everything in the cluster",
        )


def _plain(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


_READERS: Final = {
    "azurerm_role_definition": _of_azure_role,
    "google_project_iam_custom_role": _of_google_role,
    "google_organization_iam_custom_role": _of_google_role,
    "azurerm_key_vault": _of_vault,
    "azurerm_key_vault_access_policy": _of_vault,
    "azurerm_federated_identity_credential": _of_federation,
    "azuread_application_federated_identity_credential": _of_federation,
    "google_iam_workload_identity_pool_provider": _of_pool,
    "aws_eks_access_policy_association": _of_cluster,
    "azuread_directory_role_assignment": _of_directory,
    "google_bigquery_dataset": _of_dataset,
    "google_bigquery_dataset_access": _of_dataset,
    "google_container_cluster": _of_legacy,
}

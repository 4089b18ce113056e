"""What becomes of objects that are no longer declared, by what Flux, Argo CD and pipelines reach before and after."""

import pytest
from tests.unit.infrastructure.told import said, told

REMOVED = "object-removed"
ROOT = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec:
  path: ./clusters/a
  prune: PRUNE
  sourceRef: {kind: GitRepository, name: flux-system}
"""
INNER = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: NAME, namespace: flux-system}
spec:
  path: PATH
  prune: PRUNE
  sourceRef: {kind: GitRepository, name: flux-system}
"""
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME}\n"
APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: https://example.org/infra, path: apps/shop}
  destination: {name: main}
  syncPolicy: POLICY
"""
SET = """apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all}
spec:
  generators: [{git: {directories: [{path: apps/*}]}}]
  template:
    spec:
      source: {repoURL: https://example.org/infra, path: "{{path}}"}
      destination: {name: main}
      syncPolicy: POLICY
"""
WORKFLOW = """on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps: [{run: COMMAND}]
"""


def root(prune: str = "true") -> dict[str, str]:
    return {"clusters/a/flux-system/sync.yaml": ROOT.replace("PRUNE", prune), "clusters/a/dns.yaml": space("dns")}


def inner(name: str, path: str, *, prune: str = "true") -> str:
    return INNER.replace("NAME", name).replace("PATH", path).replace("PRUNE", prune)


def space(name: str) -> str:
    return NAMESPACE.replace("NAME", name)


def without(path: str, files: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name != path}


@pytest.mark.parametrize(("prune", "severity"), [("true", "critical"), ("false", "medium")])
def test_what_flux_no_longer_reaches_is_deleted_where_it_prunes(prune: str, severity: str) -> None:
    files = {**root(prune), "clusters/a/shop.yaml": space("shop")}
    assert said(REMOVED, files, without("clusters/a/shop.yaml", files)) == [(severity, "medium")]


@pytest.mark.parametrize(
    ("above", "own", "severities"),
    [("true", "true", {"critical", "medium"}), ("false", "true", {"medium"}), ("true", "false", {"medium"})],
)
def test_what_goes_with_its_own_applier_is_deleted_where_both_prune(above: str, own: str, severities: set[str]) -> None:
    before = {
        **root(above),
        "clusters/a/shop.yaml": inner("shop", "./parts/shop", prune=own),
        "parts/shop/a.yaml": space("shop"),
    }
    assert {severity for severity, _ in said(REMOVED, before, root(above))} == severities


def test_what_another_applier_has_too_may_be_deleted_in_between() -> None:
    before = {
        **root(),
        "clusters/a/old.yaml": inner("old", "parts/old"),
        "clusters/a/new.yaml": inner("new", "parts/new"),
        "parts/old/a.yaml": space("shop"),
        "parts/old/b.yaml": space("market"),
        "parts/new/a.yaml": space("shop"),
    }
    (found,) = told(REMOVED, before, without("parts/old/a.yaml", before))
    assert found.severity == "medium"
    assert "if the one before prunes first" in found.message


def test_a_path_may_hold_what_the_applier_above_puts_in() -> None:
    part = inner("part", "${where}/parts").replace("spec:\n", "spec:\n", 1)
    given = ROOT.replace("PRUNE", "true") + "  postBuild: {substitute: {where: ./clusters/a}}\n"
    before = {
        "clusters/a/flux-system/sync.yaml": given,
        "clusters/a/flux-system/kustomization.yaml": "resources: [sync.yaml]\n",
        "clusters/a/kustomization.yaml": "resources: [flux-system, part.yaml]\n",
        "clusters/a/part.yaml": part,
        "clusters/a/parts/a.yaml": space("shop"),
        "clusters/a/parts/b.yaml": space("dns"),
    }
    (found,) = told(REMOVED, before, without("clusters/a/parts/a.yaml", before))
    assert "`clusters/a/parts` (Kustomization `flux-system/part`) prunes" in found.message


@pytest.mark.parametrize(
    ("policy", "severity"),
    [("{automated: {prune: true}}", "critical"), ("{automated: {}}", "medium"), ("{}", "medium")],
)
@pytest.mark.parametrize("application", [APPLICATION, SET])
def test_argo_deletes_by_itself_only_where_it_is_told_to(application: str, policy: str, severity: str) -> None:
    before = {
        "argocd/shop.yaml": application.replace("POLICY", policy),
        "apps/shop/a.yaml": space("shop"),
        "apps/shop/b.yaml": space("dns"),
    }
    assert said(REMOVED, before, without("apps/shop/a.yaml", before)) == [(severity, "medium")]


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("kubectl apply -k k8s", "medium"),
        ("kubectl -n shop apply -f k8s", "medium"),
        ("kubectl apply --prune -l app=shop -k k8s", "critical"),
        ("argocd app sync shop && kubectl apply -f k8s", "critical"),
        ("helm upgrade shop k8s", "critical"),
        ("kind create cluster && kubectl apply -k k8s", "critical"),
    ],
)
def test_a_pipeline_that_only_applies_deletes_nothing(command: str, severity: str) -> None:
    before = {".github/workflows/deploy.yml": WORKFLOW.replace("COMMAND", command), "k8s/a.yaml": space("shop")}
    assert said(REMOVED, before, without("k8s/a.yaml", before)) == [(severity, "medium")]


@pytest.mark.parametrize(
    ("folder", "confidence"), [("clusters/development", "low"), ("clusters/eu", "medium"), ("overlays/dev-shop", "low")]
)
def test_what_goes_in_an_environment_that_is_no_production_is_less_sure_to_matter(folder: str, confidence: str) -> None:
    kept = {"clusters/production/a.yaml": space("a"), "overlays/prod-shop/a.yaml": space("b")}
    assert said(REMOVED, {**kept, f"{folder}/a.yaml": space("shop")}, kept) == [("critical", confidence)]


def test_many_like_ones_of_a_file_are_told_once() -> None:
    kinds = ("Shop", "Shelf", "Crate", "Truck", "Ramp")
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: {0}s.example.org}}\n"
        "spec:\n  group: example.org\n  names: {{kind: {0}}}\n  versions:\n"
        "    - {{name: v1, served: true, storage: true}}\n{1}"
    )
    old = "    - {name: v1beta1, served: true, storage: false}\n"
    before, after = ("---\n".join(definition.format(each, more) for each in kinds) for more in (old, ""))
    (found,) = told("definition-narrowed", {"k8s/a.yaml": before}, {"k8s/a.yaml": after})
    assert (
        "the same holds for 4 more: `Shelfs.example.org`, `Crates.example.org`, `Trucks.example.org` and 1 more"
        in found.message
    )
    assert len(found.related) == 4


def test_a_folder_without_a_listing_holds_those_below_as_they_list_themselves() -> None:
    before = {
        **root(),
        "clusters/a/parts/kustomization.yaml": "resources: [part.yaml]\n",
        "clusters/a/parts/part.yaml": inner("part", "./clusters/a/parts/app", prune="false"),
        "clusters/a/parts/app/a.yaml": space("shop"),
        "clusters/a/parts/app/b.yaml": space("market"),
    }
    (found,) = told(REMOVED, before, without("clusters/a/parts/app/a.yaml", before))
    assert found.severity == "medium"
    assert "nothing prunes in `clusters/a/parts/app` (Kustomization `flux-system/part`)" in found.message


def test_the_same_turn_of_a_value_in_many_files_is_told_once() -> None:
    names = ("shop", "market", "stall", "kiosk")
    before, after = (
        {f"apps/{name}/ks.yaml": inner(name, f"./apps/{name}/app") + f"  targetNamespace: {where}\n" for name in names}
        for where in ("observability", "o11y")
    )
    (found,) = told("delivery-changed", before, after)
    assert "the same holds for 3 more" in found.message
    assert len(found.related) == 3

"""A component while it is being put together: its roots and every claim made of it."""

import re

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.description import DeclaredComponent
from weighbridge.landscape.manifests.claims import Authority, Claim

_INFRASTRUCTURE = frozenset(
    {"terraform", "opentofu", "helm", "chart", "charts", "kubernetes", "k8s", "kube", "kustomize"}
) | {
    *("manifests", "istio", "ansible", "cloudformation", "pulumi", "deploy", "deployment", "deployments"),
    *("infra", "infrastructure", "argocd", "flux", "gitops"),
}
"""Words in a folder's name that mean it describes what the system runs on."""

_SAYS_LITTLE = frozenset({ComponentKind.LIBRARY, ComponentKind.FOLDER})


class Draft(Struct, kw_only=True):
    """The claims on one component, which grow while manifests are read; private to the finding of components."""

    roots: tuple[RepoPath, ...]
    claims: list[Claim] = field(default_factory=list)
    declared: DeclaredComponent | None = None
    name: str = ""

    @property
    def leading(self) -> Claim | None:
        """The claim with the most authority; among equals the first by its manifest's path and line."""
        return min(self.claims, key=lambda c: (-c.authority, c.source, c.line), default=None)

    @property
    def authority(self) -> Authority:
        """The most authority any claim has."""
        return self.leading.authority if self.leading else Authority.FOLDER

    @property
    def kind(self) -> ComponentKind:
        """What it is: as declared, else the first claim that says more than "library", else whatever one says."""
        if self.declared and self.declared.kind:
            return self.declared.kind
        speaking = [c for c in self.claims if c.kind and (c.root is None or c.root in self.roots)]
        said = [c.kind for c in sorted(speaking, key=lambda c: (-c.authority, c.source, c.line)) if c.kind]
        telling = [kind for kind in said if kind not in _SAYS_LITTLE]
        return (telling or said or [kind_of_folder(self.roots)])[0]

    @property
    def provides(self) -> tuple[str, ...]:
        """Every key it hands out, sorted, each once."""
        declared = self.declared.provides if self.declared else ()
        return tuple(sorted({key for claim in self.claims for key in claim.provides} | set(declared)))

    @property
    def requires(self) -> tuple[str, ...]:
        """Every key it leans on, sorted, each once."""
        declared = self.declared.requires if self.declared else ()
        return tuple(sorted({need.key for claim in self.claims for need in claim.requires} | set(declared)))

    @property
    def source(self) -> str:
        """The file that speaks for it with the most authority."""
        if self.declared:
            return f"system.yaml:{self.declared.line}" if self.declared.line else "system.yaml"
        return self.leading.source if self.leading else "folder"


def kind_of_folder(roots: tuple[RepoPath, ...]) -> ComponentKind:
    """What a folder without any manifest is, told from its own name."""
    words = {word for root in roots for word in re.split(r"[^a-z0-9]+", root.rpartition("/")[2].lower())}
    return ComponentKind.FOLDER if words.isdisjoint(_INFRASTRUCTURE) else ComponentKind.INFRASTRUCTURE

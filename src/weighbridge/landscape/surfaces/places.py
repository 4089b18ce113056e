"""Surfaces that a file's place and name tell: schemas, contracts, builds, deployment, infrastructure, governance."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import SurfaceKind

_I = re.IGNORECASE


class PlaceRule(Struct, frozen=True):
    """Paths of one form are one kind of surface, for one reason."""

    kind: SurfaceKind
    pattern: LatePattern
    reason: str


def _rule(kind: SurfaceKind, pattern: str, *, reason: str) -> PlaceRule:
    return PlaceRule(kind, LatePattern(rf"(?:^|.*/)(?:{pattern})", _I), reason)


_GOVERNANCE: Final = tuple(
    _rule(SurfaceKind.GOVERNANCE, pattern, reason=reason)
    for pattern, reason in (
        (r"\.weighbridge/.+", "it configures what changes are held to"),
        (r"CODEOWNERS", "it says who must approve"),
        (
            r"\.github/(?:workflows|actions)/.+",
            "it decides what is checked before a change passes, what is shipped, and with which rights",
        ),
        (
            r"\.gitlab-ci\.ya?ml|\.gitlab/ci/.+|Jenkinsfile|\.circleci/.+|azure-pipelines\.ya?ml",
            "it decides what is checked",
        ),
        (
            r"bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.buildkite/.+|\.travis\.ya?ml",
            "it decides what is checked and shipped",
        ),
        (r"(?:AGENTS|CLAUDE|GEMINI)(?:\.local|\.override)?\.md", "it instructs coding agents"),
        (
            r"\.github/(?:copilot-instructions\.md|(?:instructions|prompts|agents|chatmodes|skills)/.+)",
            "it instructs coding agents",
        ),
        (
            r"\.(?:claude|claude-plugin|cursor|codex|gemini|windsurf|aider|continue|roo|kiro|kilocode|amp|agents|opencode|junie)/.+",
            "it instructs coding agents or lets them act",
        ),
        (
            r"\.(?:cursorrules|windsurfrules|clinerules|roomodes|aider\.conf\.ya?ml)(?:/.+)?",
            "it instructs coding agents",
        ),
        (r"opencode\.jsonc?", "it lets coding agents act"),
        (
            r"\.(?:cursor|gemini|aider|codeium|roo|cline|ai)ignore|\.aiexclude",
            "it says what coding agents may not read",
        ),
        (r"\.?mcp\.json|\.vscode/(?:mcp|tasks|settings)\.json", "it gives tools to agents and editors"),
        (r"\.pre-commit-config\.ya?ml|\.husky/.+|\.?lefthook\.ya?ml|\.githooks/.+", "it runs before commits"),
        (r"\.gitattributes|\.gitmodules|\.lfsconfig", "it changes what git checks out"),
        (r"allowed_signers|\.mailmap", "it says whose signature or name stands for whom"),
    )
)

_SCHEMA: Final = tuple(
    _rule(SurfaceKind.SCHEMA, pattern, reason=reason)
    for pattern, reason in (
        (
            r"(?:migrations?|migrate|alembic/versions|flyway|liquibase)/(?:.+/)?[^/]+\.(?:py|sql|rb|js|ts|xml|ya?ml|php|cs|go|java|kt)",
            "a migration changes what is stored",
        ),
        (r"[^/]+\.(?:sql|ddl)", "SQL says what is stored and how it is read"),
        (r"[^/]+\.prisma", "it is a database schema"),
        (r"db/(?:schema|structure)\.[^/]+", "it is a database schema"),
        (r"[^/]+\.(?:avsc|avdl)", "stored and streamed records are read by this schema"),
        (r"[^/]+\.(?:dbml|cql)", "it is a database schema"),
    )
)

_CONTRACT: Final = tuple(
    _rule(SurfaceKind.API_CONTRACT, pattern, reason=reason)
    for pattern, reason in (
        (
            r"(?:[^/]*[._-])?(?:openapi|swagger|asyncapi)(?:[._-][^/]*)?\.(?:ya?ml|json)",
            "others build on this API description",
        ),
        (r"(?:openapi|swagger|asyncapi)/(?:.+/)?[^/]+\.(?:ya?ml|json)", "others build on this API description"),
        (r"[^/]+\.proto", "messages and calls between services have this form"),
        (r"[^/]+\.(?:graphqls?|gql)", "clients ask by this schema"),
        (r"[^/]+\.(?:wsdl|thrift|raml|smithy|xsd)", "others build on this contract"),
    )
)

_BUILD: Final = tuple(
    _rule(SurfaceKind.BUILD_AND_DEPLOY, pattern, reason=reason)
    for pattern, reason in (
        (r"(?:[^/]*\.)?(?:Dockerfile|Containerfile)(?:\.[^/]+)?|\.dockerignore", "it builds what runs"),
        (r"(?:docker-)?compose(?:[.-][^/]+)?\.ya?ml", "it says what runs beside what"),
        (
            r"GNUmakefile|Makefile|[^/]+\.mk|justfile|Taskfile\.ya?ml|Rakefile|CMakeLists\.txt|[^/]+\.cmake|meson_options\.txt|meson\.build",
            "it builds",
        ),
        (
            r"package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?",
            "it pins what is installed",
        ),
        (
            r"poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|Gemfile\.lock|composer\.lock",
            "it pins what is installed",
        ),
        (
            r"packages\.lock\.json|gradle\.lockfile|flake\.lock|mix\.lock|pubspec\.lock|Podfile\.lock",
            "it pins what is installed",
        ),
        (
            r"(?:[^/]*[._-])?(?:requirements|constraints)(?:[._-][^/]*)?\.(?:txt|in|lock)|requirements/(?:.+/)?[^/]+\.(?:txt|in)|(?:runtime|conanfile)\.txt",
            "it says what is installed",
        ),
        (
            r"package\.json|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|Cargo\.toml|go\.(?:mod|work)|Gemfile|composer\.json",
            "it says what is installed",
        ),
        (
            r"pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|libs\.versions\.toml|[^/]+\.(?:cs|fs)proj|Directory\.[^/]+\.props|nuget\.config",
            "it says what is installed and how it is built",
        ),
        (
            r"\.npmrc|\.yarnrc(?:\.yml)?|pnpm-workspace\.yaml|pip\.conf|uv\.toml|\.cargo/config(?:\.toml)?",
            "it says where packages come from",
        ),
        (
            r"BUILD(?:\.bazel)?|WORKSPACE(?:\.bazel)?|MODULE\.bazel|[^/]+\.bzl|nx\.json|turbo\.json|lerna\.json",
            "it builds",
        ),
        (
            r"Procfile|skaffold\.ya?ml|fly\.toml|vercel\.json|netlify\.toml|app\.yaml|render\.ya?ml|cloudbuild\.ya?ml|buildspec\.ya?ml",
            "it deploys",
        ),
        (r"renovate\.json5?|\.github/dependabot\.ya?ml", "it changes dependencies by itself"),
    )
)

_INFRASTRUCTURE: Final = tuple(
    _rule(SurfaceKind.INFRASTRUCTURE, pattern, reason=reason)
    for pattern, reason in (
        (
            r"[^/]+\.(?:tf|tfvars|tofu|hcl)(?:\.json)?|\.terraform\.lock\.hcl",
            "Terraform makes and destroys what everything runs on",
        ),
        (
            r"(?:k8s|kubernetes|kustomize|kube|[^/]*kubernetes-manifests|istio-manifests)/(?:.+/)?[^/]+\.(?:ya?ml|json)|(?:argocd|flux|gitops)/(?:.+/)?[^/]+\.ya?ml",
            "Kubernetes runs what this says",
        ),
        (
            r"kustomization\.ya?ml|Chart\.ya?ml|charts?/(?:.+/)?templates/(?:.+/)?[^/]+\.(?:ya?ml|tpl)|helm[^/]*/(?:.+/)?[^/]+\.(?:ya?ml|tpl)|values(?:[.-][^/]+)?\.ya?ml",
            "Kubernetes runs what this says",
        ),
        (
            r"(?:ansible|playbooks)/(?:.+/)?[^/]+\.(?:ya?ml|j2|ini)|ansible\.cfg|(?:roles/[^/]+/(?:tasks|handlers|vars|defaults)/.+\.ya?ml)",
            "Ansible changes the machines it names",
        ),
        (
            r"cloudformation/(?:.+/)?[^/]+\.(?:ya?ml|json)|[^/]+\.(?:bicep|cfn\.ya?ml)|samconfig\.toml|cdk\.json|serverless\.ya?ml",
            "it makes and destroys cloud resources",
        ),
        (r"Pulumi(?:\.[^/]+)?\.ya?ml", "it makes and destroys cloud resources"),
        (
            r"nginx[^/]*\.conf|nginx/(?:.+/)?[^/]+\.conf|envoy[^/]*\.ya?ml|haproxy\.cfg|Caddyfile|traefik[^/]*\.(?:ya?ml|toml)",
            "traffic takes the way it says",
        ),
    )
)

_RULES: Final = (*_GOVERNANCE, *_SCHEMA, *_CONTRACT, *_BUILD, *_INFRASTRUCTURE)


def kinds_of_place(path: RepoPath) -> Iterator[PlaceRule]:
    """The surfaces the place alone tells, each kind once."""
    seen: set[SurfaceKind] = set()
    for rule in _RULES:
        if rule.kind not in seen and rule.pattern.fullmatch(path):
            seen.add(rule.kind)
            yield rule


_CONTENTS: Final = (
    (
        SurfaceKind.API_CONTRACT,
        LatePattern(r"""^\s*["']?(?:openapi|swagger|asyncapi)["']?\s*:\s*["']?\d""", re.MULTILINE),
        "others build on this API description",
    ),
    (
        SurfaceKind.INFRASTRUCTURE,
        LatePattern(r"""^["']?AWSTemplateFormatVersion["']?\s*:|"AWSTemplateFormatVersion\"""", re.MULTILINE),
        "it makes and destroys cloud resources",
    ),
    (
        SurfaceKind.INFRASTRUCTURE,
        LatePattern(
            r"\A(?:.*\n){0,200}?kind:[ \t]*(?:Deployment|StatefulSet|DaemonSet|CronJob|Job|Service|Ingress|ConfigMap|Secret|Role|ClusterRole|RoleBinding|ClusterRoleBinding|NetworkPolicy|HorizontalPodAutoscaler|PersistentVolumeClaim|Namespace)\b"
        ),
        "Kubernetes runs what this says",
    ),
)
_STRUCTURED: Final = LatePattern(r".*\.(?:ya?ml|json)", _I)
_HEAD = 8_000


def may_tell_by_content(path: RepoPath) -> bool:
    """Whether a look at its first lines could tell more than its place."""
    return _STRUCTURED.fullmatch(path) is not None


def kinds_of_content(text: str) -> Iterator[PlaceRule]:
    """The surfaces that the first lines of a structured file tell."""
    for kind, pattern, reason in _CONTENTS:
        if pattern.search(text[:_HEAD]):
            yield PlaceRule(kind, pattern, reason)

"""Maven: a module's `pom.xml`."""

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import maven_key
from weighbridge.landscape.manifests.xml_tree import Element, xml_element

_SERVERS = ("spring-boot-starter-web", "spring-boot-starter-webflux", "quarkus-resteasy", "micronaut-http-server-netty")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    project = xml_element(data)
    artifact = project.text_of("artifactId")
    if project.name != "project" or not artifact:
        return ()
    group = _group(project)
    gathers = bool(project.all_of("modules", "module")) or bool(project.all_of("profiles", "profile", "modules"))
    dependencies = project.all_of("dependencies", "dependency")
    claim = Claim(
        root=folder_of(path),
        name=artifact,
        authority=Authority.WORKSPACE if gathers else Authority.PACKAGE,
        source=path,
        line=next((c.line for c in project.children if c.name == "artifactId"), 0),
        kind=None if gathers else _kind(dependencies),
        provides=(maven_key(group, artifact),),
        requires=tuple(_need(dependency, group) for dependency in dependencies if dependency.text_of("artifactId")),
    )
    return (claim,)


def _group(project: Element) -> str:
    """A module without its own group has its parent's."""
    return project.text_of("groupId") or project.text_of("parent", "groupId")


def _need(dependency: Element, own_group: str) -> Need:
    group = dependency.text_of("groupId")
    if group in ("${project.groupId}", "${groupId}", "${pom.groupId}", "${project.parent.groupId}"):
        group = own_group
    return Need(key=maven_key(group, dependency.text_of("artifactId")), line=dependency.line)


def _kind(dependencies: list[Element]) -> ComponentKind:
    is_server = any(dependency.text_of("artifactId") in _SERVERS for dependency in dependencies)
    return ComponentKind.SERVICE if is_server else ComponentKind.LIBRARY


READER = ManifestReader(names=frozenset({"pom.xml"}), read=_read)

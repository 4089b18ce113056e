""".NET: a project file (`.csproj`, `.fsproj`), its references and packages."""

from pathlib import PurePosixPath

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key, nuget_key
from weighbridge.landscape.manifests.texts import resolve
from weighbridge.landscape.manifests.xml_tree import Element, xml_element


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    project = xml_element(data)
    name = project.text_of("PropertyGroup", "PackageId") or PurePosixPath(path).stem
    sdk = project.attributes.get("Sdk", "")
    claim = Claim(
        root=folder_of(path),
        name=name,
        authority=Authority.PACKAGE,
        source=path,
        line=1,
        kind=ComponentKind.SERVICE
        if sdk in ("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker")
        else ComponentKind.LIBRARY,
        provides=(nuget_key(name),),
        requires=_needs(project, folder_of(path)),
    )
    return (claim,)


def _needs(project: Element, folder: str) -> tuple[Need, ...]:
    needs = []
    for reference in project.all_of("ItemGroup", "ProjectReference"):
        target = resolve(folder, reference.attributes.get("Include", "").replace("\\", "/"))
        if target:
            needs.append(Need(key=folder_key(folder_of(target)), line=reference.line))
    packages = [(p.attributes.get("Include", ""), p.line) for p in project.all_of("ItemGroup", "PackageReference")]
    needs += [Need(key=nuget_key(name), line=line) for name, line in packages if name]
    return tuple(needs)


READER = ManifestReader(endings=frozenset({".csproj", ".fsproj", ".vbproj"}), read=_read)

"""Global keys of packages and images, spelled alike by whoever provides and whoever requires them."""

import re

_PYPI_SEPARATORS = re.compile(r"[-_.]+")


def npm_key(name: str) -> str:
    """The package URL of an npm package; the `@` of a scope is escaped as the form demands."""
    return "pkg:npm/" + name.strip().replace("@", "%40", 1) if name.startswith("@") else "pkg:npm/" + name.strip()


def pypi_key(name: str) -> str:
    """The package URL of a Python distribution, its name normalised as PEP 503 says."""
    return "pkg:pypi/" + _PYPI_SEPARATORS.sub("-", name.strip()).lower()


def cargo_key(name: str) -> str:
    """The package URL of a crate."""
    return "pkg:cargo/" + name.strip()


def golang_key(module: str) -> str:
    """The package URL of a Go module."""
    return "pkg:golang/" + module.strip()


def maven_key(group: str, artifact: str) -> str:
    """The package URL of a Maven artifact."""
    return f"pkg:maven/{group.strip()}/{artifact.strip()}"


def nuget_key(name: str) -> str:
    """The package URL of a .NET package."""
    return "pkg:nuget/" + name.strip()


def image_name(reference: str) -> str:
    """An image without tag, digest and the default registry's own folders: `redis` for `docker.io/library/redis:7`."""
    name = reference.strip().partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = head + slash + last.partition(":")[0]
    return name.removeprefix("docker.io/").removeprefix("library/")


def image_key(reference: str) -> str:
    """The key of a container image, whatever its tag."""
    return "image:" + image_name(reference)


def folder_key(folder: str) -> str:
    """The key every component provides for the folder it lies in; it joins manifests of one tree only."""
    return "folder:" + folder


def is_global(key: str) -> bool:
    """Whether `key` means the same in every repository."""
    return key.startswith(("pkg:", "image:", "operation:", "topic:", "table:"))

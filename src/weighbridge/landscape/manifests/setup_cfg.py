"""Python: `setup.cfg`, the name and requirements setuptools reads there."""

import configparser
import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestError, ManifestReader, Need
from weighbridge.landscape.manifests.keys import pypi_key
from weighbridge.landscape.manifests.pyproject import requirement_name
from weighbridge.landscape.manifests.texts import line_of, text_of


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    text = text_of(data)
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ManifestError(f"it is not an ini file: {str(error).partition(chr(10))[0]}") from error
    name = parser.get("metadata", "name", fallback="").strip()
    if not name or "attr:" in name:
        return ()
    wanted = parser.get("options", "install_requires", fallback="").splitlines()
    names = dict.fromkeys(filter(None, map(requirement_name, wanted)))
    needs = tuple(Need(key=pypi_key(n), line=line_of(text, rf"(?<![\w.-]){re.escape(n)}(?![\w.-])")) for n in names)
    claim = Claim(
        root=folder_of(path),
        name=name,
        authority=Authority.PACKAGE,
        source=path,
        line=line_of(text, r"^name\s*="),
        kind=ComponentKind.LIBRARY,
        provides=(pypi_key(name),),
        requires=needs,
    )
    return (claim,)


READER = ManifestReader(names=frozenset({"setup.cfg"}), read=_read)

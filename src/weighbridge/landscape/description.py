"""What `.weighbridge/system.yaml` declares of a system, as values; it declares and never judges."""

from collections.abc import Mapping

from msgspec import Struct, field

from weighbridge.domain.system import AreaLevel, ComponentKind, Dialect, SurfaceKind


class DeclaredComponent(Struct, frozen=True, kw_only=True):
    """A component as its people declare it; None and empty mean "not said", so that it may be inferred.

    `paths` are folders, files or globs. `public` are the paths of its interface: what others may lean on; empty means
    that nothing is said of it, not that nothing is public.
    """

    name: str
    paths: tuple[str, ...] = ()
    kind: ComponentKind | None = None
    tier: int | None = None
    area: AreaLevel | None = None
    owners: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    line: int = 0


class DeclaredArea(Struct, frozen=True, kw_only=True):
    """How delicate the code under some path globs is; the last area that matches a path wins."""

    paths: tuple[str, ...]
    level: AreaLevel
    reason: str = ""
    line: int = 0


class LayerRule(Struct, frozen=True, kw_only=True):
    """Layers from top to bottom, each one or more components: a layer may lean on those below, never above."""

    name: str
    layers: tuple[tuple[str, ...], ...]
    reason: str = ""
    line: int = 0


class ForbiddenRule(Struct, frozen=True, kw_only=True):
    """None of `sources` may lean on any of `targets`."""

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    reason: str = ""
    line: int = 0


class IndependenceRule(Struct, frozen=True, kw_only=True):
    """None of `components` may lean on another of them."""

    name: str
    components: tuple[str, ...]
    reason: str = ""
    line: int = 0


class PublicInterfaceRule(Struct, frozen=True, kw_only=True):
    """Each of `components` may be leaned on only through its declared `public` paths."""

    name: str
    components: tuple[str, ...]
    reason: str = ""
    line: int = 0


ArchitectureRule = LayerRule | ForbiddenRule | IndependenceRule | PublicInterfaceRule


class DeclaredScanner(Struct, frozen=True, kw_only=True):
    """A scanner the system asks for by name; what it runs comes from the organisation, never from here."""

    name: str
    paths: tuple[str, ...] = ()
    required: bool = False
    line: int = 0


class DeclaredSurface(Struct, frozen=True, kw_only=True):
    """Paths that are a sensitive surface (`kind`), or are none whatever they look like (`kind` None)."""

    paths: tuple[str, ...]
    kind: SurfaceKind | None
    reason: str
    line: int = 0


class DeclaredDatabase(Struct, frozen=True, kw_only=True):
    """Which database the SQL below some paths speaks to (all of it where there are none), and its version where it matters."""

    dialect: Dialect
    paths: tuple[str, ...] = ()
    version: int | None = None
    line: int = 0


class SystemDescription(Struct, frozen=True, kw_only=True):
    """The whole of a `system.yaml`, version 1; `newer` holds the sections of later versions, as written."""

    version: int = 1
    components: tuple[DeclaredComponent, ...] = ()
    areas: tuple[DeclaredArea, ...] = ()
    architecture: tuple[ArchitectureRule, ...] = ()
    scanners: tuple[DeclaredScanner, ...] = ()
    surfaces: tuple[DeclaredSurface, ...] = ()
    databases: tuple[DeclaredDatabase, ...] = ()
    report_only: bool = False
    newer: Mapping[str, object] = field(default_factory=dict)

    def component(self, name: str) -> DeclaredComponent | None:
        """The declared component called `name`, if any."""
        return next((c for c in self.components if c.name == name), None)

"""Which files hold settings, told from their names: reading them takes parsers that a hook need not import."""

from weighbridge.domain.ids import RepoPath


def may_hold_settings(path: RepoPath) -> bool:
    """Whether the file is of a form that `surfaces.settings` reads."""
    name = path.rpartition("/")[2].lower()
    endings = (".yaml", ".yml", ".toml", ".json", ".properties", ".ini", ".cfg", ".conf", ".env")
    if "lock" in name.split(".")[0].split("-") and not path.startswith((".github/", ".gitlab/")):
        return False
    return name.endswith(endings) or name.startswith(".env") or name == "dockerfile"

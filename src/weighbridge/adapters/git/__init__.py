"""Git: one repository read through the git program, hardened against what the repository brings."""

from weighbridge.adapters.git.repository import GitRepository, open_repository

__all__ = ["GitRepository", "open_repository"]

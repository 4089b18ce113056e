"""Who answers for a path: `CODEOWNERS` as GitHub and as GitLab read it."""

"""What changed pipelines (workflows of GitHub, GitLab CI) run, with which rights, and for whom."""

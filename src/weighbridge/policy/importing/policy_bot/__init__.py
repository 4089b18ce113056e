"""palantir/policy-bot's `.policy.yml`."""

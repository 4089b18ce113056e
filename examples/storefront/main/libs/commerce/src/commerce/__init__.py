"""Money, database pool and authentication, shared by the storefront's Python services."""

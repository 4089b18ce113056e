"""By what somebody would notice: signals in code, and the alerts, dashboards and objectives that ask for them."""

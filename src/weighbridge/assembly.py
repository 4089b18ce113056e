"""The only place that knows which adapter serves which port."""

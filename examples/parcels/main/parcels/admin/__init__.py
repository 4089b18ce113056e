"""What supervisors do."""

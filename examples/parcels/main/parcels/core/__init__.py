"""What every part of the service leans on."""

"""What a change does to the infrastructure that everything runs on."""

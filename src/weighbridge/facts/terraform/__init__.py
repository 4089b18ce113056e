"""Terraform and OpenTofu: what a plan says will be done, and what a source file declares."""

"""What changed manifests of Kubernetes do to what runs."""

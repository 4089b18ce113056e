"""What changed Dockerfiles and files of Docker Compose build and start."""

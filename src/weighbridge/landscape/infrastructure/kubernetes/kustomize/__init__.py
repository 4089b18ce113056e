"""What Kustomize makes of the files of a tree: resources, patches, numbers and images, as far as the tree holds them."""

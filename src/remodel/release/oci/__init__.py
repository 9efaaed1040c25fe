"""A release as OCI artifacts: manifests, and the stores that take them."""

"""OCI documents of a release: made from its files, and read from others strictly, before anything in them is used."""

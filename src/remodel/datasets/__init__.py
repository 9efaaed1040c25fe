"""The datasets of a checkout: what conf/dataset says of a user's own file, written for the user."""

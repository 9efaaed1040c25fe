"""The differences between the versions of scikit-learn that recipes are translated by: rows, and the tables of them."""

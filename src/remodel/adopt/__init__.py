"""What is there already: pickles of models, read without loading them."""

"""The zoo: one recipe for every pair that makes sense, in every environment, and the page of what became of them."""

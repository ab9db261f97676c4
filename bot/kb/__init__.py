"""Knowledge: articles with their clauses, and the search that finds the one that answers a question."""

"""Who is who: the desk, its customers and contracts, people, groups and the rota, from one file."""

"""Use cases: each call is one transaction's work, with nothing of the network inside."""

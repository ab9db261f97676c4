"""The schema's history, one file a step; storage.schema applies it."""

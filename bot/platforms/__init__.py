"""The chat platforms; each translates between its own world and ours."""

"""The second channel beside chat: e-mail through Apprise."""

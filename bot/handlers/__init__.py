"""From words, commands and buttons to use cases, and back to an answer."""

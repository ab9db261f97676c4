"""What each verb does: it reads what was given, asks a use case, and answers."""

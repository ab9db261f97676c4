"""The chat that comes with Casebell: its lines live in the store, its page in bot.web."""

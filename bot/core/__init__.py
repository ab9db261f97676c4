"""What every layer shares: time, errors, people, words and what comes in."""

"""Where Casebell keeps what was said and decided."""

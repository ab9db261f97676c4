"""`casebell triage`: how messages are understood, tried, measured and taught from the command line."""

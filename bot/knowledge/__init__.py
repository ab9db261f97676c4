"""`casebell kb`: the search asked, measured and trained from the command line."""

"""`casebell calendar`: what a calendar says, and the holidays of another year."""

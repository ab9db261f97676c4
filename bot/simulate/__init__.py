"""`casebell simulate`: a case's whole timeline before it exists, or before its contract is signed."""

"""Understanding a message: what the person wants and how bad the fault is, with the words that say so."""

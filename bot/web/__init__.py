"""What is served over HTTP: the local chat page, its JSON API, the demo clock, the console and health."""

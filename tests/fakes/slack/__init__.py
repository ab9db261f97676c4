"""A strict Slack on the loopback: Web API, Socket Mode, HTTP events; the unexpected is a violation."""

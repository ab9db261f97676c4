"""DingTalk as a platform."""

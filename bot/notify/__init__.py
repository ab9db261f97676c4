"""What people read: cases and answers drawn as messages no platform owns, in Chinese and English alike."""

"""What runs by itself: lanes, delivery, wakes, duties, and the clock of the demo."""

"""What was promised and by when: business time, schemes, running clocks, ladders, closing."""

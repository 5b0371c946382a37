"""What a network pays for its parts and its wires."""

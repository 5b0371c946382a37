"""What a log holds, in the formats of other tools."""

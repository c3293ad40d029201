"""What a dead board still holds for the plant: read out, kept in a file, and recorded once."""

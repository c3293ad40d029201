"""The check of a station that was wired: lamps, cords, readers and the way to the plant, with a person there."""

"""Private pieces of the MongoDB storage."""

"""The Redis LRU cache: what a function returned, shared by processes and machines."""

"""Text messages between computers on one network, by plain sockets."""

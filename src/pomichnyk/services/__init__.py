"""Services: the only door through which anything stored changes. They print nothing."""

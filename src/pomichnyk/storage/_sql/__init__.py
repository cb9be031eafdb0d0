"""What the relational storages share: models, statements, sessions and repositories."""

"""What the assistant keeps: contacts and notes, made of fields that are valid or not made."""

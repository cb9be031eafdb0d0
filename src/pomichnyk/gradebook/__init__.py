"""The gradebook: students in groups, subjects with their teachers, grades, and twelve questions.

Terms: a *kind* is what has a name (group, teacher, subject, student); a *session* is a transaction
in which statements run by name (see ``sessions``); a *reference* is what a person types to mean
one of a kind.
"""

"""Lossless vCards: a line codec that keeps every byte, and contacts on top of it."""

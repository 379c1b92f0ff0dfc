"""Tests of tasks of one's own."""

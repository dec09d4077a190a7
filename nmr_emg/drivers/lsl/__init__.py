"""Streams of the Lab Streaming Layer, in and out."""

"""Engines: what renders shells and prose pages. Each adapter is thin and for one engine."""

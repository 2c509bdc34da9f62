"""Engines: what renders shells and prose pages. Each adapter is thin and knows one engine."""

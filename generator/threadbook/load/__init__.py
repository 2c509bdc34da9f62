"""Loading: content files to checked values, with the line and column of every node.

The only room that reads content files.
It refuses what YAML would silently accept, and never raises for bad content: it returns findings.
"""

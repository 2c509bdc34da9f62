"""A built site for assistants: programs that look things up for people, over a protocol.

- `source` reads the files of a site, from a folder or an address. It trusts neither.
- `asking` asks the search index of the site, with the ranking that its search page has.
- `tools` is what an assistant can do, as plain functions, and `results` what it gets. `server`
  offers that by the Model Context Protocol; nothing else imports the protocol's library.

Nothing here writes or sends anything: an address is read, and links are only put together.
"""

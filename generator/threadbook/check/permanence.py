"""The rule about addresses that an earlier state of the site had; `--against` looks for them."""

from __future__ import annotations

from typing import Final

from threadbook.findings import Rule, Severity

ADDRESS_IS_LOST: Final = Rule.from_docstring(
    "TB220",
    Severity.ERROR,
    """An address that the site had leads nowhere now.

    Links from elsewhere, bookmarks and search engines still lead there. `threadbook check` with
    `--against` compares with an earlier state: a revision in git, the folder of a published site,
    or a sitemap. `redirect_from` keeps an old address, and `threadbook move`, `merge` and `remove`
    write it by themselves. Later pages of lists, feeds and files for programs are not compared.

    Bad:
        # content/threads/work/leave-early.yml
        title: May I end a contract early?

    Good:
        # content/threads/work/leave-early.yml
        title: May I end a contract early?
        redirect_from: [threads/end-early]
    """,
)

RULES: Final = (ADDRESS_IS_LOST,)

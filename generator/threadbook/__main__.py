"""The command `threadbook`, and `python -m threadbook` where that is not on the path."""

import gc

from threadbook.lifetime import orderly_end


def main() -> None:
    """Run the command; a signal ends it in order from here on, while modules are read, too."""
    with orderly_end():
        gc.disable()  # modules hold no garbage, and looking for it takes a tenth of reading them
        from threadbook.cli import main as run  # noqa: PLC0415 - takes a while

        gc.enable()
        run()


if __name__ == "__main__":
    main()

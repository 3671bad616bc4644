"""`python -m verifier`, and the command `nabla`."""

from __future__ import annotations

import errno
import io
import os
import sys

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main() -> int:
    """Run the command; a reader that went away (`| head`) is no fault."""
    try:
        from .running import interrupts

        with interrupts.listening():
            return command()
    except KeyboardInterrupt:  # importing takes long enough for that
        print("nabla: interrupted", file=sys.stderr)
        return 130


def command() -> int:
    from .commands import cli

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main()
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
        return 1
    except OSError as error:  # of a report that cannot be written, commands speak
        if error.errno not in FULL:
            raise
        silence()
        print(f"nabla: cannot write what was found: {error.strerror}", file=sys.stderr)
        return 2
    return status


def silence() -> None:
    """Write what is still to be printed to nowhere, so that the end is a quiet one."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())

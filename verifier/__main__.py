"""`python -m verifier`, and the command `nabla`."""

from __future__ import annotations

import io
import os
import sys


def main() -> int:
    """Run the command; a reader that went away (`| head`) is no fault."""
    try:
        from .running import interrupts

        interrupts.listen()
        from .commands import cli
    except KeyboardInterrupt:  # importing takes long enough for that
        print("nabla: interrupted", file=sys.stderr)
        return 130

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())

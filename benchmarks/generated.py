"""Claims made by a grammar, judged: no right one may fail, and no wrong one hold.

Every record is a function of the seed and its number: `--first` goes on where another
run ended, and an interrupted run says what it has seen.
"""

from __future__ import annotations

import os

os.environ |= {
    "NPROC": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
}

import sys

from generating.running import main

if __name__ == "__main__":
    sys.exit(main())

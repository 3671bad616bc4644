"""What one request may take; who wants more has `nabla verify - --format jsonl`."""

from __future__ import annotations

from ..running.pool import Limits
from ..streaming.line import MOST_BYTES

BYTES = MOST_BYTES
"""Of one question."""
SECONDS = 30.0
"""Until a question has its answer."""
BODY_SECONDS = 10.0
"""Until a question has come whole."""
UNDER_WAY = 256
"""Questions that are under way at once, of all who ask."""
LINES = 100_000
"""Of a request that is a stream."""
STREAMS = 8
"""Streams that are under way at once."""
AHEAD = 32
"""Lines of a stream that are worked on at once."""
UNREAD = 8 * 2**20
"""Bytes of answers that wait for who sends lines before he reads."""
STILL_SECONDS = 60.0
"""That a stream may stand still: no line comes, or nobody takes the answers."""
CONNECTIONS = 1000
"""Open at once."""
STOP_SECONDS = 5
"""At the end, for what is under way."""
RETRY_SECONDS = 1
"""After which it is worth to ask again."""
MOST_WORKERS = 1024
CHUNK = 4
"""Questions that a worker is given at once."""
WORKER = Limits(seconds_start=120.0, seconds_base=12.0, seconds_per_item=3.0)
"""Of each worker: whoever waits for its chunk still waits when it is killed."""

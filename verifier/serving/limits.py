"""What one request may take; who wants more has `nabla verify - --format jsonl`."""

from __future__ import annotations

from ..reading.bounds import (
    HTTP_BODY_SECONDS,
    HTTP_BYTES,
    HTTP_LINES,
    HTTP_SECONDS,
    HTTP_STILL_SECONDS,
    HTTP_STREAMS,
    HTTP_UNDER_WAY,
)

BYTES = HTTP_BYTES.value
"""Of one question."""
SECONDS = float(HTTP_SECONDS.value)
"""Until a question has its answer."""
BODY_SECONDS = float(HTTP_BODY_SECONDS.value)
"""Until a question has come whole."""
UNDER_WAY = HTTP_UNDER_WAY.value
"""Questions that are under way at once, of all who ask."""
LINES = HTTP_LINES.value
"""Of a request that is a stream."""
STREAMS = HTTP_STREAMS.value
"""Streams that are under way at once."""
AHEAD = 32
"""Lines of a stream that are worked on at once."""
UNREAD = 8 * 2**20
"""Bytes of answers that wait for who sends lines before he reads."""
STILL_SECONDS = float(HTTP_STILL_SECONDS.value)
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
WORKER = {"seconds_start": 120.0, "seconds_base": 12.0, "seconds_per_item": 3.0}
"""Of each worker: whoever waits for its chunk still waits when it is killed."""

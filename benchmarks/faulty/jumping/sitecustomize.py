"""A clock that jumps, by an hour or by years, in every process that finds this file."""

import datetime
import random
import time

YEARS = 10 * 365 * 86_400
JUMPS = (0, 0, 3600, -3600, YEARS, -YEARS)
_right, _right_ns, _chance = time.time, time.time_ns, random.Random()


class Jumping(datetime.datetime):
    """A date whose present is as the clock says."""

    @classmethod
    def now(cls, tz=None):
        """Return what the clock says."""
        return cls.fromtimestamp(time.time(), tz)


time.time = lambda: _right() + _chance.choice(JUMPS)
time.time_ns = lambda: _right_ns() + _chance.choice(JUMPS) * 10**9
datetime.datetime = Jumping

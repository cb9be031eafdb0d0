"""What is done inside the server, in one step that nobody else comes between.

A cache owns, under one hash tag and thus in one slot of a cluster: ``v:`` the values, each under
a key of its own, since changes are told by key; ``z`` the digests by the number of their last
use, and ``c`` the last number; ``l`` the digests used since then, one after another, which plain
``APPEND`` does at once; ``x`` when they expire, if they do; ``f:`` the flights, who computes what
now; ``e`` the epoch, which changes whenever something is discarded, so that nothing computed
before is stored after.
"""

from __future__ import annotations

from hashlib import sha1

from pomichnyk.cache.errors import CacheUnavailableError
from pomichnyk.cache.resp import Failure, pack
from pomichnyk.cache.steps import Ask, Asker, Steps
from pomichnyk.text import Text


class Script:
    """Lua for the server.

    Attributes:
        sha: what the server calls it once it has been loaded.
    """

    def __init__(self, *parts: bytes) -> None:
        self._source = b"".join(parts)
        self.sha = sha1(self._source, usedforsecurity=False).hexdigest().encode()

    def load(self) -> bytes:
        """Return the command that makes it known to the server."""
        return pack(b"SCRIPT", b"LOAD", self._source)

    def call(self, keys: int, *words: bytes | int) -> bytes:
        """Return the command for a server that knows it."""
        return pack(b"EVALSHA", self.sha, keys, *words)

    def whole(self, keys: int, *words: bytes | int) -> bytes:
        """Return the command for any server."""
        return pack(b"EVAL", self._source, keys, *words)


def called(server: Asker, script: Script, request: bytes) -> Steps:
    """Lead to the reply to a call of a script, which the server is told if it does not know it.

    Raises:
        CacheUnavailableError: the server is lost, or refuses.
    """
    (reply,) = yield Ask(server, request)
    if isinstance(reply, Failure) and reply.startswith("NOSCRIPT"):
        _, reply = yield Ask(server, script.load() + request, 2)
    if isinstance(reply, Failure):
        raise refused(reply)
    return reply


def refused(reply: Failure) -> CacheUnavailableError:
    """Return the error of a server that answers by one."""
    return CacheUnavailableError(Text("the cache server refuses: {reply}", reply=str(reply)))


_USED = b"""
local size = math.floor(#log / 32)
local used = size + stored
local last = call('INCRBY', KEYS[2], used)
if last == used then -- it was lost, which must not make what is used now the oldest
  local top = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
  if top[2] then last = call('INCRBY', KEYS[2], top[2]) end
end
for i = 1, size do
  call('ZADD', KEYS[1], 'XX', last - used + i, string.sub(log, 32 * i - 31, 32 * i))
end
"""
"""Numbers the uses that a ``log`` tells, and one that is ``stored`` after them, by ``last``."""

TOUCH = Script(
    b"""
local call = redis.call
local log, stored = (call('GET', KEYS[3]) or '') .. ARGV[1], 0
call('DEL', KEYS[3])
""",
    _USED,
    b"return 0",
)
"""Note uses. KEYS uses, last number, log; ARGV digests in one text, the last used last."""

LOOK = Script(
    b"""
local call = redis.call
local known = call('MGET', KEYS[2], KEYS[1])
if known[1] then
  if KEYS[4] then call('APPEND', KEYS[4], ARGV[4]) end
  return known[1]
end
local epoch = known[2]
if not epoch then
  local now = call('TIME')
  epoch = now[1] .. string.format('%06d', now[2])
  call('SET', KEYS[1], epoch)
end
if ARGV[1] ~= '' then
  local claim = epoch .. ':' .. ARGV[1]
  if not call('SET', KEYS[3], claim, 'NX', 'PX', ARGV[2]) then
    local holder = call('GET', KEYS[3])
    if holder and holder ~= claim and holder ~= ARGV[3]
      and string.sub(holder, 1, #epoch + 1) == epoch .. ':' then return {holder} end
    call('SET', KEYS[3], claim, 'PX', ARGV[2])
  end
end
return tonumber(epoch)
"""
)
"""Return a value; or the epoch as a number: then the caller computes; or in an array who computes
already. KEYS epoch, value, flight, and the log if a use is to be told at once; ARGV token or none,
lease in ms, the claim of a dead holder, and then the digest."""

_CLAIMED = (
    b"""
local call = redis.call
local known = call('MGET', KEYS[3], KEYS[5], KEYS[6])
if ARGV[5] ~= '' then
  if known[2] ~= ARGV[5] then return -1 end
  call('DEL', KEYS[5])
end
if known[1] ~= ARGV[4] then return -1 end
if known[3] then call('DEL', KEYS[6]) end
local log, stored = (known[3] or '') .. ARGV[8], 1
"""
    + _USED
    + b"call('ZADD', KEYS[1], last, ARGV[3])\n"
)
_EVICTED = b"""
if ARGV[2] == '' then return '' end
local gone = call('ZRANGE', KEYS[1], 0, ARGV[2])
if not gone[1] then return '' end
call('ZREMRANGEBYRANK', KEYS[1], 0, ARGV[2])
for i = 1, #gone do call('UNLINK', ARGV[1] .. gone[i]) end
"""
_GONE = b"return table.concat(gone)"

STORE = Script(_CLAIMED, b"call('SET', KEYS[4], ARGV[6])", _EVICTED, _GONE)
"""Store a value, release its flight, drop the least recent beyond the bound; return them in one
text, or -1 if somebody else computes it now or the epoch has changed. KEYS uses, last number,
epoch, value, flight, log; ARGV how keys of values begin, the rank from the end where dropping
begins or nothing, digest, epoch, claim or none, value, time to live in ms, digests used before it
in one text, the last used last."""

STORE_MORTAL = Script(
    _CLAIMED,
    b"""
call('SET', KEYS[4], ARGV[6], 'PX', ARGV[7])
local now = call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
call('ZADD', KEYS[7], now + ARGV[7], ARGV[3])
for _, digest in ipairs(call('ZRANGEBYSCORE', KEYS[7], 0, now, 'LIMIT', 0, 1000)) do
  call('ZREM', KEYS[1], digest)
  call('ZREM', KEYS[7], digest)
end
""",
    _EVICTED,
    b"for i = 1, #gone do call('ZREM', KEYS[7], gone[i]) end\n",
    _GONE,
)
"""Do the same for a value that expires; what has expired takes no room. KEYS also: expiries."""

LEAVE = Script(
    b"""
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
)
"""Release a flight without a value. KEYS flight; ARGV claim."""

KEEP = Script(
    b"""
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
)
"""Renew the lease of a flight. KEYS flight; ARGV claim, lease in ms."""

_NEW_EPOCH = b"if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('INCR', KEYS[3]) end\n"

DISCARD = Script(
    _NEW_EPOCH,
    b"""
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[7], ARGV[1])
return redis.call('UNLINK', KEYS[4])
""",
)
"""Drop one value; return whether it was there. KEYS of STORE_MORTAL; ARGV digest."""

CLEAR = Script(
    _NEW_EPOCH,
    b"""
local oldest = redis.call('ZPOPMIN', KEYS[1], 1000)
for i = 1, #oldest, 2 do redis.call('UNLINK', ARGV[1] .. oldest[i]) end
if #oldest == 0 then redis.call('DEL', KEYS[6], KEYS[7]) end
return #oldest
""",
)
"""Drop a thousand values; return 0 when none was left. KEYS of STORE_MORTAL; ARGV how keys of
values begin."""

SIZE = Script(
    b"""
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
return redis.call('ZCARD', KEYS[1]) - redis.call('ZCOUNT', KEYS[7], 0, now)
"""
)
"""Return how many values there are that have not expired. KEYS of STORE_MORTAL."""

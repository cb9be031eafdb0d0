"""What is done inside the server, in one step that nobody else comes between.

A cache owns, under one hash tag and thus in one slot of a cluster: ``v:`` the values, each under
a key of its own, since tracking works by key; ``z`` the digests by their recency, a growing
number; ``x`` when they expire, if they do; ``f:`` the flights, who computes what now; ``e`` its
epoch, changed whenever something is discarded, so that no value computed before is stored after.
"""

from __future__ import annotations

from hashlib import sha1

from pomichnyk.cache.resp import pack


class Script:
    """Lua for the server, called by its digest once the server knows it."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._sha = sha1(source, usedforsecurity=False).hexdigest().encode()

    def call(self, keys: int, *words: bytes | int) -> bytes:
        """Return the command for a server that has been sent the script before."""
        return pack(b"EVALSHA", self._sha, keys, *words)

    def whole(self, keys: int, *words: bytes | int) -> bytes:
        """Return the command for a server that does not know the script."""
        return pack(b"EVAL", self._source, keys, *words)


_RECENT = b"""
local function recent()
  local top = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
  return tonumber(top[2] or 0)
end
local function touch(first)
  local number = recent()
  for i = first, #ARGV do redis.call('ZADD', KEYS[2], 'XX', number + i, ARGV[i]) end
end
"""

LOOK = Script(
    _RECENT
    + b"""
local value = redis.call('GET', KEYS[1])
if value then
  if ARGV[1] ~= '' then redis.call('ZADD', KEYS[2], 'XX', recent() + 1, ARGV[1]) end
  return value
end
local epoch = redis.call('GET', KEYS[4])
if not epoch then
  local now = redis.call('TIME')
  epoch = now[1] .. string.format('%06d', now[2])
  redis.call('SET', KEYS[4], epoch)
end
if ARGV[2] ~= '' then
  local claim = epoch .. ':' .. ARGV[2]
  local holder = redis.call('GET', KEYS[3])
  if holder and holder ~= claim and holder ~= ARGV[4]
    and string.sub(holder, 1, #epoch + 1) == epoch .. ':' then return {holder} end
  redis.call('SET', KEYS[3], claim, 'PX', ARGV[3])
end
return tonumber(epoch)
"""
)
"""Return a value, touched; or the epoch as a number: then the caller computes; or in an array
who computes already. KEYS value, recency, flight, epoch; ARGV digest if it is to be touched,
token or none, lease in ms, the claim of a dead holder."""

STORE = Script(
    _RECENT
    + b"""
local claim = ARGV[5] .. ':' .. ARGV[4]
local claimed = ARGV[4] == '' or redis.call('GET', KEYS[3]) == claim
if claimed and ARGV[4] ~= '' then redis.call('DEL', KEYS[3]) end
if not claimed or redis.call('GET', KEYS[4]) ~= ARGV[5] then return -1 end
touch(8)
local clock = recent() + 1
redis.call('ZADD', KEYS[2], clock, ARGV[6])
if ARGV[2] == '0' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  local now = redis.call('TIME')
  now = now[1] * 1000 + math.floor(now[2] / 1000)
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  redis.call('ZADD', KEYS[5], now + ARGV[2], ARGV[6])
  for _, digest in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], 0, now, 'LIMIT', 0, 1000)) do
    redis.call('ZREM', KEYS[2], digest)
    redis.call('ZREM', KEYS[5], digest)
  end
end
if ARGV[3] == '0' then return 0 end
local over = redis.call('ZCARD', KEYS[2]) - ARGV[3]
if over <= 0 then return 0 end
local oldest = redis.call('ZPOPMIN', KEYS[2], over)
for i = 1, #oldest, 2 do
  redis.call('UNLINK', ARGV[7] .. oldest[i])
  if ARGV[2] ~= '0' then redis.call('ZREM', KEYS[5], oldest[i]) end
end
return over
"""
)
"""Store a value, release its flight, drop the least recent beyond the bound; return how many, or
-1 if somebody else computes it now or the epoch has changed. KEYS value, recency, flight, epoch,
expiry; ARGV value, time to live in ms or 0, bound or 0, token or none, epoch, digest, how keys of
values begin, digests to be touched before, the last touched last."""

TOUCH = Script(_RECENT + b"touch(1) return 0")
"""KEYS any, recency; ARGV digests, the last touched last."""

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

_EPOCH = b"""
if redis.call('EXISTS', KEYS[4]) == 1 then redis.call('INCR', KEYS[4]) end
"""

DISCARD = Script(
    _EPOCH
    + b"""
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
return redis.call('UNLINK', KEYS[1])
"""
)
"""Drop one value; return whether it was there. KEYS as of STORE; ARGV digest."""

CLEAR = Script(
    _EPOCH
    + b"""
local oldest = redis.call('ZPOPMIN', KEYS[2], 1000)
for i = 1, #oldest, 2 do redis.call('UNLINK', ARGV[1] .. oldest[i]) end
if #oldest == 0 then redis.call('DEL', KEYS[5]) end
return #oldest
"""
)
"""Drop a thousand values; return 0 when none was left. KEYS as of STORE; ARGV how keys of values
begin."""

SIZE = Script(
    b"""
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
return redis.call('ZCARD', KEYS[2]) - redis.call('ZCOUNT', KEYS[5], 0, now)
"""
)
"""Return how many values there are that have not expired. KEYS as of STORE."""

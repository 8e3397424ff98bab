-- KEYS: one zset of request times per limit. ARGV: a name for this request, then per limit: count, window (ms).
-- Answers 0 and notes the request, or the ms to wait and notes nothing.
local now, wait, longest = now_ms(), 0, {}
for i = 1, #KEYS do
  local count, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  longest[KEYS[i]] = math.max(longest[KEYS[i]] or 0, window)
  local since = '(' .. string.format('%.0f', now - window)
  local used = redis.call('ZCOUNT', KEYS[i], since, '+inf')
  if used >= count then
    local over = redis.call('ZRANGEBYSCORE', KEYS[i], since, '+inf', 'WITHSCORES', 'LIMIT', used - count, 1)
    wait = math.max(wait, tonumber(over[2]) + window - now, 1)
  end
end
if wait > 0 then return wait end
for key, window in pairs(longest) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  redis.call('ZADD', key, now, ARGV[1])
  redis.call('PEXPIRE', key, window)
end
return 0

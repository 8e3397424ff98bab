-- Moves one run back to the stream if it may go.
-- KEYS: jobs, run, waiting, delayed, the line that the run was found in (or waiting again), then the accounts' pairs.
-- ARGV: group, run, score, accounts, the account of the line that it was found in (or '').
local jobs, run_key, waiting, delayed, line = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local group, run, score, account = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[5]
local state = redis.call('HMGET', run_key, 'status', 'entry', 'accounts')
local status, entry = state[1], state[2] or ''
if not status or (status ~= WAITING and status ~= RETRYING) then
  -- It ended, began or is gone: nothing waits here.
  leave(6, waiting, run)
  redis.call('ZREM', line, run)
  redis.call('ZREM', delayed, run)
  return 0
end
if account ~= '' and not string.find(' ' .. (state[3] or '') .. ' ', ' ' .. account .. ' ', 1, true) then
  -- It wants other accounts by now: nobody has to wait for it in this line.
  redis.call('ZREM', line, run)
end
if state[3] ~= ARGV[4] then return 0 end
local now = now_ms()
if status == RETRYING then
  local due = redis.call('ZSCORE', delayed, run)
  if due and tonumber(due) > now then return 0 end
  -- From here on it stands in line at its old place, so that no newer run overtakes it on the stream.
  redis.call('ZREM', delayed, run)
  redis.call('HDEL', run_key, 'next_attempt_at')
  stand(6, waiting, run, score)
  redis.call('HSET', run_key, 'status', WAITING, 'entry', comeback(jobs, run_key, run))
  return 1
end
-- It is on its way already, unless its entry was lost with the stream.
if entry ~= '' and #redis.call('XRANGE', jobs, entry, entry, 'COUNT', 1) == 1 then return 0 end
if obstacle(6, jobs, group, run_key, run, score, now) then return 0 end
redis.call('HDEL', run_key, 'waiting_for')
redis.call('HSET', run_key, 'entry', comeback(jobs, run_key, run))
return 1

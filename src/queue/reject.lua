-- KEYS: jobs, run, runs, rejected, waiting, runs:<link> (or runs again), the people of its last attempt, then the
--       accounts' pairs.
-- ARGV: group, consumer, entry, run, enqueued (ms), seconds to keep the run, how many rejected entries to keep,
--       reason, accounts and epoch of the people as the caller read them, count of the fields' words, the fields,
--       then the copy of the entry.
local jobs, run_key, waiting = KEYS[1], KEYS[2], KEYS[5]
local group, entry, run, words = ARGV[1], ARGV[3], ARGV[4], tonumber(ARGV[11])
if not owns(jobs, group, ARGV[2], entry) then return 0 end
local state = redis.call('HMGET', run_key, 'status', 'entry', 'accounts', 'people_epoch')
-- An open run that another entry carries, or an ended one, is not this entry's to end.
if not state[1] or (OPEN[state[1]] and state[2] == entry) then
  if state[1] then
    if (state[3] or '') ~= ARGV[9] or (state[4] or '') ~= ARGV[10] then return -1 end
    leave(8, waiting, run)
    -- What belongs to an attempt or to waiting for one.
    redis.call('UNLINK', KEYS[7])
    redis.call('HDEL', run_key, 'reason.remedy', 'next_attempt_at', 'waiting_for', 'intents', 'recorded', 'people_epoch')
  end
  unlock(8, run)
  redis.call('HSET', run_key, unpack(ARGV, 12, 11 + words))
  redis.call('EXPIRE', run_key, ARGV[6])
  redis.call('ZADD', KEYS[3], ARGV[5], run)
  if KEYS[6] ~= KEYS[3] then redis.call('ZADD', KEYS[6], ARGV[5], run) end
  redis.call('XADD', KEYS[4], 'MAXLEN', ARGV[7], '*', 'reason', ARGV[8], unpack(ARGV, 12 + words))
end
drop(jobs, group, entry)
return 1

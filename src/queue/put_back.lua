-- KEYS: jobs, run, waiting, delayed, then the accounts' pairs.
-- ARGV: group, entry, epoch, run, how (drain, retry, crash), ms until the next attempt, score, crashes that end a
--       run, then fields.
local jobs, run_key, waiting, delayed = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, entry, epoch, run, how = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local state = redis.call('HMGET', run_key, 'entry', 'epoch', 'status')
if state[1] ~= entry or state[2] ~= epoch or state[3] ~= RUNNING then return { 'lost' } end
if how == 'crash' then
  -- At the limit the caller still holds the run and has to end it.
  if redis.call('HINCRBY', run_key, 'crashes', 1) >= tonumber(ARGV[8]) then return { 'poisoned' } end
else
  redis.call('HSET', run_key, 'crashes', 0)
end
if #ARGV > 8 then redis.call('HSET', run_key, unpack(ARGV, 9)) end
if how == 'retry' then
  redis.call('ZADD', delayed, now_ms() + tonumber(ARGV[6]), run)
  redis.call('HSET', run_key, 'status', RETRYING, 'entry', '')
else
  if how == 'drain' then redis.call('HINCRBY', run_key, 'attempts', -1) end
  stand(5, waiting, run, ARGV[7])
  redis.call('HSET', run_key, 'status', WAITING, 'entry', comeback(jobs, run_key, run))
end
unlock(5, run)
drop(jobs, group, entry)
return with_heads('held', 5)

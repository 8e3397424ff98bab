-- KEYS: jobs, run, runs, runs:<link>, waiting, the once key if ARGV[12] isn't '', the pairs of accounts that the run
--       had and has no more, then its accounts' pairs.
-- ARGV: group, consumer, entry, run, owner (this delivery), taken over, comes back, lease, score, enqueued (ms),
--       now (text), ms that the once key lives, crashes that end a run, accounts, job, the accounts that the run's
--       hash is believed to have, count of the pairs of former accounts, then the fields of a new run.
local jobs, run_key, waiting = KEYS[1], KEYS[2], KEYS[5]
local group, consumer, entry, run, owner = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local lease, score, now_text, most = tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[11], tonumber(ARGV[13])
local keyed = ARGV[12] ~= ''
local former = keyed and 7 or 6
local first = former + 2 * tonumber(ARGV[17])
if not owns(jobs, group, consumer, entry) then return { 'ended' } end

local state = redis.call('HMGET', run_key, 'status', 'entry', 'epoch', 'owner', 'crashes', 'accounts')
local status, epoch, crashes = state[1], tonumber(state[3] or '0'), tonumber(state[5] or '0')

local function answer(word)
  local known = redis.call('HMGET', run_key, 'attempts', 'intents', 'started_at', 'people_epoch')
  return { word, tostring(epoch), known[1] or '0', known[2] or '', known[3] or '', known[4] or '' }
end

if not status then
  if ARGV[7] == '1' then return { 'unknown' } end
  redis.call('ZADD', KEYS[3], ARGV[10], run)
  redis.call('ZADD', KEYS[4], ARGV[10], run)
  redis.call('HSET', run_key, 'accounts', ARGV[14], 'job', ARGV[15], unpack(ARGV, 18))
  if keyed and not redis.call('SET', KEYS[6], run, 'NX', 'PX', ARGV[12]) then
    local of = redis.call('GET', KEYS[6])
    if of ~= run then
      redis.call('HSET', run_key, 'status', '完了', 'duplicate_of', of, 'finished_at', now_text, 'attempts', 0,
        'counts.target', 0, 'counts.created', 0, 'counts.updated', 0, 'counts.unchanged', 0, 'counts.held', 0,
        'counts.rejected', 0, 'counts.skipped', 0, 'counts.dependents.updated', 0, 'counts.dependents.rejected', 0)
      redis.call('PEXPIRE', run_key, ARGV[12])
      drop(jobs, group, entry)
      return { 'duplicate', of }
    end
  end
else
  if state[2] ~= entry or not OPEN[status] then
    drop(jobs, group, entry)
    return { 'ended' }
  end
  if status == RUNNING then
    -- The same delivery asks again: its first answer was lost.
    if state[4] == owner then return answer(crashes >= most and 'crashed' or 'started') end
  end
  -- The configuration changed while the run waited: it must leave the lines of the accounts that it had.
  local had = state[6] or ''
  if had ~= ARGV[14] and had ~= ARGV[16] then return { 'moved', had } end
  if status == RUNNING and ARGV[6] == '1' then
    crashes = redis.call('HINCRBY', run_key, 'crashes', 1)
    if crashes >= most then
      epoch = epoch + 1
      redis.call('HSET', run_key, 'epoch', epoch, 'owner', owner)
      claim(jobs, group, consumer, entry)
      return answer('crashed')
    end
  end
end

local now = now_ms()
local other = obstacle(first, jobs, group, run_key, run, score, now)
if other then
  redis.call('HSET', run_key, 'status', WAITING, 'entry', '', 'accounts', ARGV[14], 'waiting_for', other)
  unlock(former, run)
  if status then leave(former, waiting, run) end
  stand(first, waiting, run, score)
  drop(jobs, group, entry)
  return { 'waiting', other }
end

epoch = epoch + 1
if first > former then unlock(former, run) end
lock(first, run, epoch, entry, now, lease)
claim(jobs, group, consumer, entry)
if status then
  leave(former, waiting, run)
  redis.call('HDEL', run_key, 'waiting_for', 'next_attempt_at', 'reason.code', 'reason.message', 'reason.remedy')
  redis.call('HINCRBY', run_key, 'attempts', 1)
  redis.call('HSETNX', run_key, 'started_at', now_text)
  redis.call('HSET', run_key, 'status', RUNNING, 'entry', entry, 'epoch', epoch, 'owner', owner, 'accounts', ARGV[14])
  return answer('started')
end
redis.call('HSET', run_key, 'status', RUNNING, 'entry', entry, 'epoch', epoch, 'owner', owner, 'attempts', 1,
  'crashes', 0, 'started_at', now_text)
return { 'started', tostring(epoch), '1', '', now_text, '' }

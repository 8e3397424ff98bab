-- Shared by the scripts of this room: put in front of each.
-- KEYS from `first` on are pairs, one per account of the run: its lock, and the zset of the runs that wait for it.
local WAITING, RUNNING, RETRYING = '実行待ち', '実行中', '再試行待ち'
local OPEN = { [WAITING] = true, [RUNNING] = true, [RETRYING] = true }

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Whether the stream entry is pending with this consumer. A consumer that lost it must not touch the run.
local function owns(jobs, group, consumer, entry)
  return #redis.call('XPENDING', jobs, group, entry, entry, 1, consumer) == 1
end

local function drop(jobs, group, entry)
  redis.call('XACK', jobs, group, entry)
  redis.call('XDEL', jobs, entry)
end

-- The run that keeps an account from `run`, or nil. A lock outlives its lease while the entry of its run is
-- pending: that run will be taken over, and it was there first.
local function holder(jobs, group, lock, run, now)
  local held = redis.call('HMGET', lock, 'run', 'until', 'entry')
  if not held[1] or held[1] == run then return nil end
  if tonumber(held[2] or '0') > now then return held[1] end
  if held[3] and #redis.call('XPENDING', jobs, group, held[3], held[3], 1) == 1 then return held[1] end
  return nil
end

-- An older run that waits for the account, or nil.
local function elder(queue, run, score)
  local head = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')
  if not head[1] or head[1] == run then return nil end
  local first = tonumber(head[2])
  if score < first or (score == first and run < head[1]) then return nil end
  return head[1]
end

-- `begin` makes its entry look as if it had been delivered so often: entries that were read and not begun stand out.
local BEGUN = 1000000

local function claim(jobs, group, consumer, entry)
  redis.call('XCLAIM', jobs, group, consumer, 0, entry, 'RETRYCOUNT', BEGUN, 'JUSTID')
end

-- An older run of the same link whose job another worker has read and not begun yet, or nil: two workers that read
-- at once must not turn the order round.
local function ahead(jobs, group, link, run)
  if not link then return nil end
  for _, pending in ipairs(redis.call('XPENDING', jobs, group, '-', '(' .. run, 1000)) do
    local job = pending[4] < BEGUN and redis.call('XRANGE', jobs, pending[1], pending[1])[1]
    local its_link, its_run = nil, pending[1]
    for i = 1, job and #job[2] or 0, 2 do
      if job[2][i] == 'link' then its_link = job[2][i + 1] end
      if job[2][i] == 'run' then its_run = job[2][i + 1] end
    end
    if its_link == link and its_run ~= run then return its_run end
  end
  return nil
end

-- The run that `run` has to wait for, or nil if it may start.
local function obstacle(first, jobs, group, run_key, run, score, now)
  for i = first, #KEYS, 2 do
    local other = holder(jobs, group, KEYS[i], run, now) or elder(KEYS[i + 1], run, score)
    if other then return other end
  end
  return #KEYS >= first and ahead(jobs, group, redis.call('HGET', run_key, 'link'), run) or nil
end

local function lock(first, run, epoch, entry, now, lease)
  for i = first, #KEYS, 2 do
    redis.call('HSET', KEYS[i], 'run', run, 'epoch', epoch, 'entry', entry, 'until', now + lease)
    redis.call('PEXPIRE', KEYS[i], lease + 86400000)
  end
end

local function unlock(first, run)
  for i = first, #KEYS, 2 do
    if redis.call('HGET', KEYS[i], 'run') == run then redis.call('DEL', KEYS[i]) end
  end
end

local function stand(first, waiting, run, score)
  redis.call('ZADD', waiting, score, run)
  for i = first, #KEYS, 2 do redis.call('ZADD', KEYS[i + 1], score, run) end
end

local function leave(first, waiting, run)
  redis.call('ZREM', waiting, run)
  for i = first, #KEYS, 2 do redis.call('ZREM', KEYS[i + 1], run) end
end

-- Puts the run's job back on the stream and returns the new entry.
local function comeback(jobs, run_key, run)
  local fields = cjson.decode(redis.call('HGET', run_key, 'job'))
  fields[#fields + 1] = 'run'
  fields[#fields + 1] = run
  return redis.call('XADD', jobs, '*', unpack(fields))
end

-- `answer` followed by the oldest waiting run of each account (or ''), for the caller to promote.
local function with_heads(answer, first)
  local reply = { answer }
  for i = first, #KEYS, 2 do
    reply[#reply + 1] = redis.call('ZRANGE', KEYS[i + 1], 0, 0)[1] or ''
  end
  return reply
end

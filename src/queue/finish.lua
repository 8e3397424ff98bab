-- KEYS: jobs, run, mail, run:people:<epoch>, run:people, the people of an earlier attempt (or the first again),
--       holds:<link>, todo:<link>, then the accounts' pairs.
-- ARGV: group, entry, epoch, run, seconds to keep the run, seconds to keep its people, seconds to keep the holds, what was
--       found about them (JSON, or empty), count of the fields' words, seconds to keep the lists of what is to be done, the field of
--       this run's list (or empty), the list (or empty), the oldest month whose list is kept, the fields, then the mail's fields if
--       there is one.
local jobs, run_key, mail, people = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- A value of the holds. One that somebody broke by hand must not keep the run from its end.
local function kept(text)
  local fine, value = pcall(cjson.decode, text)
  return fine and type(value) == 'table' and value or {}
end

local function keep_holds(key, found, seconds)
  local met, named = {}, {}
  for _, pair in ipairs(found.met) do
    local field = found.flow .. '\31' .. pair.code .. '\31' .. pair.other
    local value = kept(redis.call('HGET', key, field) or '')
    value.kind, value.last, value.since = pair.kind, found.day, value.since or found.day
    redis.call('HSET', key, field, cjson.encode(value))
    met[field] = true
  end
  for _, code in ipairs(found.closes.codes or {}) do named[code] = true end
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local field, value = all[i], kept(all[i + 1])
    local flow, code = string.match(field, '^([^\31]*)\31([^\31]*)\31')
    local looked_at = flow == found.flow and (found.closes.of == 'everybody' or named[code])
    local closed = looked_at and not met[field] and not value.decision
    if closed or tostring(value.last or '') < found.forget_before then redis.call('HDEL', key, field) end
  end
  if #all > 0 then redis.call('EXPIRE', key, seconds) end
end

local function keep_todo(key, seconds, field, list, oldest)
  if list == '' then redis.call('HDEL', key, field) else redis.call('HSET', key, field, list) end
  for _, other in ipairs(redis.call('HKEYS', key)) do
    local month = string.match(other, ':(%d%d%d%d%-%d%d)$')
    -- A list that this run wrote stays until the next run, however old its month.
    if month and month < oldest and other ~= field then redis.call('HDEL', key, other) end
  end
  redis.call('EXPIRE', key, seconds)
end

local state = redis.call('HMGET', run_key, 'entry', 'epoch', 'status')
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return { 'lost' } end
-- The caller asks again: its first answer was lost.
if not OPEN[state[3]] then return { 'held' } end
if state[3] ~= RUNNING then return { 'lost' } end
local words = tonumber(ARGV[9])
redis.call('HDEL', run_key, 'next_attempt_at', 'waiting_for', 'intents', 'recorded', 'people_epoch')
redis.call('HSET', run_key, unpack(ARGV, 14, 13 + words))
redis.call('EXPIRE', run_key, ARGV[5])
if KEYS[6] ~= people then redis.call('UNLINK', KEYS[6]) end
if redis.call('EXISTS', people) == 1 then
  redis.call('RENAME', people, KEYS[5])
  redis.call('EXPIRE', KEYS[5], ARGV[6])
end
if ARGV[8] ~= '' then keep_holds(KEYS[7], cjson.decode(ARGV[8]), ARGV[7]) end
if ARGV[11] ~= '' then keep_todo(KEYS[8], ARGV[10], ARGV[11], ARGV[12], ARGV[13]) end
if #ARGV > 13 + words then redis.call('XADD', mail, '*', unpack(ARGV, 14 + words)) end
unlock(9, ARGV[4])
drop(jobs, ARGV[1], ARGV[2])
return with_heads('held', 9)

-- KEYS: jobs, run, mail, run:people:<epoch>, run:people, the people of an earlier attempt (or the first again),
--       then the accounts' pairs.
-- ARGV: group, entry, epoch, run, seconds to keep the run, seconds to keep its people, count of the fields' words,
--       the fields, then the mail's fields if there is one.
local jobs, run_key, mail, people = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local state = redis.call('HMGET', run_key, 'entry', 'epoch', 'status')
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return { 'lost' } end
-- The caller asks again: its first answer was lost.
if not OPEN[state[3]] then return { 'held' } end
if state[3] ~= RUNNING then return { 'lost' } end
local words = tonumber(ARGV[7])
redis.call('HDEL', run_key, 'next_attempt_at', 'waiting_for', 'intents', 'recorded', 'people_epoch')
redis.call('HSET', run_key, unpack(ARGV, 8, 7 + words))
redis.call('EXPIRE', run_key, ARGV[5])
if KEYS[6] ~= people then redis.call('UNLINK', KEYS[6]) end
if redis.call('EXISTS', people) == 1 then
  redis.call('RENAME', people, KEYS[5])
  redis.call('EXPIRE', KEYS[5], ARGV[6])
end
if #ARGV > 7 + words then redis.call('XADD', mail, '*', unpack(ARGV, 8 + words)) end
unlock(7, ARGV[4])
drop(jobs, ARGV[1], ARGV[2])
return with_heads('held', 7)

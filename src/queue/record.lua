-- KEYS: run, run:people:<epoch>, and the people of an earlier attempt if there are any.
-- ARGV: entry, epoch, number of this record, count of the fields' words, the fields, then per person the count of
--       its words and the words.
local run_key, people = KEYS[1], KEYS[2]
local state = redis.call('HMGET', run_key, 'entry', 'epoch', 'status', 'recorded')
if state[1] ~= ARGV[1] or state[2] ~= ARGV[2] or state[3] ~= RUNNING then return 'lost' end
-- A record that is sent again because its answer was lost must not list its people twice.
local recorded = ARGV[2] .. ' ' .. ARGV[3]
if state[4] == recorded then return 'held' end
local words = tonumber(ARGV[4])
redis.call('HSET', run_key, 'recorded', recorded, unpack(ARGV, 5, 4 + words))
local at = 5 + words
if at <= #ARGV then
  if KEYS[3] then redis.call('UNLINK', KEYS[3]) end
  redis.call('HSET', run_key, 'people_epoch', ARGV[2])
end
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  redis.call('XADD', people, '*', unpack(ARGV, at + 1, at + count))
  at = at + count + 1
end
return 'held'

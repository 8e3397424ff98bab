-- KEYS: schedule:<link>:<flow>, jobs, then the runs of the last tick as the caller read them.
-- ARGV: tick (ms), tick (text), the last tick's runs (text), count of those runs, the runs, then one job each.
local schedule, jobs = KEYS[1], KEYS[2]
local stored = redis.call('HMGET', schedule, 'ms', 'run')
if stored[1] and tonumber(stored[1]) >= tonumber(ARGV[1]) then return { 'old' } end
if (stored[2] or '') ~= ARGV[3] then return { 'again' } end
redis.call('HSET', schedule, 'ms', ARGV[1], 'tick', ARGV[2])
local count = tonumber(ARGV[4])
if #ARGV == 4 + count then return { 'fired' } end
for i = 1, count do
  local status = redis.call('HGET', KEYS[2 + i], 'status')
  local unread = not status and #redis.call('XRANGE', jobs, ARGV[4 + i], ARGV[4 + i], 'COUNT', 1) == 1
  if unread or OPEN[status] then return { 'skipped' } end
end
local runs = { 'fired' }
for i = 5 + count, #ARGV do
  runs[#runs + 1] = redis.call('XADD', jobs, '*', unpack(cjson.decode(ARGV[i])))
end
redis.call('HSET', schedule, 'run', table.concat(runs, ' ', 2))
return runs

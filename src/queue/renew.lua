-- KEYS: jobs, run, then the accounts' pairs. ARGV: group, consumer, entry, epoch, run, lease.
local jobs, run_key = KEYS[1], KEYS[2]
local group, consumer, entry, epoch, run = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local state = redis.call('HMGET', run_key, 'entry', 'epoch', 'status')
if state[1] ~= entry or state[2] ~= epoch or state[3] ~= RUNNING then return 'lost' end
if not owns(jobs, group, consumer, entry) then return 'lost' end
local now = now_ms()
for i = 3, #KEYS, 2 do
  if holder(jobs, group, KEYS[i], run, now) then return 'lost' end
end
redis.call('XCLAIM', jobs, group, consumer, 0, entry, 'JUSTID')
lock(3, run, epoch, entry, now, tonumber(ARGV[6]))
return 'held'

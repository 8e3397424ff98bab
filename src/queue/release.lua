-- Gives an entry that this consumer has but never began to whoever looks next: it looks idle for long.
-- KEYS: jobs. ARGV: group, consumer, entry, ms of idleness.
if not owns(KEYS[1], ARGV[1], ARGV[2], ARGV[3]) then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'IDLE', ARGV[4], 'JUSTID')
return 1

-- KEYS: holds:<link>.
-- ARGV: seconds to keep them, then per pair its field, the value that the caller read, and the new one.
local holds = KEYS[1]
for i = 2, #ARGV, 3 do
  if redis.call('HGET', holds, ARGV[i]) ~= ARGV[i + 1] then return 0 end
end
for i = 2, #ARGV, 3 do redis.call('HSET', holds, ARGV[i], ARGV[i + 2]) end
redis.call('EXPIRE', holds, ARGV[1])
return 1

-- Deletes consumers that hold nothing. A consumer that is deleted with pending entries would take them along, so
-- the look and the deletion are one step.
-- KEYS: jobs. ARGV: group, name of the caller, ms of idleness, 'own' if the caller itself leaves.
local deleted = 0
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local at = {}
  for i = 1, #row, 2 do at[row[i]] = row[i + 1] end
  local mine = at['name'] == ARGV[2]
  if at['pending'] == 0 and ((ARGV[4] == 'own' and mine) or (not mine and at['idle'] >= tonumber(ARGV[3]))) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], at['name'])
    deleted = deleted + 1
  end
end
return deleted

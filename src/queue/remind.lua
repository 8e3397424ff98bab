-- KEYS: mail, then one mark for each thing that the mail tells. ARGV: seconds to keep the marks, then the mail's fields.
-- All is told or nothing: if another daemon told one of them meanwhile, the caller makes another mail of the rest.
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 'again' end
end
local entry = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
for i = 2, #KEYS do redis.call('SET', KEYS[i], entry, 'EX', ARGV[1]) end
return 'told'

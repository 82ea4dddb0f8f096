---@meta suanpan.testing.property
--- What must be true of any basket, tried on random ones; a basket that breaks it is made as small as it still breaks.
--
--     suanpan.property { campaigns = { … }, catalogue = { { "cola", 350, tags = { "soda" } }, { "rice", 2590 } } }
--
-- Always: the order of scanning never changes the total, one scan of three is three scans of one, no line is negative,
-- no discount above its price, discounts add up, no rule fails. More with `holds = function(result, basket)`, which
-- returns false or raises when it does not.
--
-- Fields: campaigns (none: the pack's own), catalogue (lines without quantities), cases (200), seed (else SP_SEED,
-- else the clock), lines (at most 6 in a basket), pieces (at most 9 on a line), basket (fields of every basket: level,
-- date …), options (as for suanpan.price), order and scans (false: not this one), holds.

local CASES, LINES, PIECES = 200, 6, 9
local SHRINKS = 400 -- prices tried while a basket is made smaller

--- xorshift64*: the same baskets on every machine from the same seed.
local function random_from(seed)
  local state = seed ~ 0x2545F4914F6CDD1D
  if state == 0 then state = 88172645463325252 end
  return function(low, high)
    state = state ~ (state << 13)
    state = state ~ (state >> 7)
    state = state ~ (state << 17)
    return low + ((state >> 1) % (high - low + 1))
  end
end

local function line_from(good, quantity)
  local line = {}
  for key, value in pairs(good) do line[key] = value end
  line[3] = nil
  if line.weighed or line.weight then
    line.weighed, line.weight = nil, quantity * 137
  else
    line.quantity = quantity
  end
  return line
end

local function make(random, options)
  local lines = {}
  for number = 1, random(1, options.lines or LINES) do
    local good = options.catalogue[random(1, #options.catalogue)]
    lines[number] = line_from(good, random(1, options.pieces or PIECES))
  end
  return lines
end

local function shuffled(random, lines)
  local other = table.move(lines, 1, #lines, 1, {})
  for at = #other, 2, -1 do
    local swap = random(1, at)
    other[at], other[swap] = other[swap], other[at]
  end
  return other
end

local function single(lines)
  local other = {}
  for _, line in ipairs(lines) do
    for _ = 1, line.quantity or 1 do
      local one = {}
      for key, value in pairs(line) do one[key] = value end
      one.quantity = line.quantity and 1 or nil
      other[#other + 1] = one
    end
  end
  return other
end

local function sound(result)
  local total = 0
  for _, line in ipairs(result.lines) do
    if line.net < 0 then return ("line %d costs %d"):format(line.n, line.net) end
    if line.discount < 0 or line.discount > line.gross then
      return ("line %d of %d has a discount of %d"):format(line.n, line.gross, line.discount)
    end
    local taken = 0
    for _, each in ipairs(result.allocations) do
      if each.line == line.n then taken = taken + each.amount end
    end
    if taken ~= line.discount then
      return ("line %d has a discount of %d, but campaigns took %d"):format(line.n, line.discount, taken)
    end
    total = total + line.net
  end
  if total ~= result.total then return ("the lines add up to %d, the total is %d"):format(total, result.total) end
end

local function show(lines)
  local rows = {}
  for _, line in ipairs(lines) do
    local amount = line.weight and ("weight = " .. line.weight) or ("quantity = " .. (line.quantity or 1))
    local tags = {}
    for number, tag in ipairs(line.tags or {}) do tags[number] = ("%q"):format(tag) end
    rows[#rows + 1] = ("    { %q, price = %s, %s%s },"):format(line.code or line[1] or line.item, line.price or line[2],
      amount, #tags > 0 and ", tags = { " .. table.concat(tags, ", ") .. " }" or "")
  end
  return table.concat(rows, "\n")
end

return function(suanpan, options)
  if not options.catalogue or #options.catalogue == 0 then error("a property needs a catalogue") end
  local seed = math.tointeger(options.seed or tonumber(os.getenv("SP_SEED") or "") or os.time())
  local random = random_from(seed)

  local function price(lines)
    local fields = {}
    for key, value in pairs(options.basket or {}) do fields[key] = value end
    fields.lines = lines
    local basket = suanpan.basket(fields)
    return suanpan.price(basket, options.campaigns, options.options), basket
  end

  local function try(lines, shuffle)
    local result, basket = price(lines)
    local said = sound(result)
    if said then return said end
    if options.order ~= false then
      local other = price(shuffled(shuffle, lines)).total
      if other ~= result.total then
        return ("scanned in another order it costs %d, not %d"):format(other, result.total)
      end
    end
    if options.scans ~= false then
      local other = price(single(lines)).total
      if other ~= result.total then
        return ("scanned one by one it costs %d, not %d"):format(other, result.total)
      end
    end
    if options.holds then
      local fine, answer = pcall(options.holds, result, basket)
      if not fine then return type(answer) == "table" and tostring(answer.message or answer) or tostring(answer) end
      if answer == false then return "`holds` says no" end
    end
  end

  --- What these lines break, or nil.
  local function broken(lines, shuffle)
    local good, said = pcall(try, lines, shuffle)
    if not good then return tostring(said) end
    return said
  end

  --- One line less, or fewer pieces, as long as it still breaks something.
  local function smaller(lines, said, again)
    local tries, changed = 0, true
    local function accept(other)
      tries = tries + 1
      local now = tries <= SHRINKS and #other > 0 and broken(other, again())
      if not now then return false end
      lines, said, changed = other, now, true
      return true
    end
    while changed and tries < SHRINKS do
      changed = false
      for at = #lines, 1, -1 do
        local other = table.move(lines, 1, #lines, 1, {})
        table.remove(other, at)
        accept(other)
      end
      for at = 1, #lines do
        local line = lines[at]
        for _, quantity in ipairs { 1, (line.quantity or 1) // 2, (line.quantity or 1) - 1 } do
          if line and line.quantity and quantity >= 1 and quantity < line.quantity then
            local other = table.move(lines, 1, #lines, 1, {})
            other[at] = line_from(line, quantity)
            if accept(other) then break end
          end
        end
      end
    end
    return lines, said
  end

  for number = 1, options.cases or CASES do
    local lines = make(random, options)
    local shuffle_seed = random(1, 1 << 40)
    local function again() return random_from(shuffle_seed) end
    local said = broken(lines, again())
    if said then
      lines, said = smaller(lines, said, again)
      error(("%s\n  basket %d of seed %d (SP_SEED=%d runs it again), made as small as it still breaks:\n%s")
        :format(said, number, seed, seed, show(lines)))
    end
  end
end

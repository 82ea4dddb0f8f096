--- Transfers: the nearest store that can spare the goods sends them; none gives what it will need itself.

local list = require "suanpan.list"

local transfer_source = {
  name = "stock.transfer_source", version = "1.0.0", api = 1,
  phase = "hook", hook = "transfer.source", priority = 500,
  summary = "Which stores send how much",
}

transfer_source.params = {
  keep_weeks = {
    type = "integer", min = 0, max = 52, default = 2, label = { zh = "自留周数", en = "Keep for weeks" },
    doc = "Weeks of its own sales that a store keeps",
  },
  most = {
    type = "integer", min = 1, max = 50, default = 3, label = { zh = "最多门店", en = "At most" },
    doc = "Stores that are asked",
  },
}

transfer_source.phrases = {
  ["transfer"] = { zh = "{days} 天送达，可调 {spare}", en = "Brings it in {days} days, can spare {spare}" },
}

local function spare_of(store, params)
  local free = store.on_hand - (store.reserved or 0)
  return math.max(free - (store.weekly or 0) * params.keep_weeks, 0)
end

function transfer_source.evaluate(input, params)
  local within = input.within_days or 366
  local able = {}
  for _, store in ipairs(input.stores) do
    if store.days <= within and spare_of(store, params) > 0 then
      table.insert(able, store)
    end
  end
  -- A stable sort: the last key sorts first.
  able = list.sort(able, function(store) return store.store end)
  able = list.sort(able, function(store) return store.cost or 0 end)
  able = list.sort(able, function(store) return store.days end)
  local from, left = {}, input.quantity
  for _, store in ipairs(able) do
    local spare = spare_of(store, params)
    local quantity = math.min(left, spare)
    if quantity > 0 and #from < params.most then
      local reason = { code = "transfer", days = store.days, spare = spare // 1000 }
      table.insert(from, { store = store.store, quantity = quantity, reason = reason })
      left = left - quantity
    end
  end
  return #from > 0 and { from = from } or nil
end

return transfer_source

--- A short receipt for 58 mm paper: one line for each item, what was saved, and a QR code that finds the receipt again.
--
-- Wider paper keeps the built-in layout: this rule says nothing there.

local money = require "suanpan.money"
local text = require "suanpan.text"

local receipt = {
  name = "convenience.receipt", version = "1.0.0", api = 1,
  phase = "hook", hook = "receipt.layout", priority = 500,
  summary = "A short receipt for 58 mm paper",
}

receipt.params = {
  thanks = {
    type = "text", max = 60, default = "谢谢，慢走！", label = { zh = "结尾", en = "Last line" },
    doc = "What the customer reads last",
  },
}

local words = {
  zh = { total = "合计", saved = "已省", change = "找零", back = "退", copy = "补打", gift = "礼品小票", tax = "含税" },
  en = {
    total = "Total", saved = "You saved", change = "Change", back = "Back", copy = "Copy", gift = "Gift receipt",
    tax = "VAT included",
  },
}

local function row(left, right, bold)
  return { kind = "row", text = left, right = right, bold = bold }
end

local function centred(value, bold)
  return { kind = "text", text = value, centre = true, bold = bold }
end

--- "2 x 可口可乐 500ml    7.00"; one of a thing has no number.
local function item(line, said)
  local counted = line.quantity ~= 1000 and not line.computed
  local many = counted and text.quantity(line.quantity) .. (line.unit or "") .. " x " or ""
  local back = line.returned and "[" .. said.back .. "] " or ""
  return back .. many .. line.name
end

local function put_items(blocks, input, said)
  for _, line in ipairs(input.lines) do
    table.insert(blocks, row(item(line, said), not input.gift and money.text(line.net) or nil))
  end
end

local function put_totals(blocks, input, said)
  local tax, change = 0, 0
  for _, rate in ipairs(input.taxes) do
    tax = tax + rate.tax
  end
  for _, tender in ipairs(input.tenders) do
    change = change + tender.change
  end
  table.insert(blocks, row(said.total, (input.currency.symbol or "") .. money.text(input.total), true))
  if input.discount > 0 then
    table.insert(blocks, row(said.saved, money.text(input.discount)))
  end
  if change > 0 then
    table.insert(blocks, row(said.change, money.text(change)))
  end
  if tax ~= 0 then
    table.insert(blocks, row(said.tax, money.text(tax)))
  end
end

function receipt.evaluate(input, params)
  if input.columns > 32 then
    return nil
  end
  local said = words[input.lang]
  local blocks = { { kind = "logo", centre = true }, centred(input.store.name, true) }
  if input.copy then
    table.insert(blocks, centred(said.copy .. (input.copy_number and " " .. input.copy_number or ""), true))
  end
  if input.gift then
    table.insert(blocks, centred(said.gift, true))
  end
  table.insert(blocks, row(input.number, input.time))
  table.insert(blocks, { kind = "rule" })
  put_items(blocks, input, said)
  table.insert(blocks, { kind = "rule" })
  if not input.gift then
    put_totals(blocks, input, said)
  end
  table.insert(blocks, centred(params.thanks))
  table.insert(blocks, { kind = "qr", text = input.code, centre = true, module = 5 })
  return { blocks = blocks }
end

return receipt

--- Receipts: what stands on the paper, from the store's name to the code that finds the receipt again.
--
-- A chain with paper of its own copies this file into its pack, under another name and with a higher priority; the
-- first receipt rule that answers lays the receipt out.

local money = require "suanpan.money"
local text = require "suanpan.text"

local receipt = {
  name = "receipt.receipt", version = "1.0.0", api = 1,
  phase = "hook", hook = "receipt.layout", priority = 100, campaign = "receipt",
  summary = "The receipt: goods, totals, payments, tax, and a code at the foot",
}

receipt.params = {
  code = {
    type = "choice", options = { "barcode", "qr", "none" }, default = "barcode", label = { zh = "小票码", en = "Code" },
    doc = "What a scanner finds the receipt by; a barcode too wide for the paper becomes a QR code",
  },
}

local words = {
  zh = {
    sale = "销售小票", refund = "退货小票", exchange = "换货小票", gift = "礼品小票", copy = "*** 补打 ***",
    copy_from = "*** 重打 第", copy_to = "次 ***",
    number = "小票号", original = "原小票号", time = "时间", day = "营业日", till = "收银机", cashier = "收银员",
    seller = "导购", member = "会员", level = "会员等级", returned = "退", off = "优惠", note = "备注", goods = "商品金额",
    discounts = "优惠合计", rounding = "抹零", pay = "应付", back = "应退", reference = "交易号", change = "找零",
    rate = "税率", net = "不含税", tax = "税额", cash = "现金", card = "银行卡", wechat = "微信支付", alipay = "支付宝",
    other = "其他付款", label = "标签价", tare = "皮重",
  },
  en = {
    sale = "Sales receipt", refund = "Refund receipt", exchange = "Exchange receipt", gift = "Gift receipt",
    copy = "*** COPY ***", copy_from = "*** COPY no. ", copy_to = " ***",
    number = "Receipt no.", original = "Original receipt", time = "Time", day = "Business day", till = "Till",
    cashier = "Cashier", seller = "Sales assistant", member = "Member", level = "Member level",
    returned = "Returned item", off = "Line discount", note = "Note", goods = "Goods", discounts = "Discounts",
    rounding = "Small change waived", pay = "Total to pay", back = "Total to give back", reference = "Trade no.",
    change = "Change", rate = "VAT rate", net = "Net of tax", tax = "VAT", cash = "Cash", card = "Bank card",
    wechat = "WeChat Pay", alipay = "Alipay", other = "Other payment", label = "label price", tare = "Tare weight",
  },
}

--- The paper while it is made: `blocks`, and what every part needs to know.
local function put(paper, block)
  paper.blocks[#paper.blocks + 1] = block
end

local function put_text(paper, value, indent)
  if value and value ~= "" then
    put(paper, { kind = "text", text = value, indent = indent })
  end
end

local function put_centred(paper, value, bold, tall)
  if value and value ~= "" then
    put(paper, { kind = "text", text = value, centre = true, bold = bold, tall = tall })
  end
end

--- "Label: value", nothing without a value.
local function put_field(paper, label, value, indent)
  if value and value ~= "" then
    put(paper, { kind = "text", text = paper.words[label] .. ": " .. value, indent = indent })
  end
end

local function put_amount(paper, label, amount, indent)
  put(paper, { kind = "row", text = label, right = money.text(amount, paper.digits), indent = indent })
end

local function put_title(paper, input)
  if input.logo then
    put(paper, { kind = "logo", centre = true })
  end
  put(paper, { kind = "heading", text = input.store.name })
  put_centred(paper, input.store.address)
  put_centred(paper, input.store.phone)
  local usual = input.kind == "sale" and not input.gift
  put_centred(paper, input.gift and paper.words.gift or paper.words[input.kind], true, not usual)
  if input.copy_number then
    put_centred(paper, paper.words.copy_from .. input.copy_number .. paper.words.copy_to, true)
  elseif input.copy then
    put_centred(paper, paper.words.copy, true)
  end
end

local function two_digits(number)
  return number < 10 and "0" .. number or "" .. number
end

--- The business date, where the time does not say it: a shop may be open beyond midnight.
local function put_day(paper, day, time)
  local said = day and day // 10000 .. "-" .. two_digits(day // 100 % 100) .. "-" .. two_digits(day % 100)
  if said and not time:starts_with(said) then
    put_field(paper, "day", said)
  end
end

--- Till and cashier share a line.
local function put_place(paper, input)
  local till, cashier = input.till or "", input.cashier or ""
  if till == "" or cashier == "" then
    put_field(paper, "till", till)
    put_field(paper, "cashier", cashier)
    return
  end
  put(paper, { kind = "row", text = paper.words.till .. ": " .. till, right = paper.words.cashier .. ": " .. cashier })
end

local function put_head(paper, input)
  put_field(paper, "number", input.number)
  put_field(paper, "original", input.original)
  put_field(paper, "time", input.time)
  put_day(paper, input.business_day, input.time)
  put_place(paper, input)
  put_field(paper, "seller", input.seller)
  if input.member then
    put_field(paper, "member", input.member.name)
    put_field(paper, "level", input.member.level)
  end
end

--- "2 个 x 3.50"; a weight has three decimals, as its scale shows it. Where a label said what to pay, nobody knows what
-- was weighed.
local function quantity_of(paper, line)
  local unit = line.unit or ""
  local many = line.weighed and money.text(line.quantity, 3) or text.quantity(line.quantity)
  many = many .. (unit ~= "" and " " .. unit or "")
  if line.computed then
    return paper.words.label .. " (≈" .. many .. ")"
  end
  return paper.gift and many or many .. " x " .. money.text(line.unit_price, paper.digits)
end

--- "6901234567892  2 个 x 3.50" with the amount on the right; the code gets a line of its own where paper is narrow.
local function put_quantity(paper, line)
  local code, many = line.code or "", quantity_of(paper, line)
  local right = not paper.gift and money.text(line.gross, paper.digits) or nil
  local both = code ~= "" and code .. "  " .. many or many
  if 2 + text.columns(both) + (right and 1 + #right or 0) > paper.columns then
    put_text(paper, code, 2)
    both = many
  end
  put(paper, { kind = "row", text = both, right = right, indent = 2 })
end

local function put_line(paper, line)
  if line.returned then
    put_text(paper, "[" .. paper.words.returned .. "] " .. line.name)
  else
    put_text(paper, line.name)
  end
  put_quantity(paper, line)
  if line.tare then
    put_field(paper, "tare", money.text(line.tare, 3) .. " kg", 2)
  end
  put_text(paper, line.pack, 2)
  if line.discount ~= 0 then
    put_amount(paper, paper.words.off, -line.discount, 2)
  end
  put_field(paper, "seller", line.seller, 2)
  put_field(paper, "note", line.note, 2)
end

local function put_discounts(paper, input)
  if input.discount ~= 0 then
    put_amount(paper, paper.words.discounts, -input.discount)
  end
  for _, discount in ipairs(input.discounts) do
    local title = discount.title or ""
    put_amount(paper, title ~= "" and title or discount.campaign, -discount.amount, 2)
  end
end

local function put_totals(paper, input)
  if input.discount ~= 0 or input.rounding ~= 0 then
    put_amount(paper, paper.words.goods, input.gross)
  end
  put_discounts(paper, input)
  if input.rounding ~= 0 then
    put_amount(paper, paper.words.rounding, input.rounding)
  end
  local sign = input.total < 0 and "-" or ""
  local total = sign .. (input.currency.symbol or "") .. money.text(math.abs(input.total), paper.digits)
  local label = input.total < 0 and paper.words.back or paper.words.pay
  put(paper, { kind = "row", text = label, right = total, bold = true, tall = true })
end

local function put_tenders(paper, tenders)
  local change = 0
  for _, tender in ipairs(tenders) do
    put_amount(paper, paper.words[tender.method] or paper.words.other, tender.tendered)
    put_field(paper, "reference", tender.reference, 2)
    change = change + tender.change
  end
  if change ~= 0 then
    local given = money.text(change, paper.digits)
    put(paper, { kind = "row", text = paper.words.change, right = given, bold = true, tall = true })
  end
end

--- Three columns: what ends at five eighths of the paper stands between the edges.
local function put_columns(paper, left, middle, right)
  local gap = paper.columns * 5 // 8 - text.columns(left) - text.columns(middle)
  put(paper, { kind = "row", text = left .. (" "):rep(math.max(gap, 1)) .. middle, right = right })
end

local function put_taxes(paper, taxes)
  if #taxes > 0 then
    put(paper, { kind = "rule" })
    put_columns(paper, paper.words.rate, paper.words.net, paper.words.tax)
  end
  for _, row in ipairs(taxes) do
    local net, tax = money.text(row.net, paper.digits), money.text(row.tax, paper.digits)
    put_columns(paper, text.percent(row.rate), net, tax)
  end
end

local function put_money(paper, input)
  put(paper, { kind = "rule" })
  put_totals(paper, input)
  put_tenders(paper, input.tenders)
  put_taxes(paper, input.taxes)
end

local function put_note(paper, note)
  if note and note ~= "" then
    put(paper, { kind = "rule" })
    put_field(paper, "note", note)
  end
end

local function put_footer(paper, footer)
  if #footer > 0 then
    put(paper, { kind = "rule" })
  end
  for _, line in ipairs(footer) do
    put_centred(paper, line)
  end
end

--- Code 128 has 11 modules a character, 35 for start, check and stop, and 10 of nothing on either side; 2 dots each.
local function put_code(paper, code, kind)
  if not code or kind == "none" then
    return
  end
  if kind == "barcode" and (11 * #code + 55) * 2 <= paper.columns * 12 then
    put(paper, { kind = "barcode", text = code, centre = true, module = 2, height = 64 })
  else
    put(paper, { kind = "qr", text = code, centre = true, module = 6 })
  end
end

function receipt.evaluate(input, params)
  local paper = {
    blocks = {}, words = words[input.lang], columns = input.columns, digits = input.currency.digits, gift = input.gift,
  }
  put_title(paper, input)
  put(paper, { kind = "rule" })
  put_head(paper, input)
  put(paper, { kind = "rule" })
  for _, line in ipairs(input.lines) do
    put_line(paper, line)
  end
  if not input.gift then
    put_money(paper, input)
  end
  put_note(paper, input.note)
  put_footer(paper, input.footer)
  put_code(paper, input.code, params.code)
  return { blocks = paper.blocks }
end

return receipt

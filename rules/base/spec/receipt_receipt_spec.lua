local rule = suanpan.rule "receipt.receipt"

local function words_of(answer)
  local list = {}
  for _, block in ipairs(answer.blocks) do
    list[#list + 1] = (block.text or block.kind) .. (block.right and " | " .. block.right or "")
  end
  return list
end

local function input(fields)
  local all = {
    kind = "sale", lang = "zh", columns = 32, copy = false, gift = false, training = false, logo = false,
    store = { name = "街角小店" }, number = "T01-000042", code = "R-T01-000042", time = "2026-11-22 13:05:00",
    currency = { symbol = "¥", digits = 2 }, gross = 700, discount = 70, rounding = 0, total = 630,
    discounts = suanpan.list {},
    lines = { {
      n = 1, code = "cola", name = "可乐", unit = "瓶", quantity = 2000, weighed = false, returned = false,
      unit_price = 350, gross = 700, discount = 70, net = 630,
    } },
    taxes = { { rate = 130000, net = 558, tax = 72 } },
    tenders = { { method = "cash", tendered = 1000, amount = 630, change = 370 } }, footer = suanpan.list {},
  }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return all
end

local function paper(fields, params)
  return words_of(rule:ask("receipt.layout", input(fields), params))
end

local function last(list)
  return list[#list]
end

describe("receipt.receipt", function()
  it("has head, goods, totals, payments, tax and a code", function()
    assert.same({
      "街角小店", "销售小票", "rule", "小票号: T01-000042", "时间: 2026-11-22 13:05:00", "rule",
      "可乐", "cola  2 瓶 x 3.50 | 7.00", "优惠 | -0.70", "rule", "商品金额 | 7.00", "优惠合计 | -0.70", "应付 | ¥6.30",
      "现金 | 10.00", "找零 | 3.70", "rule", "税率          不含税 | 税额",
      "13%             5.58 | 0.72", "R-T01-000042",
    }, paper())
  end)

  it("says which copy it is", function()
    assert.equal("*** 重打 第2次 ***", paper({ copy = true, copy_number = 2 })[3])
    assert.equal("*** COPY ***", paper({ copy = true, lang = "en" })[3])
  end)

  it("tells no price on a gift receipt", function()
    assert.same({
      "街角小店", "礼品小票", "rule", "小票号: T01-000042", "时间: 2026-11-22 13:05:00", "rule", "可乐", "cola  2 瓶",
      "R-T01-000042",
    }, paper {
      gift = true, total = 0, gross = 0, discount = 0, taxes = suanpan.list {}, tenders = suanpan.list {},
      lines = { {
        n = 1, code = "cola", name = "可乐", unit = "瓶", quantity = 2000, weighed = false, returned = false,
        unit_price = 0, gross = 0, discount = 0, net = 0,
      } },
    })
  end)

  it("prints weights as a scale shows them, and says where nobody weighed", function()
    local function goods(more)
      local line = {
        n = 1, name = "苹果", unit = "kg", quantity = 600, weighed = true, returned = false, unit_price = 1280,
        gross = 768, discount = 0, net = 768,
      }
      for name, value in pairs(more) do
        line[name] = value
      end
      return paper { lines = { line } }
    end
    assert.equal("0.600 kg x 12.80 | 7.68", goods({ tare = 100 })[8])
    assert.equal("皮重: 0.100 kg", goods({ tare = 100 })[9])
    assert.equal("标签价 (≈0.600 kg) | 7.68", goods({ computed = true })[8])
  end)

  it("gives back with a sign", function()
    local list = paper {
      kind = "refund", original = "T01-000001", total = -350, gross = -350, discount = 0,
      lines = { {
        n = 1, name = "可乐", quantity = 1000, weighed = false, returned = true, unit_price = 350, gross = -350,
        discount = 0, net = -350,
      } },
      tenders = { { method = "wechat", tendered = -350, amount = -350, change = 0, reference = "4200" } },
      taxes = suanpan.list {},
    }
    assert.equal("[退] 可乐", list[8])
    assert.equal("应退 | -¥3.50", list[11])
    assert.equal("交易号: 4200", list[13])
  end)

  it("shows the logo where there is one, the member and the store's last words", function()
    local list = paper {
      logo = true, till = "T01", cashier = "1001", business_day = 20261121,
      member = { name = "138****8000", level = "金" },
      footer = { "欢迎再来" }, note = "送货",
    }
    assert.equal("logo", list[1])
    assert.same({ "营业日: 2026-11-21", "收银机: T01 | 收银员: 1001", "会员: 138****8000", "会员等级: 金" },
      { table.unpack(list, 7, 10) })
    assert.equal("欢迎再来", list[#list - 1])
    assert.equal("备注: 送货", list[#list - 3])
  end)

  it("tells the business date only when the time does not", function()
    assert.same(paper(), paper { business_day = 20261122 })
  end)

  it("is large where somebody must look", function()
    local function large(fields)
      local list = {}
      for _, block in ipairs(rule:ask("receipt.layout", input(fields)).blocks) do
        if block.tall and block.bold then
          list[#list + 1] = block.text
        end
      end
      return list
    end
    assert.same({ "应付", "找零" }, large())
    assert.same({ "退货小票", "应付", "找零" }, large { kind = "refund" })
    assert.same({ "礼品小票" }, large { gift = true })
  end)

  it("keeps net and tax apart however long they are", function()
    local list = paper { taxes = { { rate = 130000, net = 123456789012345, tax = 1 } } }
    assert.equal("13% 1234567890123.45 | 0.01", list[#list - 1])
  end)

  it("makes a QR code of a number too long for a barcode", function()
    local function kind(fields, params)
      local blocks = rule:ask("receipt.layout", input(fields), params).blocks
      return last(blocks).kind
    end
    assert.equal("barcode", kind())
    assert.equal("qr", kind { code = "R-LONG-TILL-NAME-01-000042" })
    assert.equal("barcode", kind { code = "R-LONG-TILL-00042", columns = 48 })
    assert.equal("qr", kind({}, { code = "qr" }))
    assert.equal("row", kind({}, { code = "none" }))
  end)
end)

-- The product list behind online_retail_10k.csv, which has sales only:
--   lua5.4 tests/data/make_products.lua tests/data/online_retail_10k.csv > tests/data/products.csv
-- Same input, same output. Barcodes are in-store EAN-13 made from the product code, meaningless outside this project.

-- First hit wins: what a word in the description says about the shelf.
local shelves = {
  { "Christmas", { "CHRISTMAS", "XMAS", "ADVENT", "SANTA", "REINDEER", "SNOWFLAKE", "SNOWMAN" } },
  { "Bags", { "BAG", "BAGS", "PURSE", "WALLET", "SHOPPER", "RUCKSACK", "BACKPACK", "SUITCASE" } },
  { "Jewellery", { "NECKLACE", "BRACELET", "EARRINGS", "RING", "BROOCH", "DIAMANTE", "BANGLE", "CHARM", "HAIR" } },
  { "Kitchen/Tableware", {
    "MUG", "CUP", "BOWL", "PLATE", "PLATES", "TEA", "CUTLERY", "TEACUP", "TEAPOT", "JUG", "GLASS", "SAUCER",
    "BOTTLE", "COFFEE", "EGG"
  } },
  { "Kitchen/Baking", {
    "CAKE", "CAKES", "BAKING", "CUPCAKE", "JELLY", "PANTRY", "COOK", "OVEN", "RECIPE", "SPICE"
  } },
  { "Kitchen/Textiles", { "APRON", "TOWEL", "COSY", "NAPKINS", "TABLECLOTH", "DOILY" } },
  { "Kitchen/Storage", { "LUNCH", "TIN", "TINS", "JAR", "BOX", "BOXES", "DRAWER", "CABINET", "BASKET", "TRAY" } },
  { "Candles and light", {
    "CANDLE", "CANDLES", "T-LIGHT", "LIGHT", "LIGHTS", "LANTERN", "LAMP", "CANDLESTICK", "INCENSE", "HOLDER"
  } },
  { "Stationery", {
    "CARD", "CARDS", "PAPER", "PEN", "PENCIL", "PENCILS", "NOTEBOOK", "WRAP", "STICKERS", "TAPE", "TISSUE",
    "BOOK", "ENVELOPE", "RIBBON", "RIBBONS", "CALENDAR"
  } },
  { "Toys", {
    "TOY", "GAME", "DOLLY", "DOLL", "PUZZLE", "JIGSAW", "SPACEBOY", "CHILDRENS", "PLAYING", "SOLDIER",
    "BABUSHKA", "FELTCRAFT"
  } },
  { "Garden", { "GARDEN", "PLANT", "PLANTER", "FLOWER", "FLOWERS", "WATERING", "BIRD", "UMBRELLA", "POT" } },
  { "Party", { "PARTY", "BIRTHDAY", "BUNTING", "GARLAND", "BALLOONS", "GIFT" } },
  { "Home/Textiles", { "CUSHION", "DOORMAT", "QUILT", "BLANKET", "RUG", "CURTAIN", "WARMER" } },
  { "Home/Decoration", {
    "SIGN", "FRAME", "CLOCK", "MIRROR", "HANGING", "DECORATION", "HEART", "WALL", "HOOK", "HANGER", "KNOB",
    "ORNAMENT", "METAL", "WOODEN", "WOOD", "PHOTO"
  } },
}
local tag_words = {
  "christmas", "vintage", "retrospot", "polkadot", "heart", "gift", "candle", "party", "garden", "wooden"
}
local services = { POST = true, DOT = true, M = true, D = true, C2 = true, ["BANK CHARGES"] = true }

-- One record of semicolon-separated text; quoted fields double their marks and never hold a line break in this file.
local function split(line)
  local fields, at = {}, 1
  while at <= #line + 1 do
    if line:sub(at, at) == '"' then
      local finish = at + 1
      while line:sub(finish, finish) ~= '"' or line:sub(finish + 1, finish + 1) == '"' do
        finish = finish + (line:sub(finish, finish) == '"' and 2 or 1)
      end
      fields[#fields + 1] = line:sub(at + 1, finish - 1):gsub('""', '"')
      at = finish + 2
    else
      local finish = line:find(";", at, true) or #line + 1
      fields[#fields + 1] = line:sub(at, finish - 1)
      at = finish + 1
    end
  end
  return fields
end

-- "2,5" is 250. Whole pence in this file.
local function pence(text)
  local sign, pounds, rest = text:match("^(%-?)(%d+),?(%d*)$")
  assert(pounds and #rest <= 2, "not a price: " .. text)
  local value = tonumber(pounds) * 100 + (rest == "" and 0 or tonumber((rest .. "0"):sub(1, 2)))
  return math.tointeger(sign == "-" and -value or value)
end

local function count(counts, key)
  counts[key] = (counts[key] or 0) + 1
end

-- The commonest key; the smallest of several.
local function commonest(counts)
  local best
  for key, times in pairs(counts) do
    if best == nil or times > counts[best] or (times == counts[best] and key < best) then
      best = key
    end
  end
  return best
end

local function check_digit(digits)
  local sum = 0
  for i = 1, #digits do
    sum = sum + tonumber(digits:sub(i, i)) * (i % 2 == 0 and 3 or 1)
  end
  return math.tointeger((10 - sum % 10) % 10)
end

-- A letter as two digits: none 00, A-Z 01-26, a-z 27-52.
local function letter(text)
  if text == "" then
    return "00"
  end
  return ("%02d"):format(text:match("%u") and text:byte() - 64 or text:byte() - 70)
end

-- Five digits and up to two letters fit into a barcode as they are (prefix 29); other codes are hashed (prefix 28).
local function barcode(code)
  local digits, first, second = code:match("^(%d%d%d%d%d)(%a?)(%a?)$")
  local body
  if digits then
    body = "29" .. digits .. letter(first) .. letter(second) .. "0"
  else
    local hash = 0
    for i = 1, #code do
      hash = (hash * 131 + code:byte(i)) % 9999999967
    end
    body = ("28%010d"):format(hash)
  end
  return body .. check_digit(body)
end

local function has_word(name, word)
  return (" " .. name:upper():gsub("[^%w%-]", " ") .. " "):find(" " .. word .. " ", 1, true) ~= nil
end

local function category(code, name)
  if services[code] then
    return "Services"
  end
  for _, shelf in ipairs(shelves) do
    for _, word in ipairs(shelf[2]) do
      if has_word(name, word) then
        return shelf[1]
      end
    end
  end
  return "Other"
end

local function tags(name)
  local found = {}
  for _, word in ipairs(tag_words) do
    if has_word(name, word:upper()) then
      found[#found + 1] = word
    end
  end
  return table.concat(found, " ")
end

local function quote(text)
  if text:find('[",\n]') then
    return '"' .. text:gsub('"', '""') .. '"'
  end
  return text
end

local function read_sales(path)
  local products = {}
  local first = true
  for line in io.lines(path) do
    local fields = split((line:gsub("\r$", "")))
    if not first then
      local code, name = fields[2], fields[3]:match("^%s*(.-)%s*$"):gsub("%s+", " ")
      local quantity, price = math.tointeger(tonumber(fields[4])), pence(fields[6])
      local product = products[code] or { names = {}, notes = {}, prices = {}, out = 0 }
      products[code] = product
      if price > 0 and quantity > 0 then
        count(product.prices, price)
      end
      if name ~= "" then -- a line without a price carries a remark more often than a name
        count(price > 0 and product.names or product.notes, name)
      end
      if quantity > 0 or price == 0 then
        product.out = product.out + math.abs(quantity)
      end
    end
    first = false
  end
  return products
end

local products = read_sales(arg[1])
local codes, seen = {}, {}
for code in pairs(products) do
  codes[#codes + 1] = code
end
table.sort(codes)
print("code,name,barcode,unit,price,tax_rate,category,tags,status,stock")
for _, code in ipairs(codes) do
  local product = products[code]
  local name = commonest(product.names) or commonest(product.notes) or ("Item " .. code)
  local price = commonest(product.prices)
  local ean = barcode(code)
  assert(not seen[ean], "two products share a barcode: " .. code)
  seen[ean] = true
  local pounds = ("%d.%02d"):format((price or 0) // 100, (price or 0) % 100)
  local status = price and "active" or "unlisted"
  local stock = ("%d"):format((product.out // 10 + 1) * 10)
  local fields = { code, quote(name), ean, "each", pounds, "20%", category(code, name), tags(name), status, stock }
  print(table.concat(fields, ","))
end

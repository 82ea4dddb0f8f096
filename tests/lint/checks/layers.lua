--- Includes go down only: layers.txt is the law.

local layers = { name = "layers", summary = "a file includes only what layers.txt allows" }

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

--- layers.txt as { folders = { {folder, prefixes} … }, owners = { {headers, places} … }, stateful = { [path] = why } }.
function layers.parse(text)
  local law = { folders = {}, owners = {}, stateful = {} }
  for line in text:gmatch("[^\n]+") do
    local kind, left, right = line:match("^(%l+) ([^:]+): (.+)$")
    if kind == "layer" then law.folders[#law.folders + 1] = { folder = left, prefixes = words(right) } end
    if kind == "only" then law.owners[#law.owners + 1] = { headers = words(left), places = words(right) } end
    if kind == "state" then law.stateful[left] = right end
  end
  return law
end

local function below(path, folder)
  return path == folder or path:sub(1, #folder + 1) == folder .. "/"
end

local function layer_of(law, path)
  local best
  for _, layer in ipairs(law.folders) do
    if below(path, layer.folder) and (not best or #layer.folder > #best.folder) then best = layer end
  end
  return best
end

local function allowed(layer, header)
  for _, prefix in ipairs(layer.prefixes) do
    if below(header, prefix) then return true end
  end
  return false
end

local function placed(path, places)
  for _, place in ipairs(places) do
    if path:sub(1, #place) == place then return true end
  end
  return false
end

local function check_quoted(tree, layer, path, header)
  local beside = path:match("^(.*/)") .. header
  if not header:find("/") and tree:has(beside) then return nil end
  if allowed(layer, header) then return nil end
  return ("%s may not include \"%s\""):format(layer.folder, header)
end

local function check_owned(law, path, header)
  for _, owner in ipairs(law.owners) do
    for _, owned in ipairs(owner.headers) do
      if below(header, owned) and not placed(path, owner.places) then
        return ("<%s> belongs to %s"):format(header, table.concat(owner.places, ", "))
      end
    end
  end
end

function layers.run(tree, report)
  local law = layers.parse(tree:read("tests/lint/layers.txt"))
  for _, path in ipairs(tree:files("%.[ch]$")) do
    local layer, code = layer_of(law, path), tree:scan(path)
    if not layer then
      report(path, 1, "its folder has no line in tests/lint/layers.txt")
    else
      for at, open, header in tree:read(path):gmatch('()#[ \t]*include[ \t]*(["<])([^">\n]+)') do
        if code:sub(at, at) == "#" then
          local message = open == '"' and check_quoted(tree, layer, path, header) or check_owned(law, path, header)
          if message then report(path, tree:line(path, at), message) end
        end
      end
    end
  end
end

return layers

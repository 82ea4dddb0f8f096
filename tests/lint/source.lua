--- Reads C the way a linter needs it: where comments and literals are, what stands outside them, and the outline.

local source = {}

--- The last byte of the comment or literal that opens at `start`, or nil when it is only a slash.
local function token_end(text, start)
  local two = text:sub(start, start + 1)
  if two == "/*" then return select(2, text:find("*/", start + 2, true)) or #text end
  if two == "//" then return (text:find("\n", start, true) or #text + 1) - 1 end
  local quote, position = text:sub(start, start), start + 1
  if quote == "/" then return nil end
  while position <= #text do
    local char = text:sub(position, position)
    if char == quote or char == "\n" then return position end
    position = position + (char == "\\" and 2 or 1)
  end
  return #text
end

local function blank(token)
  return (token:gsub("[^\n]", " "))
end

--- Three things of a C text: `code`, the same text with comments and the insides of literals blanked (every position
-- stays), `strings` and `comments`, lists of { first, last }.
function source.scan(text)
  local parts, strings, comments, position = {}, {}, {}, 1
  while true do
    local start = text:find("[/\"']", position)
    if not start then break end
    parts[#parts + 1] = text:sub(position, start - 1)
    local stop = token_end(text, start)
    local token = text:sub(start, stop or start)
    if not stop then
      parts[#parts + 1] = token
    elseif token:sub(1, 1) == "/" then
      comments[#comments + 1] = { first = start, last = stop }
      parts[#parts + 1] = blank(token)
    else
      if token:sub(1, 1) == '"' then strings[#strings + 1] = { first = start, last = stop } end
      parts[#parts + 1] = token:sub(1, 1) .. blank(token:sub(2, -2)) .. token:sub(-1)
    end
    position = (stop or start) + 1
  end
  parts[#parts + 1] = text:sub(position)
  return table.concat(parts), strings, comments
end

--- Blank preprocessor lines, continued ones included.
function source.without_directives(code)
  local out, continued = {}, false
  for line, ending in code:gmatch("([^\n]*)(\n?)") do
    local directive = continued or line:find("^%s*#")
    continued = directive and line:sub(-1) == "\\"
    out[#out + 1] = (directive and blank(line) or line) .. ending
  end
  return table.concat(out)
end

--- Walk the top level of blanked code. Returns `functions`, a list of { name, first, last } in positions of the body's
-- braces, and `declarations`, a list of { text, first } with braces' insides left out.
function source.outline(code)
  code = source.without_directives(code)
  local functions, declarations = {}, {}
  local depth, first, parts, open = 0, nil, {}, nil
  local position = 1
  while true do
    local at = code:find("[{};]", position)
    if not at then break end
    local char, before = code:sub(at, at), code:sub(position, at - 1)
    if depth == 0 then
      first = first or code:find("%S", position)
      parts[#parts + 1] = before
    end
    if char == "{" then
      if depth == 0 then open = at end
      depth = depth + 1
    elseif char == "}" then
      -- A brace in the first column ends a body whatever conditional compilation did to the count.
      depth = (at == 1 or code:sub(at - 1, at - 1) == "\n") and 0 or math.max(depth - 1, 0)
      local head = table.concat(parts)
      if depth == 0 and open and head:find("%)%s*$") and not head:find("=") then
        local signature = head:gsub("__attribute__%s*%b()", "")
        functions[#functions + 1] = { name = signature:match("([%w_]+)%s*%b()%s*$") or "?", first = open, last = at }
        first, parts = nil, {}
      end
      if depth == 0 then open = nil end
    elseif depth == 0 then
      declarations[#declarations + 1] = { text = table.concat(parts), first = first or at }
      first, parts = nil, {}
    end
    position = at + 1
  end
  return functions, declarations
end

--- The arguments of the call whose opening parenthesis is at `open`: a list of { first, last } in positions.
function source.arguments(code, open)
  local list, depth, first = {}, 0, open + 1
  local position = open
  while true do
    local at = code:find("[%(%)%[%]{},]", position)
    if not at then return list end
    local char = code:sub(at, at)
    if char:find("[%(%[{]") then
      depth = depth + 1
    elseif char == "," then
      if depth == 1 then
        list[#list + 1] = { first = first, last = at - 1 }
        first = at + 1
      end
    else
      depth = depth - 1
      if depth == 0 then
        list[#list + 1] = { first = first, last = at - 1 }
        return list
      end
    end
    position = at + 1
  end
end

return source

---@meta suanpan.types
-- Made by `suanpan sdk write`; do not edit.
-- What a rule is, and what it is shown. Everything shown is read-only.

---Lines or units of the basket.
---@alias suanpan.Target suanpan.Line|suanpan.Lines|suanpan.Unit|suanpan.Units

---Why: at most 16 names with text, integers or booleans, 512 bytes as JSON. `code` names a phrase.
---@alias suanpan.Reason table<string, string|integer|boolean>

---@alias suanpan.Base "gross"|"remaining"

---One text, a list of them, or a parameter that is one.
---@alias suanpan.Names string|string[]|suanpan.Texts|suanpan.Prices

---@alias suanpan.List any[]|suanpan.Lines|suanpan.Units|suanpan.Texts

---@alias suanpan.Need "member.tags"|"member.points"|"member.birthday"|"member.joined"|"member.purchases"|"member.used"

---@alias suanpan.Phase
---| "classify" # Lines get tags that all later phases and the index see.
---| "compose" # Lines come along with others: deposits, gifts that are handed out.
---| "price" # What one unit costs. The first in order wins a line; a price given at the till is kept.
---| "promotion" # What is taken off. A unit is taken once per stacking group.
---| "coupon" # The same for what the customer presents: sees what promotions left.
---| "tender" # How much may be paid with what is no money.
---| "check" # What must be confirmed or approved, and what cannot be sold.
---| "stock" # Lines that may not go below zero stock.
---| "observe" # Remarks; changes nothing.
---| "hook" # Answers a question of another module instead of looking at a basket.

---@alias suanpan.ParamType
---| "boolean" # true or false
---| "integer" # a number
---| "money" # fen
---| "ppm" # parts per million: 200000 is 20 %
---| "minute" # minute of the day, 0 to 1440; "HH:MM" in JSON
---| "date" # yyyymmdd; "YYYY-MM-DD" in JSON
---| "text" # text of 1 to 200 bytes
---| "choice" # one of the options
---| "tag" # a tag of products
---| "category" # path of codes from the root
---| "product" # product code
---| "level" # member level
---| "coupon" # coupon code
---| "texts" # list of texts
---| "tags" # list of tags
---| "categories" # list of categories
---| "products" # list of products
---| "levels" # list of levels
---| "tiers" # steps {at, value}, ascending
---| "prices" # product code to fen

---The table a rule file returns. An unknown field is an error. `params` and `phrases` are read once and are not there while the rule is evaluated.
---@class suanpan.Rule
---@field name string `folder.file`, as the path says: small letters, digits, _ and dots, at most 64 bytes; unique
---@field version string At most 64 bytes
---@field api integer 1
---@field phase suanpan.Phase When it is asked
---@field hook? string Phase hook only: the question it answers, "points.earn"
---@field stacking? string Phases promotion and coupon: the stacking group, "item" when absent
---@field priority? integer 0 to 1,000,000, higher first; 500 when absent
---@field summary string One sentence, at most 200 bytes
---@field campaign? string A code: it runs without a campaign, with its defaults; a phrase of that name is its title
---@field params? table<string, suanpan.Param> At most 32; names are [a-z][a-z0-9_]* of at most 31 bytes
---@field needs? suanpan.Need[] What it reads beside the basket
---@field phrases? table<string, suanpan.Phrase> What the codes of its reasons mean to people; at most 32
---@field applies? fun(params: table): suanpan.Keys? Which baskets concern it; nil or no function: every basket
---@field check? fun(params: table): true?, string? true; when parameters do not fit together nil and the code of a phrase, or nil and a sentence
---@field evaluate fun(basket: suanpan.Basket, params: table, context: suanpan.Context): suanpan.Offers|table|nil The offers; of a hook, `evaluate(input, params, context)` gives a table that fits the hook

---The declaration of a parameter.
---@class suanpan.Param
---@field type suanpan.ParamType See the types of parameters
---@field doc string What it is, for people; at most 200 bytes
---@field label? suanpan.Label Its name in forms; the parameter's name when absent
---@field required? boolean A campaign must say it; then there is no default
---@field default? any When a campaign does not say it
---@field min? integer Of the number, the bytes of a text, the entries of a list, the value of a tier
---@field max? integer The same
---@field options? string[] Of a choice: 1 to 32 texts of at most 64 bytes

---A name in both languages, at most 60 bytes each.
---@class suanpan.Label
---@field zh string Chinese
---@field en string English

---A sentence in both languages, at most 200 bytes each. {buy} is a field of the reason, {off:money} prints fen as yuan, {rate:percent} ppm as a percentage.
---@class suanpan.Phrase
---@field zh string Chinese
---@field en string English

---What applies returns: a basket that matches any of them asks the rule. At most 64 beside whole parameters.
---@class suanpan.Keys
---@field tag? suanpan.Names A line with this tag
---@field category? suanpan.Names A line of this category or below
---@field product? suanpan.Names A line of this product; also a whole parameter of prices
---@field level? suanpan.Names A member of this level
---@field coupon? suanpan.Names This coupon was presented
---@field markdown? suanpan.Names Something was taken off by hand: "price" or "line" of a line, "basket"

---What to choose; every field given must hold.
---@class suanpan.Filter
---@field tag? string Has this tag
---@field tags? suanpan.Names Has any of these
---@field category? string Is of this category or below
---@field categories? suanpan.Names Of any of these
---@field product? string Is this product, by its code
---@field products? suanpan.Names Is any of these; also a parameter of prices
---@field not_tag? string Does not have this tag
---@field not_tags? suanpan.Names Has none of these
---@field not_products? suanpan.Names Is none of these
---@field expires_within? integer Its lot ends in at most so many days, or has ended
---@field weighed? boolean Is sold by weight, or is not
---@field given? boolean Its price was given at the till, or was not
---@field scanned? boolean Was scanned itself, or was added by a rule

---A step of a parameter of type tiers, ascending by `at`.
---@class suanpan.Tier
---@field at integer From here on: fen, or units
---@field value integer What holds then

---What a member had of a campaign.
---@class suanpan.Used
---@field uses integer Sales
---@field amount integer Fen taken off
---@field units integer Units

---What a person takes off by hand.
---@class suanpan.Markdown
---@field kind string "percent", "amount" or, of lines only, "price"
---@field value integer Parts per million off; fen off the whole line or basket; fen for one unit
---@field reason string What the cashier said, "" when nothing
---@field approver string Code of who approved it, "" when nobody had to

---The basket as the phase before left it.
---@class suanpan.Basket
---@field lines suanpan.Lines In the order of scanning
---@field gross integer Fen of all lines before promotions
---@field remaining integer Fen still to pay as the phase before left it
---@field member suanpan.Member Always there; see `present`
---@field coupons string[] Codes as presented
---@field markdown suanpan.Markdown? What somebody took off the whole basket by hand
---@field member_level string As member.level
---@field has_member boolean As member.present
local Basket = {}

---The presented code that is this coupon, or one of its serial numbers ("CODE-0042"); nil when there is none.
---@param code string
---@return string?
function Basket:has_coupon(code) end

---The product the customer chose for a campaign; nil when nothing was chosen.
---@param campaign string context.campaign, mostly
---@return string?
function Basket:choice(campaign) end

---What a rule may know of the member: no name, no number. Some of it must be declared in `needs`.
---@class suanpan.Member
---@field present boolean Is there a member?
---@field level string "" when there is none
---@field staff boolean The member is of the staff
---@field points integer? Balance; nil when unknown; needs = { "member.points" }
---@field birthday_days integer? Days until the birthday, 0 on the day; nil when unknown; needs = { "member.birthday" }
---@field joined_days integer? Days since joining, 0 on the day; nil when unknown; needs = { "member.joined" }
---@field purchases integer? Sales before this one; nil when unknown; needs = { "member.purchases" }
local Member = {}

---Does the member carry the tag?
---The rule declares it: needs = { "member.tags" }.
---@param tag string
---@return boolean
function Member:has_tag(tag) end

---The moment, frozen at the last command: the same at every till.
---@class suanpan.Context
---@field business_date integer yyyymmdd
---@field year integer Of the business date
---@field month integer Of the business date
---@field day integer Of the business date
---@field weekday integer 1 Monday to 7 Sunday, by the store's clock
---@field minute integer Of the store's day, 0 to 1439
---@field store string Code
---@field channel string "till", "api" or "import"
---@field role string Of who sells: "cashier", "manager" …
---@field campaign string Code of the campaign that is asked
---@field used suanpan.Used? What this member had of this campaign; nil without a member; needs = { "member.used" }

---A line of the basket.
---@class suanpan.Line
---@field n integer Number of the line in its basket, never reused
---@field code string Product code
---@field unit string 个, kg …
---@field category string Path of codes from the root: "food/drink/cola"
---@field quantity integer Thousandths
---@field units integer Pieces; 1 when weighed
---@field weighed boolean Sold by weight: the line is one unit
---@field list_price integer Fen for one whole unit, from the catalogue
---@field given_price integer? Fen given at the till or by history
---@field price integer? Fen for one whole unit as the price phase left it; nil before it
---@field gross integer? Fen of the line before promotions; nil before the price phase
---@field remaining integer? Fen of the line still to pay; nil before the price phase
---@field lot string? Lot of the goods scanned; nil when unknown
---@field expires integer? Last day of that lot, yyyymmdd; nil when unknown
---@field expires_in integer? Days from the business date to it; negative when past
---@field parent integer? Number of the line a rule added this one for; nil when it was scanned
---@field markdown suanpan.Markdown? What somebody took off this line by hand
local Line = {}

---Does the product carry the tag, or did a rule of the classify phase give it?
---@param tag string
---@return boolean
function Line:has_tag(tag) end

---Is it of this category or one below?
---@param path string
---@return boolean
function Line:in_category(path) end

---Lines in the order of the basket; use `ipairs` and `#`.
---@class suanpan.Lines
---@field [integer] suanpan.Line
---@operator len: integer

---One unit of a line.
---@class suanpan.Unit
---@field line suanpan.Line The line it is of
---@field price integer Fen before promotions (of the whole line when weighed)
---@field remaining integer Fen still to pay

---Units, dearest first, ties by product code, line and unit; use `ipairs` and `#`.
---@class suanpan.Units
---@field [integer] suanpan.Unit
---@operator len: integer
local Units = {}

---Units `first` to `last` in the same order; to the end when `last` is absent.
---@param first integer 1 or more
---@param last? integer
---@return suanpan.Units
function Units:slice(first, last) end

---The first n: the dearest.
---@param n integer
---@return suanpan.Units
function Units:first(n) end

---The last n: the cheapest, in the same order.
---@param n integer
---@return suanpan.Units
function Units:last(n) end

---Full groups of n units, in this order. Groups of equal units of one line come together as one list, so there are few however much is bought: it holds `#list // n` groups.
---@param n integer 1 to 1,000,000
---@return suanpan.Units[]
function Units:groups(n) end

---Fen of all of them.
---@param base? suanpan.Base "gross" when absent
---@return integer # fen
function Units:sum(base) end

---A parameter that is a list of texts, sorted; use `ipairs` and `#`.
---@class suanpan.Texts
---@field [integer] string
---@operator len: integer

---A parameter of prices: `params.prices[code]` is fen or nil, `#` how many. Good wherever a list of products is.
---@class suanpan.Prices
---@field [string] integer?
---@operator len: integer

---What a rule proposes. C decides what becomes of it: a unit is taken once per stacking group, nothing goes below zero.
---@class suanpan.Offers
local Offers = {}

---Promotion, coupon: the units cost nothing.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param with? suanpan.Target Units that make it possible and are used up by it: all or nothing
function Offers:free(target, reason, with) end

---Promotion, coupon: a share off, rounded once over all units of the target.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param ppm integer 0 to 1,000,000: 200000 is 20 % off
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param base? suanpan.Base "remaining": what is left to pay (when absent); "gross": before any promotion
---@param with? suanpan.Target Units that make it possible and are used up by it: all or nothing
function Offers:percent(target, ppm, reason, base, with) end

---Promotion, coupon: so many fen off each unit.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param fen integer
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param with? suanpan.Target Units that make it possible and are used up by it: all or nothing
function Offers:amount_off(target, fen, reason, with) end

---Promotion, coupon: each unit costs this, if that is less. Price phase: one whole unit of the line costs this.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param fen integer
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param with? suanpan.Target Units that make it possible and are used up by it: all or nothing
function Offers:price(target, fen, reason, with) end

---Promotion, coupon: so many fen off all units together, dealt out in proportion to the base.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param fen integer
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param base? suanpan.Base "remaining": what is left to pay (when absent); "gross": before any promotion
---@param with? suanpan.Target Units that make it possible and are used up by it: all or nothing
function Offers:total_off(target, fen, reason, base, with) end

---Promotion, coupon: all units together cost this, if that is less: a bundle.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param fen integer
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param with? suanpan.Target Units that make it possible and are used up by it: all or nothing
function Offers:total_price(target, fen, reason, with) end

---Price phase: the price given at the till, else the catalogue's.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param reason? suanpan.Reason Why, for the trace and the receipt
function Offers:listed(target, reason) end

---Classify phase: the lines get a tag that all later phases see.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param tag string 1 to 64 bytes
function Offers:tag(target, tag) end

---Compose phase: another product comes along with the line.
---@param line suanpan.Line
---@param product string Product code
---@param quantity integer Thousandths
---@param reason? suanpan.Reason Why, for the trace and the receipt
function Offers:add(line, product, quantity, reason) end

---Tender phase: at most so many fen may be paid by this method.
---@param method string "points", …
---@param fen integer
---@param reason? suanpan.Reason Why, for the trace and the receipt
function Offers:tender(method, fen, reason) end

---Check phase: the cashier has to confirm it before the goods may go.
---@param code string What: "age18"
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param target? suanpan.Target
function Offers:confirm(code, reason, target) end

---Check phase: a manager has to approve it.
---@param code string
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param target? suanpan.Target
function Offers:approve(code, reason, target) end

---Check phase: it cannot be sold like this.
---@param code string
---@param reason? suanpan.Reason Why, for the trace and the receipt
---@param target? suanpan.Target
function Offers:refuse(code, reason, target) end

---Stock phase: the line may not be sold below zero stock.
---@param target suanpan.Target Lines or units; an empty list is no offer
---@param reason? suanpan.Reason Why, for the trace and the receipt
function Offers:block(target, reason) end

---Any phase: so many units count against the campaign's limits, instead of those its offers are for.
---@param units integer 0 to 1,000,000
function Offers:count(units) end

---Any phase: a remark for the trace and the till: why nothing was offered, what is missing.
---@param reason suanpan.Reason
---@param target? suanpan.Target
function Offers:note(reason, target) end

---Any phase: why there is nothing here for this rule, for the trace and `suanpan explain`; the till is not told.
---@param reason suanpan.Reason
function Offers:nothing(reason) end

---@meta suanpan.hooks
-- Made by `suanpan sdk write`; do not edit.
-- What the hooks are shown and give: evaluate(input, params, context) of a rule whose phase is "hook".

---Who earns how much commission on the lines of a sale?
---@class suanpan.hook.commission.input
---@field date integer the business date
---@field lines suanpan.hook.lines[] what was sold
---@field staff suanpan.hook.staff[] the sellers

---@class suanpan.hook.lines
---@field n integer number of the line
---@field code string code of the product
---@field category? string path of category codes
---@field tags? string[] tags of the product
---@field quantity integer thousandths sold
---@field net integer what was paid for it
---@field discount? integer what was taken off
---@field cost? integer what it cost the chain
---@field sellers suanpan.hook.sellers[] who sold it

---@class suanpan.hook.staff
---@field code string code of the employee
---@field role? string role
---@field level? string grade
---@field joined_days? integer days since joining
---@field month_net? integer sold in this month before this sale

---@class suanpan.hook.sellers
---@field seller string code of the employee
---@field share integer part of the line, all together 1,000,000

---@class suanpan.hook.commission.output
---@field entries suanpan.hook.entries[] one amount a line and seller

---@class suanpan.hook.entries
---@field n integer number of the line
---@field seller string who gets it, one of the line's sellers
---@field amount integer how much; a return takes exactly its part back
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---May a presented coupon be used for this basket now?
---@class suanpan.hook.coupon.check.input
---@field coupon suanpan.hook.coupon the coupon presented
---@field date integer the business date
---@field minute integer minute of the store's day
---@field member? suanpan.hook.member the member
---@field sale suanpan.hook.sale the basket as it stands

---@class suanpan.hook.coupon
---@field template string code of its kind
---@field issued_days integer days since it was issued
---@field until? integer last day on which it is usable
---@field uses integer how often it was redeemed
---@field owned boolean it belongs to the member of the basket
---@field personal? boolean only its owner may use it

---@class suanpan.hook.member
---@field level? string code of the level
---@field tags? string[] tags, sorted
---@field points? integer balance of points
---@field purchases? integer sales so far
---@field joined_days? integer days since joining, 0 on the day itself
---@field birthday_days? integer days until the next birthday, 0 on the day itself
---@field staff? boolean works for the chain

---@class suanpan.hook.sale
---@field gross? integer before discounts
---@field net integer to be paid
---@field channel? string where it was sold: till, api, import
---@field lines suanpan.hook.sale.lines[] what was sold

---@class suanpan.hook.sale.lines
---@field n integer number of the line in its sale
---@field code string code of the product
---@field category? string path of category codes from the root
---@field tags? string[] tags of the product
---@field quantity integer thousandths sold
---@field gross? integer before discounts
---@field net integer what was paid for it

---@class suanpan.hook.coupon.check.output
---@field accept boolean may it be used
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Which coupons does a member get for what happened?
---@class suanpan.hook.coupon.issue.input
---@field event string what happened
---@field date integer the business date
---@field member? suanpan.hook.member the member; none: what is printed on the receipt
---@field sale? suanpan.hook.sale the sale, when there is one
---@field sale_key? string what names the sale, the same on every retry
---@field redeemed? string template of the coupon that was redeemed
---@field issued? suanpan.hook.issued[] what the member was given before, newest first

---@class suanpan.hook.issued
---@field template string code of the kind of coupon
---@field days integer days since it was issued
---@field used? boolean it was redeemed

---@class suanpan.hook.coupon.issue.output
---@field coupons suanpan.hook.coupons[] coupons to issue

---@class suanpan.hook.coupons
---@field template string code of the kind of coupon
---@field count? integer how many, 1 when left out
---@field starts_days? integer usable from so many days on, 0 when left out
---@field valid_days integer usable for so many days
---@field key string once a member, campaign and key: the year of a birthday, the number of a sale
---@field on_return? string when the sale that earned it comes back: keep (when left out) or revoke it if unused
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---What is somebody to do for a member after what happened?
---@class suanpan.hook.followup.input
---@field event string what happened
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field habits? suanpan.hook.habits what the member buys
---@field sale? suanpan.hook.sale the sale, when there is one
---@field days? integer days since it happened

---@class suanpan.hook.habits
---@field recency_days integer days since the last purchase
---@field frequency integer purchases in the last 365 days
---@field monetary integer spent in the last 365 days
---@field spent_30? integer spent in the last 30 days
---@field spent_90? integer spent in the last 90 days
---@field spent_total? integer spent since joining
---@field returns? integer returns in the last 365 days
---@field categories? suanpan.hook.categories[] what it was spent on, most first

---@class suanpan.hook.categories
---@field category string path of category codes
---@field spent integer spent on it
---@field purchases? integer how often

---@class suanpan.hook.followup.output
---@field tasks suanpan.hook.tasks[] what somebody is to do

---@class suanpan.hook.tasks
---@field code string what to do: once a member, event and code
---@field due_days integer due in so many days
---@field role? string who does it; left out: who served the member
---@field template? string text to begin with
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---How much of a product will be sold on the next days?
---@class suanpan.hook.forecast.input
---@field date integer the business date
---@field product suanpan.hook.product the product
---@field sold suanpan.hook.sold[] what was sold a day, oldest first
---@field coming? suanpan.hook.sold[] days ahead of which something is known (quantity 0)
---@field horizon integer days to forecast

---@class suanpan.hook.product
---@field code string code of the product
---@field category? string path of category codes from the root
---@field tags? string[] tags of the product
---@field unit? string what it is counted in
---@field pack? integer thousandths in one pack of the supplier
---@field lead_days? integer days from order to delivery
---@field shelf_days? integer days it keeps
---@field cost? integer last cost of one unit
---@field price? integer list price of one unit

---@class suanpan.hook.sold
---@field date integer the day
---@field quantity integer thousandths
---@field sold_out? boolean it was missing on that day: sales say less than demand
---@field event? string what was special: a holiday, a campaign

---@class suanpan.hook.forecast.output
---@field days suanpan.hook.sold[] one entry a day from tomorrow on, `horizon` of them
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Which level does a member have from now on?
---@class suanpan.hook.member.level.input
---@field event string what happened
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field habits suanpan.hook.habits what the member buys
---@field level_days? integer days in the level so far
---@field points_365? integer points earned in the last 365 days
---@field levels suanpan.hook.levels[] all levels, lowest first

---@class suanpan.hook.levels
---@field code string code of the level
---@field rank integer higher is better

---@class suanpan.hook.member.level.output
---@field level string the level from now on, one of `levels`; the present one confirms it
---@field valid_days? integer asked again after so many days; left out: only when something happens
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Which segment does a member belong to?
---@class suanpan.hook.member.segments.input
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field habits suanpan.hook.habits what the member buys
---@field r integer fifth of all members by recency, 5 is best
---@field f integer … by frequency
---@field m integer … by money

---@class suanpan.hook.member.segments.output
---@field segment string code of the segment
---@field score? integer for sorting within it
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Which tags does a member get or lose?
---@class suanpan.hook.member.tags.input
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field habits suanpan.hook.habits what the member buys

---@class suanpan.hook.member.tags.output
---@field add? string[] tags to add
---@field remove? string[] tags to take away
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Who answers a message that came in?
---@class suanpan.hook.message.route.input
---@field date integer the business date
---@field weekday integer 1 Monday … 7 Sunday
---@field minute integer minute of the store's day
---@field channel string where it came in
---@field kind? string what it is about, when that is known
---@field text? string the message, phone numbers masked
---@field member? suanpan.hook.member the sender, when known
---@field agents suanpan.hook.agents[] who could answer

---@class suanpan.hook.agents
---@field code string code of the employee
---@field skills? string[] what they can answer
---@field open integer conversations they have
---@field online boolean at work now
---@field last? boolean spoke with this customer last

---@class suanpan.hook.message.route.output
---@field to string who answers
---@field name string code of the agent, queue or script
---@field priority? integer higher is answered first
---@field answer_minutes? integer to be answered within so many minutes
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---What happens with a conversation that waits?
---@class suanpan.hook.message.timer.input
---@field date integer the business date
---@field weekday integer 1 Monday … 7 Sunday
---@field minute integer minute of the store's day
---@field channel string where it came in
---@field waiting_for string whose turn it is
---@field waiting_minutes integer since the last message
---@field overdue_minutes? integer past what was promised
---@field escalations integer how often it was escalated
---@field member? suanpan.hook.member the member

---@class suanpan.hook.message.timer.output
---@field action string what to do
---@field again_minutes? integer look again in so many minutes; left out: at the next message
---@field to? string role that is told
---@field template? string text that is sent
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---What is on the pay slip of one employee for a period?
---@class suanpan.hook.pay.run.input
---@field from integer first day of the period
---@field to integer last day of the period
---@field month_days? integer working days of a whole month
---@field person suanpan.hook.person who is paid
---@field terms suanpan.hook.terms what was agreed
---@field worked suanpan.hook.worked attendance
---@field done? suanpan.hook.done results

---@class suanpan.hook.person
---@field code string code of the employee
---@field role string role
---@field level? string grade
---@field joined_days? integer days since joining

---@class suanpan.hook.terms
---@field base? integer for a whole month
---@field hourly? integer for an hour
---@field allowance? integer paid besides

---@class suanpan.hook.worked
---@field minutes integer worked
---@field overtime? integer of them overtime
---@field night? integer of them at night
---@field holiday? integer of them on holidays
---@field late? integer times late
---@field absent? integer days absent
---@field days? integer days worked

---@class suanpan.hook.done
---@field net? integer sold, returns taken off
---@field sales? integer sales
---@field target? integer what was to be sold
---@field commission? integer commission earned
---@field score? integer of the appraisal, out of 100

---@class suanpan.hook.pay.run.output
---@field items suanpan.hook.items[] lines of the pay slip

---@class suanpan.hook.items
---@field code string what it is for: once an employee, period and campaign
---@field amount integer below zero for what is taken off
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---How many points does a sale earn, line by line?
---@class suanpan.hook.points.earn.input
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field sale suanpan.hook.sale what was sold
---@field tenders? suanpan.hook.tenders[] how it was paid: points for points are a choice

---@class suanpan.hook.tenders
---@field method string how it was paid
---@field amount integer how much

---@class suanpan.hook.points.earn.output
---@field points? integer for the sale as a whole: dealt out to its lines, so that a return takes back exactly theirs
---@field lines? suanpan.hook.points.earn.output.lines[] for single lines
---@field valid_days? integer they expire after so many days; left out: points.expire decides
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---@class suanpan.hook.points.earn.output.lines
---@field n integer number of the line
---@field points integer points for it

---Which points are gone from today on, and which soon?
---@class suanpan.hook.points.expire.input
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field lots suanpan.hook.lots[] what the balance is made of, oldest first

---@class suanpan.hook.lots
---@field id integer which lot
---@field earned integer when they were earned
---@field until? integer last day, when that was said
---@field points integer what is left of it

---@class suanpan.hook.points.expire.output
---@field expire? suanpan.hook.expire[] what is gone from today on
---@field warn? suanpan.hook.warn[] what to tell the member
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---@class suanpan.hook.expire
---@field id integer which lot
---@field points integer points that expire, at most what is left

---@class suanpan.hook.warn
---@field id integer which lot
---@field days integer they expire in so many days

---What are points worth for this basket?
---@class suanpan.hook.points.redeem.input
---@field date integer the business date
---@field member suanpan.hook.member the member
---@field sale suanpan.hook.sale the basket as it stands

---@class suanpan.hook.points.redeem.output
---@field points integer points of one step
---@field fen integer what one step is worth
---@field most? integer the most points for this basket; the balance and what is to pay limit it anyway
---@field on_return? string what a return gives back: the points (when left out) or nothing
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---What stands on the paper of a receipt?
---@class suanpan.hook.receipt.layout.input
---@field kind string what it is
---@field lang string language of the paper
---@field columns integer width of the paper: 48 on 80 mm, 32 on 58 mm
---@field copy boolean a reprint; it must say so, or C writes it above and below
---@field copy_number? integer which reprint, where that is known
---@field gift boolean for who gets it as a present: all amounts are 0, none belongs on the paper
---@field training boolean somebody practised; C writes that above and below
---@field logo boolean the store has one: a block of kind logo is where it goes
---@field store suanpan.hook.store the store
---@field till? string code of the till
---@field number string receipt number: T01-000042
---@field code? string what a code on the paper holds, so that a scan finds the receipt
---@field original? string receipt number that is given back from
---@field cashier? string code of the cashier
---@field seller? string code of who sold it
---@field time string when, as the clock of the store says it
---@field business_day? integer the business date
---@field member? suanpan.hook.receipt.layout.input.member the member
---@field currency suanpan.hook.currency how amounts are written
---@field lines suanpan.hook.receipt.layout.input.lines[] goods
---@field discounts suanpan.hook.discounts[] what each campaign took off
---@field gross integer goods before discounts
---@field discount integer all discounts
---@field rounding integer waived, 0 or less
---@field total integer to pay; below zero: to give back
---@field taxes suanpan.hook.taxes[] by rate
---@field tenders suanpan.hook.receipt.layout.input.tenders[] how it was paid
---@field note? string note of the sale
---@field footer string[] lines of the store for the foot

---@class suanpan.hook.store
---@field name string what the customer knows it by
---@field address? string address
---@field phone? string phone of the store

---@class suanpan.hook.receipt.layout.input.member
---@field name? string name or number, masked
---@field level? string level

---@class suanpan.hook.currency
---@field symbol? string before the total: ¥
---@field digits integer digits behind the point of an amount

---@class suanpan.hook.receipt.layout.input.lines
---@field n integer number of the line
---@field code? string code of the product
---@field name string name
---@field pack? string what was scanned: 1 box = 24
---@field unit? string what it is counted in
---@field quantity integer thousandths, also of what came back
---@field weighed boolean sold by weight
---@field computed? boolean priced by its label: the quantity is only reckoned from that
---@field tare? integer of the container, thousandths of a kilogram
---@field returned boolean it came back: amounts are below zero
---@field unit_price integer of one unit
---@field gross integer before discounts
---@field discount integer taken off
---@field net integer gross less discount
---@field seller? string who sold it
---@field note? string note

---@class suanpan.hook.discounts
---@field campaign? string code of the campaign
---@field title? string what the customer reads
---@field amount integer taken off the sale

---@class suanpan.hook.taxes
---@field rate integer rate
---@field net integer without tax
---@field tax integer tax

---@class suanpan.hook.receipt.layout.input.tenders
---@field method string cash, card, wechat, alipay
---@field tendered integer what was given
---@field amount integer what of it pays the sale
---@field change integer given back at once
---@field reference? string number of the payment

---@class suanpan.hook.receipt.layout.output
---@field blocks suanpan.hook.blocks[] what stands on the paper, from the top

---@class suanpan.hook.blocks
---@field kind string what it is
---@field text? string of text, heading and the left of a row; the data of a code
---@field right? string right edge of a row
---@field indent? integer columns of a text or a row
---@field bold? boolean bold
---@field tall? boolean twice as high
---@field wide? boolean twice as wide
---@field centre? boolean centred: texts, codes and the logo
---@field module? integer dots of the smallest part of a code
---@field height? integer dots of the bars of a barcode

---What could be proposed to this customer?
---@class suanpan.hook.recommend.input
---@field date integer the business date
---@field minute integer minute of the store's day
---@field member? suanpan.hook.member the member
---@field habits? suanpan.hook.habits what the member buys
---@field sale? suanpan.hook.sale the basket as it stands
---@field together? suanpan.hook.together[] most often first
---@field best? suanpan.hook.best[] best first

---@class suanpan.hook.together
---@field code string product that is often bought with the basket
---@field times integer how often

---@class suanpan.hook.best
---@field code string product that sells well in the store
---@field quantity integer thousandths in 30 days

---@class suanpan.hook.recommend.output
---@field products suanpan.hook.products[] what to propose; of a product named twice the higher score counts

---@class suanpan.hook.products
---@field code string code of the product
---@field score integer higher is shown first
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---How much of a product should the store order?
---@class suanpan.hook.reorder.input
---@field date integer the business date
---@field product suanpan.hook.product the product
---@field stock suanpan.hook.stock what the store has
---@field sold suanpan.hook.sold[] what was sold a day, oldest first
---@field expected? suanpan.hook.sold[] the forecast, next day first
---@field cover_days? integer days until the delivery after the next one

---@class suanpan.hook.stock
---@field on_hand integer thousandths in the store, also below zero
---@field reserved? integer of them promised to somebody
---@field on_order? integer ordered and not yet delivered
---@field least? integer what should never be missing
---@field most? integer what the shelf holds

---@class suanpan.hook.reorder.output
---@field quantity integer thousandths to order; 0: nothing, and say why
---@field urgency? integer higher is ordered first when money or room is short
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Goods of a campaign come back: what becomes of its discount?
---@class suanpan.hook.sale.returned.input
---@field campaign string which campaign of the sale is asked about
---@field rule string its rule
---@field date integer the business date
---@field days integer days since the sale
---@field member? suanpan.hook.member the member
---@field lines suanpan.hook.sale.returned.input.lines[] all lines of the sale
---@field given integer what the campaign took off the sale
---@field still integer what it would take off what the customer keeps
---@field refund integer what would be paid back

---@class suanpan.hook.sale.returned.input.lines
---@field n integer number of the line
---@field code string code of the product
---@field sold integer thousandths sold
---@field back integer came back before
---@field now integer comes back now
---@field net integer what was paid for the line
---@field off integer what this campaign took off it

---@class suanpan.hook.sale.returned.output
---@field decision string keep: the discount stays as it was dealt out (also when nobody answers); claw-back: hold back `amount`; refuse: not like this
---@field amount? integer held back from the refund, at most the smaller of `refund` and what the campaign gave
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Is something in the store worth telling somebody?
---@class suanpan.hook.store.alert.input
---@field date integer the business date
---@field weekday integer 1 Monday … 7 Sunday
---@field minute integer minute of the store's day
---@field metrics suanpan.hook.metrics[] what is known of the store
---@field open? string[] codes told and not over yet

---@class suanpan.hook.metrics
---@field name string what is measured: sales, voids, refunds, drawer, offline, queue …
---@field value integer now
---@field usual? integer at this hour of this weekday

---@class suanpan.hook.store.alert.output
---@field alerts suanpan.hook.alerts[] what to tell

---@class suanpan.hook.alerts
---@field code string what is wrong; told once until it is over
---@field severity string how bad
---@field to? string role that is told; left out: the manager
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---May this role do this at the till?
---@class suanpan.hook.till.policy.input
---@field action string what somebody wants to do at the till
---@field role string who wants to
---@field date integer the business date
---@field minute integer minute of the store's day
---@field amount? integer what it is about
---@field rate? integer the discount it would be
---@field product? suanpan.hook.product of which product
---@field times? integer how often in this shift, this one not counted
---@field total? integer how much in this shift, this one not counted
---@field days? integer days since the sale, for a refund

---@class suanpan.hook.till.policy.output
---@field decision string allow; approve: somebody else signs; refuse
---@field approver? string role that signs; left out: manager
---@field ask? string what the cashier must say: a reason from the list, a text
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---Which stores send what another one needs?
---@class suanpan.hook.transfer.source.input
---@field date integer the business date
---@field product suanpan.hook.product the product
---@field quantity integer thousandths wanted
---@field within_days? integer wanted within so many days
---@field stores suanpan.hook.stores[] who has it

---@class suanpan.hook.stores
---@field store string code of the store
---@field on_hand integer thousandths it has
---@field reserved? integer of them promised
---@field weekly? integer what it sells in a week
---@field days integer days to bring it
---@field cost? integer what bringing it costs

---@class suanpan.hook.transfer.source.output
---@field from suanpan.hook.from[] who sends how much, at most what is wanted; in the order in which they are asked

---@class suanpan.hook.from
---@field store string code of the store
---@field quantity integer thousandths from it, at most what is not promised
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

---What is given on top of money that is paid in?
---@class suanpan.hook.value.topup.input
---@field date integer the business date
---@field member? suanpan.hook.member the member
---@field amount integer what is paid in
---@field principal integer paid-in money on the card
---@field bonus integer given money on the card
---@field topups? integer how often it was topped up before

---@class suanpan.hook.value.topup.output
---@field bonus integer given on top
---@field valid_days? integer the bonus expires after so many days; left out: never
---@field spend? string what is spent first: principal, bonus, or both in proportion (when left out)
---@field refund? string a refund of the balance takes the bonus back: all of it (when left out) or in proportion
---@field reason? table why, for people: a code of the rule's phrases and what it fills in

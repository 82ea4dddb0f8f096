---@meta suanpan.calendar
-- Made by `suanpan sdk write`; do not edit.
-- Dates as yyyymmdd and minutes of the day. What day it is says the context.

local calendar = {}

---1 Monday to 7 Sunday.
---@param date integer yyyymmdd
---@return integer
function calendar.weekday(date) end

---Day of the month.
---@param date integer yyyymmdd
---@return integer
function calendar.day(date) end

---1 to 12.
---@param date integer yyyymmdd
---@return integer
function calendar.month(date) end

---The year.
---@param date integer yyyymmdd
---@return integer
function calendar.year(date) end

---Days from `a` to `b`, negative when `b` is earlier.
---@param a integer yyyymmdd
---@param b integer yyyymmdd
---@return integer
function calendar.days_between(a, b) end

---The date so many days later, or earlier when negative.
---@param date integer yyyymmdd
---@param days integer
---@return integer # yyyymmdd
function calendar.add_days(date, days) end

---Is the minute at or after `from` and before `to`? A window whose `to` is not after `from` crosses midnight.
---@param minute integer 0 to 1439
---@param from integer 0 to 1440
---@param to integer 0 to 1440
---@return boolean
function calendar.in_minutes(minute, from, to) end

return calendar

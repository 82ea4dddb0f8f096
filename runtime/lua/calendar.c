/* suanpan.calendar: dates as yyyymmdd and minutes of the day. No clock: what day it is says the context. */
#include "base/calendar.h"
#include "lua/calls.h"
#include "lua/impl.h"

#define MINUTES_OF_DAY 1440
#define DAYS_MAX       4000000 /* about 10,000 years */

bool sp_lua_date_days(int64_t date, int64_t *days) {
  struct sp_date check = {0};
  if (date < 101 || date > 99991231) return false;
  int month = (int)(date / 100 % 100);
  int day = (int)(date % 100);
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  *days = sp_days_from_date(date / 10000, month, day);
  sp_date_from_days(*days, &check);
  return check.month == month && check.day == day;
}

static int64_t days_of(lua_State *lua, int arg) {
  int64_t days = 0;
  int64_t date = sp_lua_integer(lua, arg, INT64_MIN, INT64_MAX);
  sp_lua_charge(lua, SP_LUA_CALL);
  if (!sp_lua_date_days(date, &days))
    luaL_error(lua, "%s must be a date as yyyymmdd, not %I", sp_lua_argument(lua, arg), date);
  return days;
}

static struct sp_date date_of(lua_State *lua) {
  struct sp_date date = {0};
  sp_date_from_days(days_of(lua, 1), &date);
  return date;
}

int sp_lua_calendar_weekday(lua_State *lua) {
  lua_pushinteger(lua, date_of(lua).weekday);
  return 1;
}

int sp_lua_calendar_day(lua_State *lua) {
  lua_pushinteger(lua, date_of(lua).day);
  return 1;
}

int sp_lua_calendar_month(lua_State *lua) {
  lua_pushinteger(lua, date_of(lua).month);
  return 1;
}

int sp_lua_calendar_year(lua_State *lua) {
  lua_pushinteger(lua, date_of(lua).year);
  return 1;
}

int sp_lua_calendar_days_between(lua_State *lua) {
  int64_t first = days_of(lua, 1);
  lua_pushinteger(lua, days_of(lua, 2) - first);
  return 1;
}

int sp_lua_calendar_add_days(lua_State *lua) {
  struct sp_date date = {0};
  int64_t days = days_of(lua, 1) + sp_lua_integer(lua, 2, -DAYS_MAX, DAYS_MAX);
  if (days < SP_TIME_FIRST_MS / 86400000 || days > SP_TIME_LAST_MS / 86400000)
    return luaL_error(lua, "the date is outside the years 0 to 9999");
  sp_date_from_days(days, &date);
  lua_pushinteger(lua, date.year * 10000 + date.month * 100 + date.day);
  return 1;
}

int sp_lua_calendar_in_minutes(lua_State *lua) {
  int64_t minute = sp_lua_integer(lua, 1, 0, MINUTES_OF_DAY - 1);
  int64_t from = sp_lua_integer(lua, 2, 0, MINUTES_OF_DAY);
  int64_t to = sp_lua_integer(lua, 3, 0, MINUTES_OF_DAY);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_pushboolean(lua, from < to ? minute >= from && minute < to : minute >= from || minute < to);
  return 1;
}

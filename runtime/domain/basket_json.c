#include "domain/basket_json.h"

void sp_allocations_json(const struct sp_allocation *list, int32_t count, struct sp_json_writer *w) {
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++) {
    sp_json_open_object(w);
    sp_json_put_int(w, "line", list[i].line);
    sp_json_put_text(w, "campaign", list[i].campaign);
    sp_json_put_text(w, "rule", list[i].rule);
    sp_json_put_int(w, "amount", list[i].amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

void sp_choices_json(const struct sp_choice *list, int32_t count, struct sp_json_writer *w) {
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", list[i].campaign);
    sp_json_put_text(w, "product", list[i].product);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

void sp_campaign_uses_json(const struct sp_campaign_use *list, int32_t count, struct sp_json_writer *w) {
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", list[i].campaign);
    sp_json_put_text(w, "subject", list[i].subject);
    sp_json_put_int(w, "uses", list[i].uses);
    sp_json_put_int(w, "amount", list[i].amount);
    sp_json_put_int(w, "units", list[i].units);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

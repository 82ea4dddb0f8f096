/* Reading the bodies of settings: the same functions check what is put and read what is stored. */
#ifndef SP_APP_SETTING_PARTS_H
#define SP_APP_SETTING_PARTS_H

#include "app/setting.h"

struct cJSON;

int sp_setting_read_till(const struct cJSON *body, struct sp_till_setting *out, struct sp_error *err);
int sp_setting_read_hours(const struct cJSON *body, struct sp_hours *out, struct sp_error *err);
int sp_setting_read_logo(const struct cJSON *body, struct sp_error *err);
/* `findings` may be null: then the table is only made. */
int sp_setting_read_labels(const struct cJSON *body, struct sp_label_table *out, struct sp_buf *findings,
                           struct sp_error *err);
struct sp_till_setting sp_setting_till_default(void);

#endif

// The cashier's page.
import { render } from "preact";
import { effect } from "@preact/signals";
import { App } from "./app.jsx";
import { listen } from "./lib/keys.mjs";
import { resume, watch } from "./lib/session.mjs";
import { alarmList } from "./lib/store.mjs";
import { lang, t } from "./lib/text.mjs";
import { play } from "./lib/sound.mjs";

effect(() => {
  void lang.value;
  document.title = t("Suanpan till");
});

let known = 0;
effect(() => {
  const count = alarmList.value.filter((alarm) => alarm.state === "raised").length;
  if (count > known) play("alarm");
  known = count;
});

listen();
watch();
resume();
render(<App />, document.getElementById("page"));

// This screen: language, light or dark, sound; and the keys, for those who ask.
import { sound, theme } from "../lib/prefs.mjs";
import { lang, t } from "../lib/text.mjs";
import { play } from "../lib/sound.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";

function Choice({ label, kept, list, test }) {
  return (
    <div class="setting">
      <span>{label}</span>
      <div class="tabs" role="group" aria-label={label}>
        {list.map(([value, text, icon, language]) => (
          <Key
            key={value}
            test={`${test}-${value}`}
            icon={icon}
            aria-pressed={kept.value === value}
            class={kept.value === value ? "tab-on" : ""}
            onPress={() => (kept.value = value)}
          >
            <span lang={language}>{text}</span>
          </Key>
        ))}
      </div>
    </div>
  );
}

export function SettingsDialog({ close }) {
  return (
    <Dialog
      title={t("This screen")}
      test="settings-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="sun" size={26} />}
    >
      <Choice
        label={t("Language")}
        test="lang"
        kept={lang}
        list={[
          ["zh", "中文", "globe", "zh-CN"],
          ["en", "English", "globe", "en"],
        ]}
      />
      <Choice
        label={t("Colours")}
        test="theme"
        kept={theme}
        list={[
          ["auto", t("As the system"), "display"],
          ["light", t("Light"), "sun"],
          ["dark", t("Dark"), "moon"],
        ]}
      />
      <Choice
        label={t("Sound")}
        test="sound"
        kept={sound}
        list={[
          ["on", t("On"), "sound"],
          ["off", t("Off"), "close"],
        ]}
      />
      <div class="setting">
        <span>{t("Try the sound")}</span>
        <Key test="sound-try" icon="bell" onPress={() => play("alarm")}>
          {t("Play")}
        </Key>
      </div>
      <div class="setting">
        <span>{t("The customer's screen")}</span>
        <a class="link" href="/till/customer" target="_blank" rel="noopener">
          /till/customer
        </a>
      </div>
    </Dialog>
  );
}

export function HelpDialog({ close }) {
  const rows = [
    ["0…9 Enter", t("Type a code")],
    ["a…z", t("Search")],
    ["Enter, F12", t("Total and pay")],
    ["3 *", t("Three of the current line")],
    ["+ −", t("One more, one less")],
    ["↑ ↓", t("Choose a line")],
    ["Delete", t("Void the line")],
    ["F2", t("Search")],
    ["F3", t("Quantity")],
    ["F4", t("Discount")],
    ["F5", t("Member")],
    ["F6", t("Coupon")],
    ["F7 F8", t("Park and recall")],
    ["F9", t("Return or exchange")],
    ["F10", t("More")],
    ["/", t("To be answered first")],
    ["F11", t("Why this price")],
    ["Esc", t("Back")],
    [t("Paying: 1…6 Enter"), t("Notes, 6 is exact")],
    [t("Paying: F1…F4"), t("Cash, and the other methods")],
  ];
  return (
    <Dialog
      title={t("Keys")}
      test="help-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="question" size={26} />}
    >
      <dl class="help">
        {rows.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

// Every text of the page, from the catalogue that receipts and errors are translated by too.
import { effect } from "@preact/signals";
import pairs from "../../../../schema/text/page.json";
import { kept } from "./prefs.mjs";

export const lang = kept("lang", navigator.language.startsWith("en") ? "en" : "zh", ["zh", "en"]);
effect(() => (document.documentElement.lang = lang.value === "zh" ? "zh-CN" : "en"));

/** The sentence in the language of the screen; each %s is replaced in turn. */
export function t(sentence, ...values) {
  let next = 0;
  const text = lang.value === "zh" ? (pairs[sentence] ?? sentence) : sentence;
  return values.length ? text.replace(/%[sd]/g, () => values[next++]) : text;
}

/** A sentence that is translated later: the catalogue must have it. */
export const mark = (sentence) => sentence;

/** Rules and campaigns have texts in both languages, or one text for all. */
export const told = (text) =>
  typeof text === "object" && text ? (text[lang.value] ?? text.zh ?? text.en ?? "") : (text ?? "");

/** The `lang` of a text that came with the goods: names are often Chinese on an English screen. */
export const langOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-CN" : "en");

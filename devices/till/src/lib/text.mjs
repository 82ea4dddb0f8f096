// Every text of the page, from the catalogue that receipts and errors are translated by too.
import { effect } from "@preact/signals";
import pairs from "../../../../schema/text/page.json";
import { digest, LETTERS } from "./digest.mjs";
import { kept } from "./prefs.mjs";

export const lang = kept("lang", navigator.language.startsWith("en") ? "en" : "zh", ["zh", "en"]);
effect(() => (document.documentElement.lang = lang.value === "zh" ? "zh-CN" : "en"));

/** bundle.mjs has put digests in the place of the sentences, and has made one text of it all. */
const known = new Map(pairs.split("\n").map((pair) => [pair.slice(0, LETTERS), pair.slice(LETTERS)]));
const chinese = (sentence) => known.get(digest(sentence));

/** The sentence in the language of the screen; each %s is replaced in turn. */
export function t(sentence, ...values) {
  let next = 0;
  const text = lang.value === "zh" ? (chinese(sentence) ?? sentence) : sentence;
  return values.length ? text.replace(/%[sd]/g, () => values[next++]) : text;
}

/** The same for a count: English has one sentence for 1 and one for others. */
export const count = (number, one, others) => t(number === 1 ? one : others, number);

/** A sentence that is translated later: the catalogue must have it. */
export const mark = (sentence) => sentence;

/** Rules and campaigns have texts in both languages, or one text for all. */
export const told = (text) =>
  typeof text === "object" && text ? (text[lang.value] ?? text.zh ?? text.en ?? "") : (text ?? "");

/** What a thing is called in the language of the screen: goods may have an English name beside their own. */
export const nameOf = ({ name, name_en: english }) => (lang.value === "en" && english) || told(name);

/** Its own name where another stands first, else "". */
export const ownName = (thing) => (nameOf(thing) === told(thing.name) ? "" : told(thing.name));

const units = [
  mark("pc"),
  mark("item"),
  mark("bottle"),
  mark("box"),
  mark("case"),
  mark("bag"),
  mark("pack"),
  mark("can"),
  mark("cup"),
  mark("tub"),
  mark("bar"),
  mark("stick"),
  mark("sheet"),
  mark("pair"),
  mark("set"),
  mark("jin"),
];

/** The unit in which goods are counted; they have it in Chinese. */
export function unitOf(text) {
  const own = told(text);
  return (lang.value === "en" && units.find((unit) => chinese(unit) === own)) || own;
}

/** The `lang` of a text that came with the goods: names are often Chinese on an English screen. */
export const langOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-CN" : "en");

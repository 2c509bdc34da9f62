// @ts-check
/** Texts in the language of the site's interface. */

import messages from "./messages.js";

/** @typedef {Record<string, string | number>} Values what stands for `{name}` in a text */

/** American English puts the month first; the pages don't. */
const language = document.documentElement.lang.replace(/^en$|^$/, "en-GB");
/** Without a catalogue the texts are English, whatever the numbers and days are. */
const grammar = Object.keys(messages.counted).length ? language : "en-GB";
const rules = new Intl.PluralRules(grammar);

/** Pages are written with these digits and this calendar, whatever the language. */
const LATIN = { numberingSystem: "latn", calendar: "gregory" };

/** @param {number} value */
function figure(value) {
  return value.toLocaleString(language, LATIN);
}

/** @param {string} text @param {Values} values */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? `${values[name]}` : whole));
}

/**
 * Return a text in the site's language.
 * @param {string} text in English @param {Values} [values]
 */
export function _(text, values = {}) {
  return filled(messages.texts[text] ?? text, values);
}

/**
 * Return a text that counts, with the number as `{n}`.
 * @param {number} number @param {string} one in English, as is @param {string} many @param {Values} [values]
 */
export function counted(number, one, many, values = {}) {
  const forms = messages.counted[one] ?? { one, other: many };
  const text = forms[rules.select(number)] ?? forms.other;
  return filled(text, { n: figure(number), ...values });
}

/**
 * Put nodes and texts where a text has `{name}`, so that a translator gets a sentence whole.
 * @param {string} text translated @param {Record<string, Node | string>} values
 * @returns {(Node | string)[]}
 */
export function parts(text, values) {
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (values[part] ?? `{${part}}`) : part));
}

/** Write a number that stands alone or in a text. @param {number} value */
export function number(value) {
  return figure(value);
}

/** Join texts of which any may hold: `a, b or c`. @param {string[]} texts */
export function either(texts) {
  return new Intl.ListFormat(grammar, { type: "disjunction" }).format(texts);
}

/**
 * Write a day as the site's pages do.
 * @param {number} at milliseconds since 1970 @param {string} [timeZone] the reader's without it
 */
export function day(at, timeZone) {
  return new Date(at).toLocaleDateString(language, { ...LATIN, dateStyle: "long", timeZone });
}

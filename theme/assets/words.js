// @ts-check
/** Texts in the language of the site's interface. */

import messages from "./messages.js";

/** @import { Values } from "../types" */

/** Plain `en` would put the month first, as Americans do; the pages do not. */
const language = document.documentElement.lang.replace(/^en$|^$/, "en-GB");
/** Without a catalogue, texts are English, and so are their plurals and lists. */
const grammar = Object.keys(messages.counted).length ? language : "en-GB";
const rules = new Intl.PluralRules(grammar);

/** The pages have these digits and this calendar in every language. */
const LATIN = { numberingSystem: "latn", calendar: "gregory" };

/** @param {string} text @param {Values} values */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? `${values[name]}` : whole));
}

/**
 * Return a text in the site's language.
 * @param {string} text in English @param {Values} [values]
 */
export function _(text, values = {}) {
  return fill(messages.texts[text] ?? text, values);
}

/**
 * Return a text with a count, written as `{n}`.
 * @param {number} count @param {string} one in English @param {string} many @param {Values} [values]
 */
export function counted(count, one, many, values = {}) {
  const forms = messages.counted[one] ?? { one, other: many };
  const text = forms[rules.select(count)] ?? forms.other;
  return fill(text, { n: number(count), ...values });
}

/**
 * Put nodes and texts where a text has `{name}`, so that translators get whole sentences.
 * @param {string} text translated @param {Record<string, Node | string>} values
 */
export function parts(text, values) {
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (values[part] ?? `{${part}}`) : part));
}

/** Write a number that stands alone or in a text. @param {number} value */
export function number(value) {
  return value.toLocaleString(language, LATIN);
}

/** Join texts as alternatives: `a, b or c`. @param {string[]} texts */
export function either(texts) {
  return new Intl.ListFormat(grammar, { type: "disjunction" }).format(texts);
}

/**
 * Write a day as the site's pages do.
 * @param {number} at milliseconds since 1970 @param {string} [timeZone] the reader's by default
 */
export function day(at, timeZone) {
  return new Date(at).toLocaleDateString(language, { ...LATIN, dateStyle: "long", timeZone });
}

/**
 * Write a month as the site's pages do.
 * @param {number} at milliseconds since 1970 @param {string} [timeZone] the reader's by default
 */
export function month(at, timeZone) {
  return new Date(at).toLocaleDateString(language, { ...LATIN, year: "numeric", month: "short", timeZone });
}

// @ts-check
/** Home, for those who were here before: where to go on, in place of the site's numbers. */

import { ROOT, element, find, need, textOf } from "../dom.js";
import { _ } from "../words.js";
import { loadPath } from "./load.js";
import { isDone, reader, split } from "./progress.js";

/** @typedef {{ why: string, title: string, url: string }} Way */

/** @param {HTMLElement} page */
export async function start(page) {
  const [last] = [...reader.all("seen:"), ...reader.all("done:")].sort(([, one], [, other]) => other[0] - one[0]);
  if (!last) return;
  const [name, [, value]] = last;
  const id = name.slice(5);
  const way = (isDone(id) && (await findStep(reader.get("path")))) || {
    why: _("Continue"),
    title: value.title || id,
    url: new URL(`threads/${encodeURIComponent(id)}/`, ROOT).href,
  };
  const words = [element("span", "tb-hero__why", way.why), " ", element("span", "tb-hero__title", way.title)];
  const link = element("a", "tb-hero__continue", ...words);
  link.href = way.url;
  need("[data-tb-part=continue]", page).replaceChildren(link); // its place is kept free: nothing moves
}

/** Find the step to go on with, of the path that is followed. @param {string | null} path @returns {Promise<Way | null>} */
async function findStep(path) {
  const page = path ? await loadPath(path) : null;
  const steps = page && find(".tb-path", page);
  const key = split(steps?.dataset.tbNeeded).find((each) => !isDone(each));
  const step = steps && key && find(`[data-tb-step="${CSS.escape(key)}"]`, steps);
  if (!step) return null;
  const here = new URL(`paths/${path}/`, ROOT);
  const url = new URL(find("h3 a", step)?.getAttribute("href") ?? `#${step.id}`, here).href;
  const title = textOf(".tb-check__question", step) || textOf("h3", step);
  return { why: _("Next step in {path}", { path: steps.dataset.tbTitle ?? "" }), title, url };
}

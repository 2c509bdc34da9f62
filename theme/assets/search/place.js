// @ts-check
/**
 * Where a reader was in their results, for when they come back in this tab. It cannot be a state of the
 * history: the theme overwrites that whenever somebody scrolls.
 */

const KEY = "tb-search-place";
const STEP = 10; // results shown at once
const MOST = 200; // that are shown again

/** @typedef {{shown: number, top: number}} Place how many results are shown, and how far they are scrolled in pixels */

let isBack = performance.getEntriesByType("navigation").some((each) => {
  return ["back_forward", "reload"].includes(/** @type {PerformanceNavigationTiming} */ (each).type);
});

addEventListener("popstate", () => (isBack = true));

/** @param {Place} place */
export function keepPlace(place) {
  isBack = false;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...place, url: location.href }));
  } catch {
    // Without storage, readers come back to the first results.
  }
}

/** Return where the reader was when they left this address, if they have come back to it. @returns {Place} */
export function findPlace() {
  const first = { shown: STEP, top: 0 };
  if (!isBack) return first;
  try {
    const { url, shown, top } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    if (url !== location.href || !Number.isInteger(shown) || !Number.isFinite(top)) return first;
    return { shown: Math.min(Math.max(shown, STEP), MOST), top };
  } catch {
    return first;
  }
}

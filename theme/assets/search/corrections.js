// @ts-check
/** Typing errors: the site's words that are nearest to one it does not have. */

const MOST = 3;

/**
 * Return how many letters are wrong, missing, too many or swapped; `limit + 1` if more than that.
 * Optimal string alignment: Damerau-Levenshtein where no part is edited twice.
 * @param {string} one @param {string} other @param {number} limit
 */
export function distance(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let [before, previous] = [[0], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let cost = Math.min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    [before, previous] = [previous, row];
  }
  return previous[other.length];
}

/**
 * Return the nearest known stems of an unknown one, each with the number of errors: one in short
 * words, up to two in longer ones.
 * @param {string} stem
 * @param {[string, number][]} vocabulary stems, and how many documents have them
 * @returns {[string, number][]}
 */
export function corrections(stem, vocabulary) {
  const limit = stem.length < 4 ? 0 : stem.length < 8 ? 1 : 2;
  /** @type {[string, number, number][]} */
  const near = [];
  for (const [known, count] of limit ? vocabulary : []) {
    const errors = distance(stem, known, limit);
    if (errors <= limit) near.push([known, errors, count]);
  }
  near.sort((a, b) => a[1] - b[1] || b[2] - a[2] || (a[0] < b[0] ? -1 : 1));
  return near
    .filter(([, errors]) => errors === near[0][1])
    .slice(0, MOST)
    .map(([known, errors]) => [known, errors]);
}

// @ts-check
/**
 * When checks that were passed are asked again: Leitner's boxes. An answer that is right moves a
 * check to the next box, one that is wrong to the first, and each box waits longer than the one
 * before (S. Leitner, So lernt man lernen, 1972). It needs no grades, as SM-2 does, and no model of
 * the reader, as FSRS does: a check knows only right and wrong.
 */

/** Days that the boxes wait; after the last one, a check is known. */
export const BOXES = [1, 3, 7, 21];

const DAY = 86_400_000; // milliseconds

/** @typedef {{ chosen: number[], right?: boolean, box?: number, print?: string, path?: string }} Passed */

/**
 * Tell when a check is asked again.
 * @param {number} at when it was answered last, in milliseconds since 1970 @param {Passed} value
 * @returns {number} in milliseconds since 1970; Infinity if never
 */
export function dueAt(at, { right, box, path }) {
  const days = right && path ? BOXES[box ?? 0] : undefined;
  return days === undefined ? Infinity : at + days * DAY;
}

/**
 * Put a check that was asked again into its next box. What a reader forgot stays done on its path.
 * @param {Passed} value @param {boolean} isRight @returns {Passed}
 */
export function moveOn(value, isRight) {
  return { ...value, box: isRight ? (value.box ?? 0) + 1 : 0 };
}

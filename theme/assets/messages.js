// @ts-check
/** A build writes these for the site's language; English needs none. @type {import("../types").Messages} */
export default { texts: {}, counted: {} };

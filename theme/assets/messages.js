// @ts-check
/**
 * What this site's language says instead of the English texts in these modules: by text, and by the
 * singular of what is counted, one for each of the language's plurals. A build writes it from the
 * catalogue of the site's language (`theme/locales/`); English needs none.
 *
 * @type {{ texts: Record<string, string>, counted: Record<string, Record<string, string>> }}
 */
export default { texts: {}, counted: {} };

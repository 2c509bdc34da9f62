// @ts-check
// The preview's script: reloads a page when it has changed, and shows what is wrong with the content.
//
// It is put into pages by the preview alone; no build has it. It is a classic script, because it
// has to know its own element, and needs nothing of the theme.

/** @typedef {{file: string, line: number, column: number, severity: string, rule: string,
 *   message: string, hint: string, edit_url: string}} Finding */
/** @typedef {{findings: Finding[], left_out: number, behind: boolean}} Findings */

(() => {
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const { mount = "/", tag = "" } = own.dataset;
  const opened = location.pathname;
  let state = Number(own.dataset.state);

  // Whether this page is another one now. Where instant navigation has shown another page since,
  // nobody knows the tag of what is shown.
  const isOther = async () => {
    if (!tag || location.pathname !== opened) return true;
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    return answer.headers.get("ETag") !== tag;
  };

  /** @param {{state: number, whole?: boolean}} said */
  const onChanged = async (said) => {
    if (said.state === state) return;
    state = said.state;
    if (said.whole || (await isOther())) location.reload();
  };

  const STYLE = `
    :host { all: initial; position: fixed; inset: auto 0 0 0; z-index: 2147483647; }
    details { font: 14px/1.5 system-ui, sans-serif; color: #1c1b19; background: #fff8e1;
      border-top: 4px solid #b26a00; max-height: 50vh; overflow: auto; }
    details.behind { background: #fdecea; border-color: #b3261e; }
    summary { cursor: pointer; padding: 0.5em 1em; font-weight: 600; }
    summary:focus-visible { outline: 3px solid #1a56db; outline-offset: -3px; }
    ul { list-style: none; margin: 0; padding: 0 1em 0.75em; }
    li { padding: 0.35em 0; border-top: 1px solid #0002; overflow-wrap: anywhere; }
    code, a { font: 13px/1.5 ui-monospace, monospace; }
    a { color: #1a4db3; }
    .hint { color: #4a4845; }
    @media print { :host { display: none; } }
  `;

  /** @type {ShadowRoot | null} */
  let banner = null;

  // It is beside the body, which instant navigation replaces, and its styles are in its own tree.
  const openBanner = () => {
    const host = document.createElement("threadbook-findings");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    document.documentElement.append(host);
    return root;
  };

  /** @param {string} name @param {string} text @param {string} [kind] */
  const write = (name, text, kind) => {
    const element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };

  /** @param {Finding} finding */
  const writePlace = (finding) => {
    const place = [finding.file, finding.line, finding.column].filter(Boolean).join(":");
    if (!/^https?:/.test(finding.edit_url)) return write("code", place);
    const link = /** @type {HTMLAnchorElement} */ (write("a", place));
    link.href = finding.edit_url;
    return link;
  };

  /** @param {Finding} finding */
  const writeItem = (finding) => {
    const item = document.createElement("li");
    if (finding.file) item.append(writePlace(finding), " ");
    const kind = finding.rule ? `${finding.severity} ${finding.rule}` : finding.severity;
    item.append(write("strong", `${kind}: `), finding.message, " ");
    item.append(write("span", finding.hint, "hint"));
    return item;
  };

  /** @param {Findings} said */
  const summarise = (said) => {
    const shown = said.behind ? "Not shown yet: something has to be mended first. " : "";
    const number = said.findings.length + said.left_out;
    return `${shown}${number} ${number === 1 ? "finding" : "findings"}`;
  };

  /** @param {Findings} said */
  const onFindings = (said) => {
    if (!said.findings.length) {
      banner?.host.remove();
      banner = null;
      return;
    }
    banner ??= openBanner();
    const before = banner.querySelector("details");
    const details = document.createElement("details");
    details.open = said.behind || (before?.open ?? false);
    details.className = said.behind ? "behind" : "";
    const list = document.createElement("ul");
    list.append(...said.findings.map(writeItem));
    if (said.left_out) list.append(write("li", `… and ${said.left_out} more in the terminal.`));
    const summary = write("summary", summarise(said));
    summary.setAttribute("role", "status");
    details.append(summary, list);
    banner.replaceChildren(details);
  };

  // A browser opens six connections to a server, so only pages that somebody sees listen.
  /** @type {EventSource | null} */
  let source = null;

  const listen = () => {
    source?.close();
    source = null;
    if (document.visibilityState !== "visible") return;
    source = new EventSource(`${mount}_threadbook/events`);
    source.addEventListener("changed", (event) => onChanged(JSON.parse(event.data)));
    source.addEventListener("findings", (event) => onFindings(JSON.parse(event.data)));
  };

  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", listen);
})();

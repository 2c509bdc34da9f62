// @ts-check
/**
 * The colours a reader chose: light, dark, or those of the system. The engine `plain` loads this in
 * the head and before the style sheet, so that no page flashes in other colours.
 */
(() => {
  const KEY = "tb-palette";
  const CHOICES = ["auto", "light", "dark"];
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function read() {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      return ""; // a browser may forbid it
    }
  }

  /** @param {string} choice */
  function keep(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // then it holds for this page
    }
  }

  let chosen = CHOICES.includes(read()) ? read() : "auto";

  function show() {
    const isDark = chosen === "dark" || (chosen === "auto" && system.matches);
    root.dataset.mdColorScheme = isDark ? "slate" : "default";
    root.dataset.tbPalette = chosen;
    const button = document.getElementById("tb-palette");
    if (!button) return;
    const words = button.dataset[chosen] ?? "";
    button.hidden = false;
    button.title = words;
    button.setAttribute("aria-label", words);
  }

  show();
  system.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    show();
    document.getElementById("tb-palette")?.addEventListener("click", () => {
      chosen = CHOICES[(CHOICES.indexOf(chosen) + 1) % CHOICES.length] ?? "auto";
      keep(chosen);
      show();
    });
  });
})();

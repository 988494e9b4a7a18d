/* What a page does in the browser: address and filters in step, links without a new load, colours of charts. */
window.dash_clientside = window.dash_clientside || {};

(() => {
  const set = (id, props) => window.dash_clientside.set_props(id, props);

  /** A colour `@name` is the variable `--name` of look.css, as it is in the scheme of now. */
  const coloured = (value, colours) => {
    if (typeof value === "string" && value.startsWith("@"))
      return colours.getPropertyValue(`--${value.slice(1)}`).trim();
    if (Array.isArray(value)) return value.map((item) => coloured(item, colours));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, colours)]));
  };

  const FILTERS = ["shop", "first", "last"];
  const STORY = ["story_shop", "story"];

  const day = (text) => (/^\d{4}-\d{2}-\d{2}/.test(text || "") ? text.slice(0, 10) : null);

  /** Shops, first and last day that a query narrows to. */
  const filtersOf = (search) => {
    const query = new URLSearchParams(search || "");
    return [query.getAll("shop"), day(query.get("first")), day(query.get("last"))];
  };

  const textOf = ([shops, first, last]) => JSON.stringify([[...shops].sort(), first, last]);

  window.dash_clientside.groundplan = {
    title: (title) => {
      if (title) document.title = title;
    },

    paint: (figure) =>
      figure
        ? coloured(figure, getComputedStyle(document.documentElement))
        : window.dash_clientside.no_update,

    /** The parts of a query that narrow figures, and those that choose a story; unchanged ones tell nobody. */
    narrow: (search, narrowed, chosen) => {
      const part = (names) => {
        const pairs = [...new URLSearchParams(search || "")].filter(([name]) => names.includes(name));
        return new URLSearchParams(pairs).toString();
      };
      const unlessSame = (now, before) => (now === before ? window.dash_clientside.no_update : now);
      return [unlessSame(part(FILTERS), narrowed), unlessSame(part([...FILTERS, ...STORY]), chosen)];
    },

    fromAddress: filtersOf,

    toAddress: (shops, first, last) => {
      const chosen = [shops || [], day(first), day(last)];
      // What the address says already is left as it is, with what no filter shows.
      if (textOf(chosen) === textOf(filtersOf(window.location.search))) return;
      const query = new URLSearchParams(chosen[0].map((shop) => ["shop", shop]));
      if (chosen[1]) query.set("first", chosen[1]);
      if (chosen[2]) query.set("last", chosen[2]);
      for (const [name, value] of new URLSearchParams(window.location.search))
        if (!FILTERS.includes(name)) query.append(name, value);
      set("url", { search: query.size ? `?${query}` : "" });
    },
  };

  /** Where the focus goes once the page is there that a link has asked for. */
  let wanted = null;

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const { pathname, search } = new URL(link.href);
    const moves = pathname !== window.location.pathname;
    // A path that is told again would build its page again, and lose focus and place.
    set("url", moves ? { pathname, search } : { search });
    if (moves) {
      window.scrollTo(0, 0);
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    wanted = link.classList.contains("choose") ? "story-name" : null;
  });

  /** What had the focus, and how far tables were scrolled: Dash makes the children of a part anew with each answer. */
  let focused = null;
  const scrolled = new Map();

  document.addEventListener("focusin", (event) => {
    focused = event.target;
  });

  document.addEventListener(
    "scroll",
    ({ target }) => {
      const slot = target.classList?.contains("table") && target.closest(".slot");
      if (slot) scrolled.set(slot.id, { box: target, top: target.scrollTop });
    },
    { capture: true, passive: true },
  );

  const restore = () => {
    for (const [id, { box, top }] of scrolled) {
      if (box.isConnected) continue;
      scrolled.delete(id);
      const next = document.getElementById(id)?.querySelector(".table");
      if (next) next.scrollTop = top;
    }
    if (!focused || focused.isConnected || !focused.id || document.activeElement !== document.body) return;
    document.getElementById(focused.id)?.focus({ preventScroll: true });
  };

  new MutationObserver(() => {
    restore();
    const heading = wanted && document.getElementById(wanted);
    if (!heading) return;
    wanted = null;
    heading.scrollIntoView({ block: "nearest" });
    heading.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });

  window
    .matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", (event) => set("scheme", { data: event.matches ? "dark" : "light" }));
})();

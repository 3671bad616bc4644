"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector(".tools");
  const others = document.querySelector(".others");
  const identities = all(".identity").map((element, order) => {
    const [title, id] = all(":scope > summary > :is(h3, h4, code)", element);
    const claims = all(":scope > .claims > div", element);
    const tags = element.querySelector(".tags")?.textContent.split(", ") ?? [];
    return { element, order, title, id: id.textContent, claims, tags, home: element.parentNode };
  });
  const files = all("details.file");
  const cells = new Map(all(".strip a").map((cell) => [cell.hash.slice(1), cell]));
  const fileOf = new Map();
  const FIELDS = ["q", "verdict", "layout", "grade", "file", "tag", "sort"];

  // Buttons that copy, made where a part of the page is first opened.

  const packed = async (id) => {
    const text = document.getElementById(id).textContent;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  };
  let latex;
  const say = (text) => { if (form) form.querySelector(".status").textContent = text; };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const button = (name, text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "copier";
    made.textContent = name;
    made.addEventListener("click", async () => {
      await copy(await text());
      made.textContent = "copied";
      say("Copied.");
      setTimeout(() => { made.textContent = name; }, 1500);
    });
    return made;
  };
  const equip = (element) => {
    if (element.dataset.equipped) return;
    element.dataset.equipped = "yes";
    all(":scope > .claims > div", element).forEach((claim, index) => {
      const text = claim.querySelector("code").textContent;
      const equation = async () => {
        latex ??= await packed("nabla-latex");
        return latex[element.id][index];
      };
      claim.append(button("copy text", () => text), button("copy LaTeX", equation));
    });
    for (const code of all(".copy", element)) {
      code.after(" ", button("copy", () => code.textContent));
    }
  };
  // A part that scrolls must be reachable by keyboard; in others a stop is a nuisance.
  const SCROLLING = ".claims div > div, dd, pre, .scroll, .identity > summary > span";
  const reachable = (root) => {
    const wide = all(SCROLLING, root).filter((e) => e.scrollWidth > e.clientWidth + 1);
    for (const element of wide) element.tabIndex = 0;
  };

  // Filters, in the address: a link to a part of the report can be passed on.

  const textOf = (one) => (one.text ??= one.element.textContent.toLowerCase());
  const kindOf = (claim, element, kinds) =>
    kinds.find((kind) => claim.classList.contains(kind)) ??
    kinds.find((kind) => element.classList.contains(kind));
  const options = (name) => [...form.elements[name].options].map((o) => o.value).filter(Boolean);
  const state = () => {
    const kept = new URLSearchParams();
    for (const name of FIELDS) {
      const value = form.elements[name].value.trim();
      if (value) kept.set(name, value);
    }
    return kept;
  };
  const matches = (one, wanted, kinds, grades) => {
    const words = (wanted.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.has("file") && fileOf.get(one) !== wanted.get("file")) return false;
    if (wanted.has("tag") && !one.tags.includes(wanted.get("tag"))) return false;
    const said = (name, found) => !wanted.has(name) || wanted.get(name) === found;
    const some = one.claims.some((claim) =>
      said("verdict", kindOf(claim, one.element, kinds)) &&
      said("grade", kindOf(claim, one.element, grades)) &&
      (!wanted.has("layout") || claim.classList.contains(wanted.get("layout"))));
    return some && words.every((word) => textOf(one).includes(word));
  };
  const ORDERS = {
    id: (a, b) => a.id.localeCompare(b.id),
    r: (a, b) => largest(b) - largest(a),
  };
  const largest = (one) =>
    (one.R ??= Math.max(-1, ...all(":scope > dl use", one.element).map((use) => +(use.getAttribute("x") ?? use.getAttribute("href").split("-")[1]))));
  let sorted = "";
  const sort = (order) => {
    if (order === sorted) return;
    sorted = order;
    const list = [...identities];
    if (order) list.sort((a, b) => ORDERS[order](a, b) || a.order - b.order);
    for (const one of list) {
      const flat = order && one.home.matches(".file");
      (flat ? others : one.home).append(one.element);
    }
  };
  const apply = () => {
    const wanted = state();
    const kinds = options("verdict");
    const grades = options("grade");
    const filtered = [...wanted.keys()].some((name) => name !== "sort");
    let shown = 0;
    sort(wanted.get("sort") ?? "");
    for (const one of identities) {
      const on = matches(one, wanted, kinds, grades);
      one.element.hidden = !on;
      cells.get(one.element.id)?.classList.toggle("off", !on);
      shown += on;
    }
    for (const file of files) {
      const left = file.querySelector(".identity:not([hidden])");
      file.hidden = !left;
      if (filtered && left) file.open = true;
    }
    for (const section of all(".surprises, .others")) {
      section.hidden = !section.querySelector(".identity:not([hidden])");
    }
    const all_ = identities.length.toLocaleString("en");
    const count = shown.toLocaleString("en");
    say(filtered ? `${count} of ${all_} identities` : `${all_} identities`);
    return wanted;
  };
  const remember = (wanted) => {
    const hash = wanted.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const reveal = (element) => {
    for (let e = element; e; e = e.parentElement?.closest("details")) e.open = true;
    element.scrollIntoView({ block: "start" });
    (element.querySelector("summary") ?? element).focus({ preventScroll: true });
  };
  const read = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const target = document.getElementById(`id=${wanted.get("id")}`);
    if (FIELDS.some((name) => wanted.has(name))) {
      for (const name of FIELDS) form.elements[name].value = wanted.get(name) ?? "";
      apply();
      if (!target) form.scrollIntoView({ block: "start" });
    }
    if (target?.hidden) {
      for (const name of FIELDS) form.elements[name].value = "";
      apply();
    }
    if (target) reveal(target);
  };

  // Keys.

  const expand = (open) => {
    for (const element of all("details.file, .identity")) element.open = open;
    form.elements.expand.setAttribute("aria-pressed", open);
    form.elements.expand.textContent = open ? "Fold all" : "Expand all";
  };
  const step = (by) => {
    const list = all(".problem, .surprises > .identity:not([hidden])");
    if (!list.length) return say("There is no failure to go to.");
    const at = list.findIndex((element) => element.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by;
    const element = list[(next + list.length) % list.length];
    if (element.matches("details")) return reveal(element);
    element.tabIndex = -1;
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  };
  const press = (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!form.elements.keys.checked) return;
    const does = {
      j: () => step(1), n: () => step(1), k: () => step(-1), p: () => step(-1),
      e: () => expand(form.elements.expand.getAttribute("aria-pressed") !== "true"),
      "/": () => form.elements.q.focus(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  };
  const walk = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const list = [...cells.values()];
    const next = list[(list.indexOf(event.target) + by + list.length) % list.length];
    event.preventDefault();
    next.focus();
  };

  for (const element of all(".identity[open]")) equip(element);
  for (const code of all("header .copy")) code.after(" ", button("copy", () => code.textContent));
  document.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    if (event.target.matches(".identity")) equip(event.target);
    reachable(event.target);
  }, true);
  if (!form) return;
  for (const one of identities) {
    const cell = cells.get(one.element.id);
    const name = cell.parentNode.dataset.file;
    fileOf.set(one, name);
    const verdict = one.element.querySelector("summary > b").textContent;
    cell.title = `${one.id}: ${verdict}`;
    cell.tabIndex = -1;
  }
  for (const cell of [...cells.values()].slice(0, 1)) cell.tabIndex = 0;
  for (const name of new Set(fileOf.values())) form.elements.file.append(new Option(name));
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.name !== "keys") remember(apply());
  });
  form.addEventListener("reset", () => setTimeout(() => remember(apply())));
  form.elements.expand.addEventListener("click", () =>
    expand(form.elements.expand.getAttribute("aria-pressed") !== "true"));
  document.addEventListener("keydown", press);
  document.querySelector(".strip").addEventListener("keydown", walk);
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const element of folded) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of folded) element.open = false;
  });
  addEventListener("hashchange", read);
  apply();
  read();
  reachable(document);
})();
